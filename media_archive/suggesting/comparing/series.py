"""What shows a subject, or was taken around a point, over the years."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.queries import Card
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Link
from media_archive.errors import Invalid
from media_archive.geo import distances
from media_archive.suggesting.rules import rules

#: pictures that stand for a year
SAMPLES = 6
MOST_YEARS = 200


@dataclass(frozen=True)
class Place:
    """A subject, or a point in WGS-84 degrees with metres around it."""

    subject: UUID | None = None
    point: tuple[float, float] | None = None
    radius: float = 0.0

    @classmethod
    def near(cls, latitude: float, longitude: float, radius: float | None = None) -> "Place":
        """Around a point; Invalid where that is none, or the radius too wide."""
        told = rules().pairs
        metres = told.radius if radius is None else radius
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise Invalid(
                "This is no point of the earth. Give latitude and longitude in degrees, such as 37.45, 116.30."
            )
        if not 1 <= metres <= told.widest:
            raise Invalid("Look in 1 to {most} m around the point.", most=int(told.widest))
        return cls(point=(latitude, longitude), radius=metres)


@dataclass(frozen=True)
class Year:
    """How much there is of a year, and a few pictures of it."""

    year: int
    count: int
    cards: list[Card]


def pictures(place: Place, archive_id: UUID | None = None) -> Select[Asset]:
    """Photographs and films of the place whose date is known; what is only about it left out, and what the viewer may not see."""
    wanted = select(Asset).where(shown(), Asset.taken_at.is_not(None), Asset.kind != Kind.SOUND)
    if archive_id:
        wanted = wanted.where(Asset.archive_id == archive_id)
    if place.subject:
        linked = select(Link.asset_id).where(Link.subject_id == place.subject, Link.role != "about")
        return wanted.where(Asset.id.in_(linked))
    return wanted.where(*_around(place))


def _around(place: Place) -> list[ColumnElement[bool]]:
    """Within the box around the point: its corners lie a little farther than the radius, which does no harm here."""
    assert place.point
    latitude, longitude = place.point
    west, south, east, north = distances.around((longitude, latitude), place.radius)
    return [Asset.latitude.between(south, north), Asset.longitude.between(west, east)]


def years(session: Session, place: Place) -> list[Year]:
    """The series, year by year."""
    dated = pictures(place).where(Asset.year.is_not(None))
    counted = dated.with_only_columns(Asset.year, func.count(Asset.id)).group_by(Asset.year).order_by(Asset.year)
    rows = [(int(year or 0), count) for year, count in session.execute(counted.limit(MOST_YEARS))]
    samples = {number: _samples(session, place, number) for number, _ in rows}
    cards = {card.id: card for card in catalogue.cards(session, [one for ids in samples.values() for one in ids])}
    return [Year(number, count, [cards[one] for one in samples[number] if one in cards]) for number, count in rows]


def _samples(session: Session, place: Place, year: int) -> list[UUID]:
    wanted = pictures(place).where(Asset.year == year).with_only_columns(Asset.id)
    return list(session.scalars(wanted.order_by(Asset.taken_at, Asset.id).limit(SAMPLES)))
