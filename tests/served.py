"""A whole archive, served for the tests: started, looked at from outside, killed in part or whole, stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

COMMAND = [sys.executable, "-m", "media_archive.cli.main"]


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Served:
    """One home and the processes that serve it."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"MEDIA_ARCHIVE_HOME": str(self.home), "MEDIA_ARCHIVE_PORT": str(self.port)}
        return {**os.environ, **own, **self.settings}

    def start(self) -> None:
        """Serves, and waits until it is ready."""
        self.process = subprocess.Popen(
            [*COMMAND, "serve"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C" in line:
                return
        raise AssertionError(f"it did not start: {said}")

    def processes(self, word: str = "") -> list[psutil.Process]:
        """The processes of this home whose command line has `word`; without zombies."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("MEDIA_ARCHIVE_HOME") == str(self.home)
                if ours and process.status() != psutil.STATUS_ZOMBIE and word in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def family(self) -> list[psutil.Process]:
        """The supervisor and all that descends from it, readers of files too, whose environment names no home."""
        assert self.process
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def kill(self, word: str = "") -> None:
        """SIGKILL to all of these at once."""
        for process in self.processes(word):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue

    def stop(self) -> None:
        """Ends it as Ctrl-C does; what is left after that is killed."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
        self.kill()

    def command(self, *arguments: str | Path, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Runs `media-archive` on this home."""
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def begin(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Starts `media-archive` on this home and leaves it running."""
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )


def seconds_of_cpu(processes: list[psutil.Process]) -> float:
    """User and system time of the processes and of the children they have waited for."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def wait_until(true: object, seconds: float = 60, step: float = 0.2) -> None:
    """Until `true()` holds; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(step)
