"""The interface over a socket, with the filled archive behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from media_archive.access import service as access
from media_archive.access import tokens
from media_archive.archive import Archive
from media_archive.config import load
from tests.served import Served
from tests.webapp.sample import Sample, fill, people


@dataclass(frozen=True)
class Real:
    """A whole archive that is served, and a key to it."""

    address: str
    key: str
    sample: Sample


@contextmanager
def real(home: Path, role: str = "administrator") -> Iterator[Real]:
    """Serves a new, filled archive in `home` with workers and all; ends with the block."""
    archive = Archive.open(load(home=home, keep_free=0))
    archive.init()
    people(archive)
    sample = fill(archive, photos=6)
    with archive.transaction() as session:
        _, key = tokens.issue(session, access.user_called(session, role), "schemathesis", "write", 1, "system")
    archive.close()
    served = Served(home, {"MEDIA_ARCHIVE_KEEP_FREE": "0", "MEDIA_ARCHIVE_READ_TEXTS": "no"})
    served.start()
    try:
        yield Real(f"http://127.0.0.1:{served.port}", key, sample)
    finally:
        served.stop()
