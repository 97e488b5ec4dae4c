"""What the archives hold, counted once for everybody: by archive and by how much sight each asset asks for.

Who looks is given the sums of what he sees: the rows of his archives up to his sight. So one count serves all, and
nobody is told a number that has something in it that is not shown to him.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from media_archive.catalogue.seeing.viewer import Viewer


class Held(NamedTuple):
    """Assets of an archive that the same sight shows and that are of one kind, state and year."""

    archive: str
    sight: int
    kind: str
    state: str
    #: of capture; None where nobody knows
    year: int | None
    assets: int
    #: of originals and what lies beside them
    bytes: int


class Month(NamedTuple):
    """What came into an archive in a month (YYYY-MM, as in China)."""

    archive: str
    sight: int
    month: str
    assets: int
    bytes: int


class Pictured(NamedTuple):
    """What shows a subject."""

    archive: str
    sight: int
    subject: str
    assets: int
    bytes: int
    #: the latest year of capture among them
    latest: int | None


class Staged(NamedTuple):
    """What shows a stage of a project."""

    archive: str
    sight: int
    subject: str
    stage: str
    assets: int


class Used(NamedTuple):
    """What people did with assets in a month: "opened" (of each asset the last time), "downloaded" (each time)."""

    archive: str
    sight: int
    month: str
    what: str
    times: int


@dataclass(frozen=True)
class Figures:
    """All counts of one moment; archives and subjects by their ids in hex."""

    at: datetime
    held: tuple[Held, ...]
    months: tuple[Month, ...]
    pictured: tuple[Pictured, ...]
    staged: tuple[Staged, ...]
    used: tuple[Used, ...]

    def of(self, viewer: Viewer) -> "Figures":
        """Those that count nothing which is not shown to the viewer."""
        if viewer.everything:
            return self
        sights = {archive.hex: int(sight) for archive, sight in viewer.sights}

        def kept(rows: Iterable[Any]) -> tuple[Any, ...]:
            return tuple(row for row in rows if row.sight <= sights.get(row.archive, 0))

        return Figures(self.at, **{name: kept(getattr(self, name)) for name in ROWS})

    @cached_property
    def latest(self) -> dict[UUID, int | None]:
        """Subject -> the latest year of what shows it, None where that is not known; without those that nothing shows."""
        found: dict[str, int | None] = {}
        for row in self.pictured:
            before = found.get(row.subject)
            found[row.subject] = before if row.latest is None or (before or 0) > row.latest else row.latest
        return {UUID(subject): year for subject, year in found.items()}

    def to_json(self) -> dict[str, Any]:
        """For the database."""
        return {"at": self.at.isoformat()} | {name: [list(row) for row in getattr(self, name)] for name in ROWS}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Figures":
        """The inverse of `to_json`."""
        rows = {name: tuple(row(*one) for one in told[name]) for name, row in ROWS.items()}
        return cls(datetime.fromisoformat(told["at"]), **rows)


#: what rows of which shape
ROWS: dict[str, Any] = {"held": Held, "months": Month, "pictured": Pictured, "staged": Staged, "used": Used}
assert set(ROWS) == {field.name for field in fields(Figures)} - {"at"}


@dataclass(frozen=True)
class Sum:
    """Some assets, and their bytes."""

    assets: int
    bytes: int


def sums(rows: Iterable[Any], by: str) -> dict[Any, Sum]:
    """The rows added up by one of their columns."""
    found: dict[Any, tuple[int, int]] = {}
    for row in rows:
        key = getattr(row, by)
        assets, size = found.get(key, (0, 0))
        found[key] = (assets + row.assets, size + row.bytes)
    return {key: Sum(*both) for key, both in found.items()}
