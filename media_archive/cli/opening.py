"""Opening the archive that the environment names, for one command."""

import getpass
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from media_archive.config import load

if TYPE_CHECKING:
    from media_archive.archive import Archive


def who() -> str:
    """Who acts at the command line, for the record."""
    try:
        return f"{getpass.getuser()} (command)"
    except (KeyError, OSError):
        return "command"


@contextmanager
def opened(*, waking: bool = False, any_schema: bool = False) -> Iterator["Archive"]:
    """The archive; with `waking` its commits wake workers, with `any_schema` even one that was never made."""
    from media_archive.archive import Archive

    quiet()
    settings = load()
    outlet = None
    if waking:
        from workers.outlet import CeleryOutlet

        outlet = CeleryOutlet()
    archive = Archive.open(settings, outlet)
    try:
        if not any_schema:
            archive.check_schema()
        yield archive
    finally:
        archive.close()


def quiet() -> None:
    """Log lines go to stderr, and only from warnings on: the command speaks for itself."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
