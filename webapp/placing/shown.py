"""What the page of time and place shows: which assets it is about, their cameras, what the clocks were corrected by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import shifting
from media_archive.catalogue.models import Asset, Shoot
from media_archive.catalogue.shifting import Clock
from media_archive.catalogue.shown import shown as is_shown
from media_archive.catalogue.tracks import service as tracks
from media_archive.catalogue.tracks.matching import Found, Way
from media_archive.catalogue.tracks.service import Match
from media_archive.search import chosen
from media_archive.search.service import Filters
from webapp import selected
from webapp.bulk.words import clock_length
from webapp.selected import Selected
from webapp.shown import readable
from webapp.translated import gettext

#: pictures that can be chosen as one of a clock, and assets whose cameras are listed
PICTURES, LOOKED_AT = 200, 5000
#: found places that are listed
EXAMPLES = 12


@dataclass(frozen=True)
class Camera:
    """A camera of the selection; `key` names it in forms."""

    key: str
    name: str
    assets: int
    first: str
    last: str
    advice: str


@dataclass(frozen=True)
class Picture:
    """A picture that may be of a clock."""

    id: UUID
    words: str


def of_shoot(shoot: Shoot, total: int) -> Selected:
    """Everything in a shoot, as forms carry it."""
    return Selected(chosen.plain("", Filters(shoot=shoot.id)), total)


def cameras(session: Session, shoot: Shoot | None, about: Selected) -> list[Camera]:
    """The cameras of a shoot, or of the selection, the busiest first."""
    found = (
        shifting.cameras(session, shoot.id)
        if shoot
        else shifting.cameras_of(session, selected.first(session, about, LOOKED_AT))
    )
    return [_camera(one) for one in found if one.first]


def _camera(clock: Clock) -> Camera:
    name = " ".join(filter(None, (clock.make, clock.model, clock.serial))) or gettext("unknown camera")
    advice = (
        gettext("its satellite times suggest %(length)s", length=clock_length(clock.seconds)) if clock.seconds else ""
    )
    return Camera(
        key(clock.make, clock.model, clock.serial), name, clock.assets, readable(clock.first or ""),
        readable(clock.last or ""), advice,
    )  # fmt: skip


def key(make: str, model: str, serial: str) -> str:
    """How a form names a camera; the parts of it cannot hold the sign between them."""
    return "\x1f".join((f"{make} {model}".strip(), serial))


def selector(text: str) -> dict[str, str | None]:
    """The inverse, as a correction takes it; every camera where nothing is named."""
    camera, _, serial = text.partition("\x1f")
    return {"camera": camera or None, "serial": serial or None}


def pictures(session: Session, about: Selected) -> list[Picture]:
    """The first pictures that have a time of day."""
    ids = selected.first(session, about, PICTURES)
    rows = session.execute(
        select(Asset.id, Asset.title, Asset.taken_text).where(Asset.id.in_(ids), is_shown()).order_by(Asset.shown_at)
    )
    timed = [row for row in rows if row.taken_text and len(row.taken_text) > 10]
    return [Picture(row.id, " · ".join(filter(None, (readable(row.taken_text), row.title)))) for row in timed]


def corrections(shoot: Shoot) -> list[tuple[str, str]]:
    """What was corrected: the camera's key and the sentence."""
    return [(f"{one['camera'] or ''}\x1f{one['serial'] or ''}", _told(one)) for one in shoot.clock_shifts]


def _told(shift: Mapping[str, Any]) -> str:
    name = " ".join(filter(None, (shift["camera"], shift["serial"]))) or gettext("every camera")
    return gettext("%(camera)s: put by %(length)s", camera=name, length=clock_length(shift["seconds"]))


@dataclass(frozen=True)
class Placed:
    """One picture and where the track says that it was taken."""

    id: UUID
    taken: str
    place: Found


@dataclass
class Trial:
    """What matching would find among the first assets."""

    looked: int = 0
    found: int = 0
    elsewhen: int = 0
    timeless: int = 0
    #: have a position that stays
    placed: int = 0
    examples: list[Placed] | None = None
    points: list[tuple[float, float]] | None = None


def trial(session: Session, about: Selected, match: Match, way: Way) -> Trial:
    """Looks the assets up in the track; nothing is changed."""
    made = Trial()
    examples: list[Placed] = []
    points: list[tuple[float, float]] = []
    for row in _moments(session, selected.first(session, about, LOOKED_AT)):
        made.looked += 1
        if row.latitude is not None and not match.again:
            made.placed += 1
            continue
        place = tracks.place_at(row.taken_at, row.taken_text, match, way)
        if place is None:
            timeless = len(row.taken_text or "") <= 10
            made.timeless, made.elsewhen = made.timeless + timeless, made.elsewhen + (not timeless)
            continue
        made.found += 1
        points.append((place.longitude, place.latitude))
        if len(examples) < EXAMPLES:
            examples.append(Placed(row.id, readable(row.taken_text), place))
    made.examples, made.points = examples, points
    return made


def _moments(session: Session, ids: list[UUID]) -> list[Any]:
    columns = (Asset.id, Asset.taken_at, Asset.taken_text, Asset.latitude, Asset.shown_at)
    pages = (ids[start : start + shifting.BATCH] for start in range(0, len(ids), shifting.BATCH))
    rows = [row for page in pages for row in session.execute(select(*columns).where(Asset.id.in_(page), is_shown()))]
    return sorted(rows, key=lambda row: (row.shown_at, row.id))
