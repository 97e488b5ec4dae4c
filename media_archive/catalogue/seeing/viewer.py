"""Who looks, and how much of each archive is shown to them: one rule, here for an asset at hand.

`limits` has the same rule for the database, `search.rights` for the index.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from media_archive.catalogue.models import Asset, Progress
from media_archive.db import now

#: key in a session's info: the person who looks; nobody's limits apply where there is none
VIEWER = "viewer"
#: codes of classification (密级) that everybody who is signed in may see
OPEN_CLASSES = ("open", "internal")
#: codes of openness (开放控制) that keep readers out
CLOSED = ("restricted", "closed")
#: the code of both that hides nothing
OPEN = "open"
#: a day begins in China
_EAST = timedelta(hours=8)


class Sight(IntEnum):
    """How much is shown; what is shown to one is shown to those above."""

    #: what is published, open in every way, and under no embargo
    PUBLISHED = 1
    #: what may go out of the house by somebody's word: published or not, but nothing internal, closed or under embargo
    SHARED = 2
    #: what is neither classified nor closed nor under embargo
    OPEN = 3
    #: what is not classified
    UNCLASSIFIED = 4
    EVERYTHING = 5


#: what the holder of a grant may do with a collection; each includes those before
EXTENTS = ("look", "add", "edit")


class Opened(NamedTuple):
    """A collection that was opened to who looks: of the assets in it those of its archive are shown, to that sight."""

    collection_id: UUID
    archive_id: UUID
    sight: Sight
    #: one of EXTENTS
    extent: str


@dataclass(frozen=True)
class Viewer:
    """Who looks: into which archives, and how far. `everything`: no archive is left out, and nothing in them.

    `opened` are collections besides, also of other archives.
    """

    sights: tuple[tuple[UUID, Sight], ...] = ()
    everything: bool = False
    opened: tuple[Opened, ...] = ()

    def extent(self, collection_id: UUID) -> str:
        """What a grant lets the viewer do with a collection; empty where there is none."""
        return next((one.extent for one in self.opened if one.collection_id == collection_id), "")

    @cached_property
    def by_archive(self) -> dict[UUID, Sight]:
        """The same for looking up."""
        return dict(self.sights)

    def sees(self, asset: Asset, today: date) -> bool:
        """Whether the asset is shown; what only a collection opens is not known here (see `shown.there`)."""
        if self.everything:
            return True
        sight = self.by_archive.get(asset.archive_id)
        return sight is not None and is_shown(asset, sight, today)


def is_shown(asset: Asset, sight: Sight, today: date) -> bool:
    """Whether that much sight shows the asset, by what is said of it, else of its shoot."""
    classification, openness, embargo = (
        getattr(asset, field) or asset.shoot.fields.get(field) for field in ("classification", "openness", "embargo")
    )
    if sight == Sight.EVERYTHING:
        return True
    if sight == Sight.PUBLISHED and (
        asset.state != Progress.PUBLISHED or (classification or OPEN) != OPEN or (openness or OPEN) != OPEN
    ):
        return False
    if (classification or OPEN) not in ((OPEN,) if sight == Sight.SHARED else OPEN_CLASSES):
        return False
    return sight == Sight.UNCLASSIFIED or (openness not in CLOSED and (embargo or "") <= today.isoformat())


def is_restricted(asset: Asset, today: date) -> bool:
    """Whether not everybody who is signed in may see it: whoever does is noted."""
    return not is_shown(asset, Sight.OPEN, today)


def today() -> date:
    """The day that embargoes are counted by."""
    return (now() + _EAST).date()
