"""Opening the archive that the environment names, for one command."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from media_archive import logs

if TYPE_CHECKING:
    from media_archive.archive import Archive


def who() -> str:
    """Who acts at the command line, for the record."""
    try:
        return f"{getpass.getuser()} (command)"
    except (KeyError, OSError):
        return "command"


@contextmanager
def opened(*, waking: bool = False, any_schema: bool = False, searching: bool = False) -> Iterator["Archive"]:
    """The archive; with `waking` its commits wake workers, with `any_schema` even one that was never made.

    `searching`: the search has caught up with what commands before this one wrote.
    """
    from media_archive.archive import Archive
    from media_archive.config import load

    logs.quiet()
    settings = load()
    outlet = None
    if waking:
        from workers.outlet import CeleryOutlet

        outlet = CeleryOutlet()
    archive = Archive.open(settings, outlet)
    try:
        if not any_schema:
            archive.check_schema()
        if searching:
            from media_archive.search.index import upkeep

            upkeep.catch_up(archive)
        yield archive
    finally:
        archive.close()
