"""Correcting the clocks of a shoot's cameras, and telling what that changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import clocks, describing
from media_archive.catalogue.clocks import Selector, Shift
from media_archive.catalogue.models import Asset, Shoot
from media_archive.catalogue.service import touch
from media_archive.catalogue.shown import shown
from media_archive.errors import Invalid
from media_archive.events import service as events

BATCH = 400
#: examples of what changes
EXAMPLES = 5
#: seconds in the steps that offsets of the world's zones have, and seconds that no clock is worth correcting by
QUARTER, LITTLE = 900, 2.0


@dataclass
class Clock:
    """A camera of a shoot: how much it took, when, and how far its clock was from the satellites' time."""

    make: str
    model: str
    serial: str
    assets: int = 0
    first: str | None = None
    last: str | None = None
    #: seconds ahead of the satellites' time, of files that state the clock's offset
    ahead: list[float] = field(default_factory=list)
    #: seconds that the clock's face is ahead of UTC, of files that do not
    east: list[float] = field(default_factory=list)

    @property
    def offset(self) -> int | None:
        """Minutes east of UTC that the clock seems to have stood at, where its files do not say it."""
        return round(median(self.east) / QUARTER) * 15 if self.east else None

    @property
    def seconds(self) -> int | None:
        """Seconds that the clock seems to need; None where that is little, or no file holds the satellites' time."""
        ahead = median(self.ahead) if self.ahead else 0.0
        if self.offset is not None:
            ahead = median(self.east) - self.offset * 60
        return -round(ahead) if abs(ahead) > LITTLE else None

    def see(self, capture: Mapping[str, Any]) -> None:
        """Takes the moment of one file into account."""
        self.first = min(filter(None, (self.first, capture["at"])))
        self.last = max(filter(None, (self.last, capture["at"])))
        if (ahead := capture.get("ahead_of_gps")) is None:
            return
        if capture.get("offset") is not None:
            self.ahead.append(ahead)
        else:
            face = datetime.fromisoformat(capture["at"]).replace(tzinfo=UTC)
            self.east.append(ahead + (face - datetime.fromisoformat(capture["instant"])).total_seconds())

    def to_json(self) -> dict[str, Any]:
        """For `--json`; what is unknown is absent."""
        names = ("make", "model", "serial", "assets", "first", "last")
        told = {name: getattr(self, name) for name in names} | {
            "suggested_offset": self.offset,
            "suggested_seconds": self.seconds,
        }
        return {name: value for name, value in told.items() if value not in (None, "")}


@dataclass
class Changed:
    """What a correction changes, or would change."""

    assets: int = 0
    #: set by people, so left
    by_hand: int = 0
    #: without a moment of a clock, or not known to the minute
    without_clock: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)


def cameras(session: Session, shoot_id: UUID) -> list[Clock]:
    """The cameras of the shoot's assets, the busiest first."""
    return _clocks(
        session.scalars(select(Asset.record).where(Asset.shoot_id == shoot_id).execution_options(yield_per=BATCH))
    )


def cameras_of(session: Session, ids: Sequence[UUID]) -> list[Clock]:
    """The cameras of these assets, the busiest first."""
    pages = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return _clocks(
        one for page in pages for one in session.scalars(select(Asset.record).where(Asset.id.in_(page), shown()))
    )


def _clocks(records: Iterable[dict[str, Any]]) -> list[Clock]:
    found: dict[tuple[str, str, str], Clock] = {}
    for record in records:
        camera, capture = record.get("camera") or {}, record.get("capture") or {}
        key = (str(camera.get("make") or ""), str(camera.get("model") or ""), str(camera.get("serial") or ""))
        clock = found.setdefault(key, Clock(*key))
        clock.assets += 1
        if clocks.is_clock(capture):
            clock.see(capture)
    return sorted(found.values(), key=lambda one: (-one.assets, one.model))


def shift(session: Session, shoot: Shoot, by: Shift, who: str) -> Changed:
    """Corrects the clocks that `by` is for, now and for what they will still bring in; recorded asset by asset.

    Raises Invalid if the shoot has no such camera.
    """
    return _apply(session, shoot, by.selector, clocks.added(shoot.clock_shifts, by), who)


def preview(session: Session, shoot: Shoot, by: Shift) -> Changed:
    """What `shift` would change; nothing is written."""
    shifts, done = clocks.added(shoot.clock_shifts, by), Changed()
    columns = (Asset.id, Asset.record, Asset.set_by_hand, Asset.taken_text)
    rows = select(*columns).where(Asset.shoot_id == shoot.id).order_by(Asset.shown_at, Asset.id)
    for row in session.execute(rows.execution_options(yield_per=BATCH)):
        record = row.record or {}
        if not by.fits(record.get("camera") or {}):
            continue
        if "taken" in row.set_by_hand:
            done.by_hand += 1
        elif not clocks.is_clock(record.get("capture") or {}):
            done.without_clock += 1
        elif (after := clocks.corrected(record, shifts).get("at")) != row.taken_text:
            done.assets += 1
            if len(done.examples) < EXAMPLES:
                done.examples.append({"asset": str(row.id), "before": row.taken_text, "after": after})
    return done


def undo(session: Session, shoot: Shoot, selector: Selector, who: str) -> Changed:
    """Takes back the corrections of these cameras."""
    left = clocks.without(shoot.clock_shifts, selector)
    if len(left) == len(shoot.clock_shifts):
        raise Invalid(
            "No clock of the shoot {shoot} was corrected so. `shoots shift` shows what was.", shoot=shoot.name
        )
    return _apply(session, shoot, selector, left, who)


def follow(session: Session, shoot_id: UUID, after: UUID | None, who: str) -> list[UUID]:
    """Gives the next assets of the shoot by id the time that follows from its corrections; returns which were looked at."""
    page = select(Asset).where(Asset.shoot_id == shoot_id).order_by(Asset.id).limit(BATCH).with_for_update(of=Asset)
    assets = session.scalars(page if after is None else page.where(Asset.id > after)).all()
    for asset in assets:
        _correct(session, asset, Changed(), who)
    return [asset.id for asset in assets]


def _apply(session: Session, shoot: Shoot, selector: Selector, shifts: list[dict[str, Any]], who: str) -> Changed:
    before, done, met = shoot.clock_shifts, Changed(), False
    shoot.clock_shifts = shifts
    for asset in _assets(session, shoot.id):
        if selector.fits((asset.record or {}).get("camera") or {}):
            met = True
            _correct(session, asset, done, who)
    if not met:
        raise Invalid(
            "The shoot {shoot} has nothing by that camera. `shoots shift` lists its cameras.", shoot=shoot.name
        )
    events.record(
        session, who, "modification", "shoot", shoot.id, before={"clocks": before}, after={"clocks": shifts},
        assets=done.assets,
    )  # fmt: skip
    return done


def _correct(session: Session, asset: Asset, done: Changed, who: str) -> None:
    if "taken" in asset.set_by_hand:
        done.by_hand += 1
        return
    if not clocks.is_clock((asset.record or {}).get("capture") or {}):
        done.without_clock += 1
        return
    before = asset.taken_text
    describing.take_again(session, asset, "taken")
    if asset.taken_text == before:
        return
    done.assets += 1
    if len(done.examples) < EXAMPLES:
        done.examples.append({"asset": str(asset.id), "before": before, "after": asset.taken_text})
    after = {"taken": asset.taken_text}
    events.record(session, who, "modification", "asset", asset.id, before={"taken": before}, after=after)
    touch(session, asset.id)


def _assets(session: Session, shoot_id: UUID) -> Iterator[Asset]:
    """The shoot's assets by id, a batch at a time, each batch written and forgotten before the next."""
    after: UUID | None = None
    while True:
        page = select(Asset).where(Asset.shoot_id == shoot_id).order_by(Asset.id).limit(BATCH)
        assets: Sequence[Asset] = session.scalars(page if after is None else page.where(Asset.id > after)).all()
        if not assets:
            return
        yield from assets
        after = assets[-1].id
        session.flush()
        for one in assets:
            session.expunge(one)
