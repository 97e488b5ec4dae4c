"""Keeping tracks, and finding the place of assets by them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.tracks.matching import Found, Way
from media_archive.catalogue.tracks.models import Track
from media_archive.errors import Invalid, NotFound
from media_archive.events import service as events
from media_archive.tools.isolation import reader

LONGEST_NAME = 255
SECONDS_TO_READ = 30.0


class Match(BaseModel):
    """How pictures are matched: with which track, by a clock that is so many seconds behind it, and how far apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    track: UUID
    #: added to the moments of the pictures before the track is asked
    offset: float = Field(0, ge=-864_000, le=864_000, allow_inf_nan=False)
    #: seconds to the nearest point at most
    within: float = Field(60, ge=0, le=86_400, allow_inf_nan=False)
    #: also pictures that have a position
    again: bool = False


def read(file: Path) -> Way:
    """The way in a GPX file, read in a child process; Invalid where it is none."""
    told = reader().call("media_archive.metadata.reading.gpx:timed", str(file), timeout=SECONDS_TO_READ)
    if "error" in told:
        raise Invalid("The GPX track is no valid XML: {reason}.", reason=told["error"])
    return Way.of((seconds, latitude, longitude) for seconds, latitude, longitude in told["points"])


def keep(session: Session, archive_id: UUID, name: str, way: Way, who: str) -> Track:
    """Keeps a track; the one that is there where the same was brought before."""
    packed = way.packed()
    digest = hashlib.sha256(packed).hexdigest()
    there = session.scalars(select(Track).where(Track.archive_id == archive_id, Track.sha256 == digest)).first()
    if there is not None:
        return there
    track = Track(
        archive_id=archive_id, name=name.replace("\0", "")[:LONGEST_NAME] or "track.gpx", sha256=digest,
        count=len(way.times), starts_at=_moment(way.times[0]), ends_at=_moment(way.times[-1]), points=packed,
        created_by=who,
    )  # fmt: skip
    session.add(track)
    session.flush()
    events.record(session, who, "creation", "track", track.id, name=track.name, count=track.count, sha256=digest)
    return track


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def one(session: Session, track_id: UUID, archive_id: UUID | None = None) -> Track:
    """The track; NotFound where there is none, or none of that archive."""
    found = session.get(Track, track_id)
    if found is None or archive_id not in (None, found.archive_id):
        raise NotFound("There is no such track. Bring the GPX file again.")
    return found


def place_at(taken_at: datetime | None, taken_text: str | None, match: Match, way: Way) -> Found | None:
    """Where something was taken by the track; None where its moment is unknown or the track was elsewhen."""
    # a day or a year says nothing of where one was
    if taken_at is None or len(taken_text or "") <= len("1987-05-12"):
        return None
    return way.at(taken_at + timedelta(seconds=match.offset), match.within)


def ways(session: Session, matches: Sequence[Match]) -> Mapping[UUID, Way]:
    """The ways of the tracks that are matched with."""
    return {match.track: Way.unpacked(one(session, match.track).points) for match in matches}
