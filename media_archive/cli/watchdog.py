"""Ends what a killed supervisor left running.

A supervisor killed with SIGKILL cannot clean up. So a small process of its own holds the reading end of a pipe;
when the supervisor is gone, however it went, the pipe ends and the watchdog kills every process that carries the
supervisor's mark in its environment: children of children and those that made sessions of their own too.
Run as a script it imports the standard library only.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

MARK = "MEDIA_ARCHIVE_SUPERVISOR"
#: a process may start another between the look and the kill: look again until none is left
ROUNDS = 50


def new_token() -> str:
    """A mark no other supervisor has."""
    import secrets

    return secrets.token_hex(16)


def start(token: str, lock: int) -> "subprocess.Popen[bytes]":
    """A watchdog over this process; `lock` is a file descriptor it keeps open until its work is done."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, token],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[lock],
        start_new_session=True,
    )


def kill_marked(token: str, spare: set[int] | None = None) -> None:
    """Kills every process with the mark but those to spare, and waits until they are gone."""
    for _ in range(ROUNDS):
        found = [pid for pid in marked(token) if pid not in (spare or set())]
        if not found:
            return
        for pid in found:
            _kill(pid)
        time.sleep(0.05)


def marked(token: str) -> Iterator[int]:
    """Numbers of the living processes that were started with the mark."""
    wanted = f"{MARK}={token}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)
        except OSError:
            continue  # it ended meanwhile, or is somebody else's


def kill_session(leader: int) -> None:
    """Kills the process group that a session's leader made."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()  # returns when the supervisor has ended
    kill_marked(sys.argv[1])
