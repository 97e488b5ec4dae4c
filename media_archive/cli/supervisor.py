"""Keeps the processes of an archive running: starts, restarts, and stops them to the last descendant."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from media_archive.cli import watchdog
from media_archive.errors import Unavailable
from media_archive.tools import leash

TICK = 0.1
#: a process that ends sooner than this after its start "died at once"
AT_ONCE = 5.0
MOST_DEATHS = 5
LONGEST_PAUSE = 30.0
#: together under ten seconds: for the workers to finish what they hold, then for the queue to write its file
PATIENCE, QUEUE_PATIENCE = 6.5, 2.0
LOG_BYTES, LOGS_KEPT = 10 << 20, 3
LAST_LINES = 12


@dataclass(frozen=True)
class Service:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    #: whether it can be used now; asked until it says yes
    ready: Callable[[], bool] = lambda: True
    #: given its last words when it died at once; returns whether it changed something that may help
    mend: Callable[[str], bool] = lambda _words: False
    #: runs to its end and is not started again
    once: bool = False


@dataclass
class Running:
    """A service's present process and its past."""

    service: Service
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_again: float = 0.0
    deaths: int = 0
    #: it has run well before: what ails it now, such as a full disk, may pass
    worked: bool = False
    log_start: int = 0

    def last_words(self) -> str:
        """The end of what it printed since its last start."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(self.log_start, self.log.stat().st_size - 8192))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-LAST_LINES:])


@dataclass
class Supervisor:
    """Keeps services running until it is told to stop."""

    logs: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    #: a file whose lock the watchdog shares, so that nobody starts anew before all is gone
    lock: int
    token: str = field(default_factory=watchdog.new_token)
    running: dict[str, Running] = field(default_factory=dict)
    stops_asked: int = 0

    def __enter__(self) -> "Supervisor":
        self.logs.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        self._watchdog = watchdog.start(self.token, self.lock)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._watchdog.stdin:
            self._watchdog.stdin.close()
        self._watchdog.wait()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stops_asked += 1

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return self.stops_asked > 0

    def add(self, service: Service) -> None:
        """Starts a service and keeps it running from now on."""
        self.running[service.name] = Running(service, self.logs / f"{service.name}.log")
        self._start(self.running[service.name])

    def wait_until_ready(self, names: Iterable[str], seconds: float) -> None:
        """Tends everything until the named services are ready, or stop is asked; Unavailable after `seconds`."""
        waiting, deadline = list(names), time.monotonic() + seconds
        while waiting and not self.stopping:
            self._tend()
            waiting = [name for name in waiting if not self._is_ready(self.running[name])]
            if waiting and time.monotonic() > deadline:
                raise Unavailable(
                    "{name} did not get ready within {seconds} s. Its last words are in {log}.",
                    name=waiting[0],
                    seconds=int(seconds),
                    log=str(self.running[waiting[0]].log),
                )
            time.sleep(TICK / 2 if waiting else 0)

    def keep(self) -> None:
        """Tends everything until stop is asked."""
        ticks = 0
        while not self.stopping:
            self._tend()
            if ticks % 100 == 0:
                self._rotate_logs()
            ticks += 1
            time.sleep(TICK)

    def stop(self) -> None:
        """Ends everything: what was started last and the workers first, the queue last."""
        queue, others = list(self.running.values())[:1], list(self.running.values())[1:]
        self._end(others, PATIENCE)
        # whatever left its session behind must not write to the catalogue once we are gone
        watchdog.kill_marked(self.token, spare={one.process.pid for one in queue if one.process})
        self._end(queue, QUEUE_PATIENCE)
        watchdog.kill_marked(self.token)
        self.running.clear()

    def _end(self, these: Sequence[Running], patience: float) -> None:
        living = [one.process for one in these if one.process and one.process.poll() is None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + patience
        asked = self.stops_asked
        while any(process.poll() is None for process in living):
            if time.monotonic() > deadline or self.stops_asked > asked:
                break
            time.sleep(TICK / 2)
        for process in living:
            if process.poll() is None:
                watchdog.kill_session(process.pid)
            process.wait()

    def _start(self, one: Running) -> None:
        one.started = time.monotonic()
        with one.log.open("ab") as log:
            one.log_start = log.tell()
            # no niceness, and no bound of memory but the inherited one
            held = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), "0", str(sys.maxsize)]
            one.process = subprocess.Popen(
                [*held, *one.service.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, watchdog.MARK: self.token, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )

    def _is_ready(self, one: Running) -> bool:
        return one.process is not None and one.process.poll() is None and one.service.ready()

    def _tend(self) -> None:
        for one in list(self.running.values()):
            if one.process is None:
                if time.monotonic() >= one.start_again:
                    self._start(one)
            elif one.process.poll() is not None:
                self._died(one, one.process.returncode)

    def _died(self, one: Running, code: int) -> None:
        # what it left behind would hold its port, its socket or its files
        watchdog.kill_session(one.process.pid if one.process else 0)
        one.process = None
        if one.service.once:
            del self.running[one.service.name]
            if code:
                self.say(f"{one.service.name} failed ({_how(code)}): {one.last_words()}")
            return
        at_once = time.monotonic() - one.started < AT_ONCE
        one.deaths, one.worked = one.deaths + 1 if at_once else 1, one.worked or not at_once
        if one.deaths >= MOST_DEATHS and not one.worked:
            raise Unavailable(
                "{name} ended {times} times in a row right after its start ({how}). "
                "Its last words (all of them are in {log}):\n{words}",
                name=one.service.name,
                times=one.deaths,
                how=_how(code),
                log=str(one.log),
                words=one.last_words(),
            )
        mended = at_once and one.service.mend(one.last_words())
        pause = 0.0 if mended else min(LONGEST_PAUSE, 0.5 * 2 ** min(one.deaths - 1, 10))
        one.start_again = time.monotonic() + pause
        self.say(f"{one.service.name} ended ({_how(code)}); it is started again in {pause:g} s")

    def _rotate_logs(self) -> None:
        for log in self.logs.glob("*.log"):
            try:
                if log.stat().st_size > LOG_BYTES:
                    rotate(log)
            except OSError as exc:  # a full disk, for one: no reason to stop the archive
                self.say(f"{log} cannot be rotated: {exc.strerror}")


def rotate(log: Path) -> None:
    """Keeps the last few of a log that others hold open for appending: its text is copied, the file emptied."""
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
