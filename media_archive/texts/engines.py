"""The optional engines: whether they are installed, and the child process that they run in."""

import atexit
import os
from functools import lru_cache
from importlib import metadata
from typing import Any

from media_archive.config import Settings
from media_archive.errors import Unavailable
from media_archive.tools.isolation import Limits, Reader

#: what an engine keeps in memory between calls: its models, and the tensors of the largest picture
RESIDENT = 1200 << 20
#: reading text yields to everything else on the machine
NICENESS = 15


def version(package: str) -> str:
    """Version of an engine's package; Unavailable if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError as exc:
        raise Unavailable(
            "The package {package} is not installed on this machine. Install it, or run the worker of texts elsewhere.",
            package=package,
        ) from exc


def reader(settings: Settings, *, listening: bool = False) -> Reader:
    """The child process that engines run in: bounded, silent, and the last to get the processor.

    What listens to speech has one of its own: it brings another build of the library that runs models.
    """
    limits = Limits(
        memory=settings.reader_memory,
        seconds=settings.reader_seconds,
        # a speech model is as large as it is: to load it anew for every minute of sound would help nobody
        resident=settings.reader_memory if listening else RESIDENT,
        niceness=NICENESS,
        silent=True,
    )
    return _reader(os.getpid(), limits)


@lru_cache(maxsize=4)
def _reader(pid: int, limits: Limits) -> Reader:
    made = Reader(limits)
    atexit.register(_close, pid, made)
    return made


def _close(pid: int, made: Reader) -> None:
    if pid == os.getpid():  # a forked process has the parent's list of what to do at its end
        made.close()


def call(settings: Settings, function: str, *args: Any, timeout: float | None = None, listening: bool = False) -> Any:
    """What a `function` of the engines returns; see `Reader.call`."""
    return reader(settings, listening=listening).call(function, *args, timeout=timeout)
