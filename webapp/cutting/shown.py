"""What pages show of markers, bins and cuts."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections import sharing
from media_archive.catalogue.collections.models import Clip, Collection, Marker, Purpose
from media_archive.catalogue.models import Asset, Kind, Rendition
from media_archive.cutting import counting, cuts, markers
from media_archive.cutting.cuts import Cut, Piece
from media_archive.delivery.clips.points import Timing
from media_archive.metadata.normal import timecodes
from media_archive.storage.models import File
from webapp.assets import cells
from webapp.door import user
from webapp.media.addresses import of_digest
from webapp.translated import lazy_gettext

#: the bin that clips are kept in, in a cookie
OPEN_BIN = "archive_bin"
COLOURS = {
    "red": lazy_gettext("red"),
    "yellow": lazy_gettext("yellow"),
    "green": lazy_gettext("green"),
    "blue": lazy_gettext("blue"),
    "purple": lazy_gettext("purple"),
}


@dataclass(frozen=True)
class Beside:
    """What stands beside a film: its markers, the parts of it that were kept, and the bins to keep more in."""

    markers: list[dict[str, Any]] = field(default_factory=list)
    clips: list[dict[str, Any]] = field(default_factory=list)
    bins: list[Collection] = field(default_factory=list)
    open_bin: str = ""


def me() -> tuple[str, bool]:
    """Login of the person at the door, and whether they see what is somebody's own."""
    return user().login, access.may(user(), "manage users")


def bins(session: Session) -> list[Collection]:
    """The bins that the person at the door sees."""
    return collections.seen_by(session, user().archive_id, *me(), purposes=(Purpose.BIN,))


def may_change(session: Session, one: Collection) -> bool:
    """Whether the person at the door may change a bin."""
    return access.may(user(), "arrange") and sharing.reach(session, one, *me()) in ("edit", sharing.OWN)


def beside(session: Session, asset: Asset) -> Beside | None:
    """For the page of a film or recording; None for photographs."""
    if asset.kind == Kind.PHOTO:
        return None
    how = counting.timing(asset)
    seen = {one.id: one for one in bins(session)}
    kept = session.scalars(select(Clip).where(Clip.asset_id == asset.id).order_by(Clip.created_at, Clip.id))
    clips = [clip(one, seen[one.collection_id], how) for one in kept if one.collection_id in seen]
    mine = [one for one in seen.values() if may_change(session, one)] if asset.kind == Kind.FILM else []
    return Beside(
        [marker(one, how) for one in markers.of(session, asset.id)], clips, mine, request.cookies.get(OPEN_BIN, "")
    )


def marker(one: Marker, how: Timing) -> dict[str, Any]:
    """A marker, for templates and scripts."""
    return {
        "id": str(one.id),
        "seconds": f"{float(one.seconds):.4f}",
        "timecode": how.say(one.seconds),
        "colour": one.colour,
        "text": one.text,
        "by": one.created_by,
    }


def clip(one: Clip, bin_: Collection, how: Timing) -> dict[str, Any]:
    first, last = one.span
    return {
        "id": str(one.id),
        "bin": bin_.name,
        "bin_id": str(bin_.id),
        "seconds": f"{float(first):.4f}",
        "in": how.say(first),
        "out": how.say(last),
        "length": round(float(one.length), 2),
        "note": one.note,
    }


def lines(session: Session, cut: Cut) -> list[dict[str, Any]]:
    """The rows of a rough cut: what to show of each clip and what plays it."""
    ids = list({piece.asset_id for piece in cut.pieces})
    pictures = {card.id: cells.thumb(card) for card in catalogue.cards(session, ids)}
    proxies = _proxies(session, ids)
    return [
        {
            "piece": piece,
            "thumb": pictures.get(piece.asset_id),
            "src": proxies.get(piece.asset_id),
            "in": _code(piece, piece.source.first),
            "out": _code(piece, piece.source.first + piece.source.count),
            "begins": f"{float(piece.source.first / piece.timing.rate):.4f}",
            "ends": f"{float((piece.source.first + piece.source.count) / piece.timing.rate):.4f}",
            "at": timecodes.say(piece.record.first, cut.rate, drop=cut.drop),
            "length": timecodes.say(piece.record.count, cut.rate, drop=False),
        }
        for piece in cut.pieces
    ]


def _code(piece: Piece, frame: int) -> str:
    return timecodes.say(piece.starts + frame, piece.timing.rate, drop=piece.timing.drop)


def _proxies(session: Session, ids: list[UUID]) -> dict[UUID, str]:
    wanted = select(Rendition.asset_id, File.id, File.sha256).join(File, File.id == Rendition.file_id)
    rows = session.execute(wanted.where(Rendition.asset_id.in_(ids), Rendition.recipe == "proxy"))
    return {asset_id: of_digest(file_id, sha256, "mp4") for asset_id, file_id, sha256 in rows}


def total(cut: Cut) -> str:
    """How long a cut is, as timecode."""
    return timecodes.say(cut.frames, cut.rate, drop=False)


def summaries(session: Session, those: list[Collection]) -> list[dict[str, Any]]:
    """Each bin with its number of clips, its length and the pictures of the first."""
    told = []
    for one in those:
        cut = cuts.of(session, one)
        first = [piece.asset_id for piece in cut.pieces[:3]]
        pictures = {card.id: cells.thumb(card) for card in catalogue.cards(session, list(dict.fromkeys(first)))}
        cover = [picture for asset in dict.fromkeys(first) if (picture := pictures.get(asset))]
        told.append({"one": one, "count": len(cut.pieces), "total": total(cut), "cover": cover})
    return told
