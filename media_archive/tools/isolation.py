"""Calls into native libraries on hostile files, in a child process whose death is only an error here."""

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_archive import errors
from media_archive.config import Settings
from media_archive.errors import ArchiveError, Crashed, Unavailable, Unreadable
from media_archive.tools import frames

SOURCES = str(Path(__file__).resolve().parents[2])
#: parallelism comes from worker processes; arenas of malloc would cost address space and memory
ENVIRONMENT = {
    "VIPS_CONCURRENCY": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    # large buffers go back to the system when freed: a photograph's megabytes do not pile up between calls
    "MALLOC_MMAP_THRESHOLD_": str(1 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(16 << 20),
    "PYTHONPATH": SOURCES,
}
#: a library broken into by a file must not find keys
SECRET = ("MEDIA_ARCHIVE_", "AWS_")
SECONDS_TO_START = 60.0


@dataclass(frozen=True)
class Limits:
    """What a reader may use. Sizes in bytes, times in seconds."""

    #: address space beyond the start of the child
    memory: int = 3 << 30
    #: for a call that states no time
    seconds: float = 120
    #: a child is replaced after so many calls, or when it keeps more than `resident` after one
    calls: int = 2000
    resident: int = 350 << 20
    niceness: int = 5
    #: whether what libraries print about a file goes nowhere instead of to standard error
    silent: bool = False


class Reader:
    """A child process that calls functions of the archive; it is replaced when it dies, hangs or grows.

    Calls are made one at a time; a second thread waits for the first.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._calls = 0
        self._turn = threading.Lock()
        # the kernel ties a child to the thread that started it: this one lives as long as the process
        self._starter = ThreadPoolExecutor(1, "reader-starter")

    def call(self, function: str, *args: Any, timeout: float | None = None, memory: int | None = None) -> Any:
        """What `function` ("media_archive.module:function") returns for `args`, both JSON.

        `memory` are the bytes that this call may take up beyond what the child holds, if less than its limit. Raises Crashed when the child dies or takes longer than `timeout` seconds, the ArchiveError that the function
        raised, and Unreadable for any other exception in it.
        """
        seconds = self.limits.seconds if timeout is None else timeout
        with self._turn:
            child = self._ready()
            try:
                answer = _ask(child, {"function": function, "args": args, "memory": memory}, time.monotonic() + seconds)
            except TimeoutError:
                self._end()
                raise Crashed("Reading it took longer than {seconds} s and was stopped.", seconds=seconds) from None
            except (EOFError, OSError, ValueError):
                raise self._crash() from None
            except BaseException:
                self._end()  # the answer would be taken for that of the next call
                raise
            self._age(answer["resident"])
        return _result(answer)

    def close(self) -> None:
        """Ends the child; the next call starts another."""
        with self._turn:
            self._end()

    def stop(self) -> None:
        """Ends the child at once; a call that another thread is in is then Crashed."""
        if child := self._child:
            child.kill()

    @property
    def pid(self) -> int | None:
        """Process number of the child; None while there is none."""
        return self._child.pid if self._child else None

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = self._starter.submit(_start, self.limits).result()
            self._calls = 0
        return self._child

    def _age(self, resident: int) -> None:
        self._calls += 1
        if self._calls >= self.limits.calls or resident > self.limits.resident:
            self._end()

    def _crash(self) -> Crashed:
        code = self._end()
        if code is not None and code < 0:
            return Crashed("The reader of this file died ({signal}).", signal=_signal_name(-code))
        return Crashed("The reader of this file ended unexpectedly (code {code}).", code=code or 0)

    def _end(self) -> int | None:
        """Ends the child; its exit code, which is its own where it had died before."""
        child, self._child = self._child, None
        if child is None:
            return None
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]  # both are pipes
        with contextlib.suppress(subprocess.TimeoutExpired):
            # one that is just dying tells of what
            child.wait(0.2)
        child.kill()
        return child.wait()


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    # -P: the current folder may hold files named like modules
    command = [sys.executable, "-P", "-m", "media_archive.tools.child"]
    numbers = (os.getpid(), limits.niceness, limits.memory)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SECRET)}
    try:
        child = subprocess.Popen(
            [*command, *map(str, numbers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if limits.silent else None,
            env=kept | ENVIRONMENT,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as exc:
        raise Unavailable("No reader process can be started: {reason}.", reason=exc.strerror or str(exc)) from exc
    try:
        os.set_blocking(child.stdin.fileno(), False)  # type: ignore[union-attr]  # a pipe
        os.set_blocking(child.stdout.fileno(), False)  # type: ignore[union-attr]  # a pipe
        _receive(child, time.monotonic() + SECONDS_TO_START)
    except (EOFError, OSError, ValueError) as exc:
        child.kill()
        code = child.wait()
        raise Unavailable("The reader process ended at its start (code {code}).", code=code) from exc
    return child


def _ask(child: subprocess.Popen[bytes], call: dict[str, Any], deadline: float) -> dict[str, Any]:
    rest = memoryview(frames.pack(call))
    out: int = child.stdin.fileno()  # type: ignore[union-attr]  # a pipe
    while rest:
        _wait(out, select.POLLOUT, deadline)
        rest = rest[os.write(out, rest) :]
    return _receive(child, deadline)


def _receive(child: subprocess.Popen[bytes], deadline: float) -> dict[str, Any]:
    source: int = child.stdout.fileno()  # type: ignore[union-attr]  # a pipe
    length = frames.length_of(_read(source, frames.LENGTH, deadline))
    message: dict[str, Any] = frames.unpack(_read(source, length, deadline))
    return message


def _read(source: int, length: int, deadline: float) -> bytes:
    got = bytearray()
    while len(got) < length:
        _wait(source, select.POLLIN, deadline)
        if not (part := os.read(source, length - len(got))):
            raise EOFError
        got += part
    return bytes(got)


def _wait(pipe: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError


def _result(answer: dict[str, Any]) -> Any:
    if "error" not in answer:
        return answer["result"]
    kind = getattr(errors, answer["error"], Unreadable)
    if not (isinstance(kind, type) and issubclass(kind, ArchiveError)):
        kind = Unreadable
    raise kind(answer["template"], **answer["facts"])


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


#: by process number: a forked process makes its own
_readers: dict[int, Reader] = {}
_limits = Limits()


def bound(settings: Settings) -> None:
    """Sets the limits of this process's reader and of those of the processes forked from it."""
    global _limits  # noqa: PLW0603 - one reader a process, and its limits beside it
    _limits = Limits(memory=settings.reader_memory, seconds=settings.reader_seconds)
    if found := _readers.get(os.getpid()):
        found.limits = _limits


def reader() -> Reader:
    """This process's reader; its child starts with the first call."""
    found = _readers.get(os.getpid())
    if found is None:
        found = _readers.setdefault(os.getpid(), Reader(_limits))
        atexit.register(_close, os.getpid())
    return found


def _close(pid: int) -> None:
    if pid == os.getpid():
        _readers[pid].close()
