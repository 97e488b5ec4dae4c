"""The one runner of external programs: no shell, bounded in time, memory and output, stopped as a whole group."""

import contextlib
import errno
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media_archive.errors import Crashed, NoSpace, Unavailable, Unreadable
from media_archive.tools import leash

#: in a command, the pipe to which the program writes lines of progress
PROGRESS = "{progress}"
#: kept of what a program prints: the end of standard error, all of standard output up to its bound
STDERR_TAIL = 8192
STDOUT_MOST = 16 << 20
CHUNK = 1 << 16
#: seconds between looks at `cancel` and the clock
LOOK = 0.2
LAST_LINES = 3
#: the part of the time that what works uses of a processor, at least, however many others there are
SOME = 0.02


@dataclass(frozen=True)
class Bounds:
    """What a program may use. Times in seconds, sizes in bytes."""

    timeout: float
    #: the longest time without a sign of life: output, or a line of progress that `progress` calls one; before the
    #: first line, also work, for ffmpeg says nothing before all that it makes has begun
    silence: float | None = None
    memory: int = 8 << 30
    niceness: int = 10


@dataclass(frozen=True)
class Finished:
    """How a program ended. `stdout` is empty where a sink took it."""

    returncode: int
    stdout: bytes
    stderr_tail: str


class Cancelled(Exception):
    """The caller asked to stop."""


def run(
    command: Sequence[str],
    *,
    timeout: float | Bounds,
    progress: Callable[[str], bool] | None = None,
    sink: Callable[[bytes], None] | None = None,
    cancel: threading.Event | None = None,
    cwd: Path | None = None,
    check: bool = True,
) -> Finished:
    """Runs `command` to its end.

    `progress` is given the lines that the program writes to the pipe named `{progress}` in the command and returns
    whether the line shows that work goes on; `sink` is given standard output as it comes.
    Raises Unavailable if the program cannot be started, Crashed if it dies by a signal or takes too long, Unreadable
    with its last words if it fails (unless `check` is false), Cancelled if `cancel` is set.
    """
    bounds = timeout if isinstance(timeout, Bounds) else Bounds(timeout)
    running = _Running(command, bounds, progress, sink, cwd)
    try:
        running.follow(cancel)
    finally:
        running.stop()
    return _judged(command[0], running.finished(), check)


class _Running:
    """A program under way and what is read from it."""

    def __init__(
        self,
        command: Sequence[str],
        bounds: Bounds,
        progress: Callable[[str], bool] | None,
        sink: Callable[[bytes], None] | None,
        cwd: Path | None,
    ) -> None:
        self._bounds, self._progress, self._sink = bounds, progress, sink
        self._name = Path(command[0]).name
        self._out, self._err, self._line = bytearray(), bytearray(), bytearray()
        self._begun = self._lived = time.monotonic()
        self._told, self._worked = False, 0.0
        self._selector = selectors.DefaultSelector()
        ours, theirs = os.pipe()
        try:
            self._process = _started(command, bounds, theirs, cwd)
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self._pipe = ours
        assert self._process.stdout
        assert self._process.stderr
        for pipe, take in (
            (self._process.stdout.fileno(), self._take_output),
            (self._process.stderr.fileno(), self._take_error),
            (ours, self._take_progress),
        ):
            self._selector.register(pipe, selectors.EVENT_READ, take)

    def follow(self, cancel: threading.Event | None) -> None:
        """Reads until the program closes its pipes."""
        while self._selector.get_map():
            for key, _ in self._selector.select(LOOK):
                if data := os.read(key.fd, CHUNK):
                    key.data(data)
                else:
                    self._selector.unregister(key.fd)
            self._look(cancel)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.1, self._begun + self._bounds.timeout - time.monotonic()))

    def stop(self) -> None:
        """Kills what is left of the program and of the processes it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._selector.close()
        os.close(self._pipe)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def finished(self) -> Finished:
        tail = bytes(self._err[-STDERR_TAIL:]).decode("utf-8", "replace")
        return Finished(self._process.returncode, bytes(self._out), tail)

    def _look(self, cancel: threading.Event | None) -> None:
        now = time.monotonic()
        if cancel is not None and cancel.is_set():
            raise Cancelled
        if now - self._begun > self._bounds.timeout:
            raise Crashed(
                "{program} took longer than {seconds} s and was stopped.",
                program=self._name,
                seconds=round(self._bounds.timeout),
            )
        if self._bounds.silence is not None and now - self._lived > self._bounds.silence and not self._works(now):
            raise Crashed(
                "{program} got no further for {seconds} s and was stopped.",
                program=self._name,
                seconds=round(self._bounds.silence),
            )

    def _works(self, now: float) -> bool:
        """Whether it has not told of its progress yet, but has worked for some of the time since this was asked last."""
        before, self._worked = self._worked, _processor_seconds(self._process.pid)
        if self._told or self._worked - before < (now - self._lived) * SOME:
            return False
        self._lived = now
        return True

    def _take_output(self, data: bytes) -> None:
        self._lived = time.monotonic()
        if self._sink:
            self._sink(data)
            return
        self._out += data
        if len(self._out) > STDOUT_MOST:
            raise Crashed("{program} printed more than {bound} bytes.", program=self._name, bound=STDOUT_MOST)

    def _take_error(self, data: bytes) -> None:
        self._err += data
        del self._err[: -2 * STDERR_TAIL]

    def _take_progress(self, data: bytes) -> None:
        self._line += data
        *lines, rest = self._line.split(b"\n")
        self._line = bytearray(rest[-CHUNK:])
        for line in lines:
            self._told = True
            if self._progress is None or self._progress(line.decode("utf-8", "replace").strip()):
                self._lived = time.monotonic()


def _started(command: Sequence[str], bounds: Bounds, progress: int, cwd: Path | None) -> subprocess.Popen[bytes]:
    # isolated and without site packages, Python is there in 15 ms; forking with a hook is not safe with threads
    held = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(bounds.niceness), str(bounds.memory)]
    told = [argument.replace(PROGRESS, f"pipe:{progress}") for argument in command]
    try:
        return subprocess.Popen(
            [*held, *told],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(progress,),
            start_new_session=True,
            cwd=cwd,
        )
    except OSError as exc:
        raise Unavailable(
            "{program} cannot be started: {reason}.", program=command[0], reason=exc.strerror or str(exc)
        ) from exc


def _processor_seconds(pid: int) -> float:
    """What the process has used of the processors; 0 where nothing tells."""
    try:
        # the name of the program, in brackets, may hold spaces
        facts = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def _judged(program: str, finished: Finished, check: bool) -> Finished:
    name = Path(program).name
    if finished.returncode == leash.NOT_STARTED:
        raise Unavailable("{program} cannot be started: {reason}.", program=program, reason=last_words(finished))
    if finished.returncode < 0:
        number = -finished.returncode
        try:
            said = signal.Signals(number).name
        except ValueError:
            said = str(number)
        raise Crashed("{program} died ({signal}).", program=name, signal=said)
    if os.strerror(errno.ENOSPC) in finished.stderr_tail:  # ffmpeg may end with 0 all the same
        raise NoSpace("{program} has no room left on the disk. Make room and try again.", program=name)
    if finished.returncode and check:
        raise Unreadable("{program} failed: {reason}", program=name, reason=last_words(finished))
    return finished


def last_words(finished: Finished) -> str:
    """The last different lines of standard error, in one line."""
    lines = [line.strip() for line in finished.stderr_tail.splitlines() if line.strip()]
    return "; ".join(list(dict.fromkeys(lines))[-LAST_LINES:]) or f"code {finished.returncode}"
