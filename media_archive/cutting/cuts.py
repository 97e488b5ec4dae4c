"""A rough cut as it leaves: every clip in frames of its film and of the cut, with what an editing program relinks by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.collections.models import Clip, Collection, Marker
from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.cutting import counting, service
from media_archive.cutting.counting import Span
from media_archive.delivery.clips.points import Timing
from media_archive.storage.models import File, Role

#: the timecode at which a cut begins, as editing programs do
STARTS = 3600


@dataclass(frozen=True)
class Mark:
    """A marker inside a piece: frames from the first of the film."""

    frame: int
    colour: str
    text: str


@dataclass(frozen=True)
class Piece:
    """A clip in its cut."""

    clip_id: UUID
    asset_id: UUID
    title: str
    note: str
    #: the original's name, by which programs look for it
    file: str
    reel: str
    timing: Timing
    #: frames of the film, at the film's own rate
    source: Span
    #: frames of the whole film
    frames: int
    #: where it stands in the cut, in frames at the cut's rate
    record: Span
    width: int
    height: int
    has_sound: bool
    marks: Sequence[Mark] = ()

    @property
    def starts(self) -> int:
        """The number of the film's first frame by its own timecode, at the rate of the picture."""
        return round(Fraction(self.timing.start) / self.timing.code_rate * self.timing.rate)


@dataclass(frozen=True)
class Cut:
    """A whole cut."""

    name: str
    rate: Fraction
    drop: bool
    pieces: list[Piece] = field(default_factory=list)

    @property
    def frames(self) -> int:
        """How long it is, in frames."""
        return sum(piece.record.count for piece in self.pieces)

    @property
    def rates(self) -> set[Fraction]:
        """The frame rates of its films."""
        return {piece.timing.rate for piece in self.pieces}


def of(session: Session, bin_: Collection) -> Cut:
    """The cut that a bin is, as far as the viewer sees its films; its rate is that of the first clip."""
    clips = service.clips(session, bin_)
    assets = _assets(session, clips)
    there = [clip for clip in clips if clip.asset_id in assets]
    first = counting.timing(assets[there[0].asset_id]) if there else None
    rate = first.rate if first else counting.USUAL
    files, marks = _originals(session, assets), _marks(session, assets)
    pieces: list[Piece] = []
    at = 0
    for clip in there:
        piece = _piece(clip, assets[clip.asset_id], files.get(clip.asset_id), marks[clip.asset_id], at, rate)
        pieces.append(piece)
        at += piece.record.count
    return Cut(bin_.name, rate, bool(first and first.drop), pieces)


def _assets(session: Session, clips: Sequence[Clip]) -> dict[UUID, Asset]:
    wanted = select(Asset).where(Asset.id.in_({clip.asset_id for clip in clips}), shown())
    return {asset.id: asset for asset in session.scalars(wanted)}


def _originals(session: Session, assets: Mapping[UUID, Asset]) -> dict[UUID, File]:
    """The first original of each."""
    wanted = select(File).where(File.asset_id.in_(assets), File.role == Role.ORIGINAL)
    found: dict[UUID, File] = {}
    for file in session.scalars(wanted.order_by(File.part, File.created_at, File.id)):
        found.setdefault(file.asset_id, file)
    return found


def _marks(session: Session, assets: Mapping[UUID, Asset]) -> dict[UUID, list[Marker]]:
    found: dict[UUID, list[Marker]] = defaultdict(list)
    for marker in session.scalars(select(Marker).where(Marker.asset_id.in_(assets))):
        found[marker.asset_id].append(marker)
    return found


def _piece(clip: Clip, asset: Asset, file: File | None, marks: Sequence[Marker], at: int, rate: Fraction) -> Piece:
    how = counting.timing(asset)
    source = counting.span(*clip.span, how.rate)
    name = file.name if file else str(asset.id)
    record = asset.record or {}
    inside = [Mark(round(one.seconds * how.rate), one.colour, one.text) for one in marks]
    return Piece(
        clip_id=clip.id,
        asset_id=asset.id,
        title=catalogue.title_of(asset, [file] if file else []),
        note=clip.note,
        file=name,
        reel=str((record.get("container") or {}).get("reel") or name.rsplit(".", 1)[0]),
        timing=how,
        source=source,
        frames=max(source.first + source.count, round(Fraction(asset.duration or 0) * how.rate)),
        record=Span(at, max(1, round(Fraction(source.count) / how.rate * rate))),
        width=asset.width or 1920,
        height=asset.height or 1080,
        has_sound=bool(record.get("audio")),
        marks=sorted(
            (one for one in inside if source.first <= one.frame < source.first + source.count),
            key=lambda one: one.frame,
        ),
    )
