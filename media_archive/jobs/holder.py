"""Who holds a job: named so that another process of the same machine can tell whether the holder still lives."""

import os
import socket
from functools import lru_cache
from pathlib import Path


def me() -> str:
    """This process, as "host|boot|pid|start"."""
    return _name(os.getpid())


@lru_cache(maxsize=4)
def _name(pid: int) -> str:
    import psutil

    return f"{socket.gethostname()[:64]}|{_boot()}|{pid}|{psutil.Process(pid).create_time():.2f}"


@lru_cache(maxsize=1)
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        import psutil

        return str(int(psutil.boot_time()))


def is_here(holder: str) -> bool:
    """Whether `holder` is a process of this machine: then `is_gone` tells for certain."""
    return holder.partition("|")[0] == socket.gethostname()[:64]


def is_gone(holder: str) -> bool:
    """Whether `holder` is known to have ended; False where it runs elsewhere and only its lease can tell."""
    try:
        host, boot, pid, start = holder.split("|")
    except ValueError:
        return False
    if host != socket.gethostname()[:64]:
        return False
    if boot != _boot():
        return True
    import psutil

    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != start
    except psutil.NoSuchProcess:
        return True
