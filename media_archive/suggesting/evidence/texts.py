"""What is written of assets: by people, by cameras, in their names, in the pictures, and what was heard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Line, Shoot
from media_archive.catalogue.queries import embedded_words
from media_archive.folding import fold
from media_archive.storage.models import File, Role

#: signs of an asset's text that are looked through: hours of speech
MOST_SIGNS = 400_000


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, folded, and where it stands (see `words.fields` of the rules)."""

    field: str
    text: str


def passages(session: Session, assets: Sequence[Asset]) -> dict[UUID, list[Passage]]:
    """All that is written of each, each text once, bounded."""
    ids = [asset.id for asset in assets]
    shoots = {one.id: one for one in session.scalars(select(Shoot).where(Shoot.id.in_({a.shoot_id for a in assets})))}
    raw = {asset.id: list(_own(asset, shoots[asset.shoot_id])) for asset in assets}
    for asset_id, field, text in (*_names(session, ids), *_lines(session, ids)):
        raw[asset_id].append((field, text))
    return {asset_id: list(_folded(found)) for asset_id, found in raw.items()}


def _own(asset: Asset, shoot: Shoot) -> Iterator[tuple[str, str]]:
    embedded = embedded_words(asset)
    yield "title", asset.title or str(embedded.get("title") or "")
    yield "caption", asset.caption or str(embedded.get("caption") or "")
    yield "shoot", shoot.name
    yield "shoot_caption", shoot.caption
    for word in asset.keywords:
        yield "keyword", str(word)
    if place := (asset.fields or {}).get("place"):
        yield "place", str(place)
    for location in (embedded.get("location_shown") or [], embedded.get("location_created") or []):
        yield from _location(location)


def _location(found: Any) -> Iterator[tuple[str, str]]:
    for one in found if isinstance(found, list) else [found]:
        for part in ("name", "sublocation"):
            if isinstance(one, dict) and one.get(part):
                yield "place", str(one[part])


def _names(session: Session, ids: Sequence[UUID]) -> Iterator[tuple[UUID, str, str]]:
    wanted = select(File.asset_id, File.name, File.folder).where(File.asset_id.in_(ids), File.role != Role.RENDITION)
    for asset_id, name, folder in session.execute(wanted):
        yield asset_id, "file", name.rsplit(".", 1)[0]
        for part in (folder or "").split("/"):
            yield asset_id, "folder", part


def _lines(session: Session, ids: Sequence[UUID]) -> Iterator[tuple[UUID, str, str]]:
    wanted = select(Line.asset_id, Line.recipe, Line.text).where(Line.asset_id.in_(ids), Line.hidden.is_(False))
    for row in session.execute(wanted.order_by(Line.asset_id, Line.recipe, Line.position)):
        yield row.asset_id, row.recipe, row.text


def _folded(found: Sequence[tuple[str, str]]) -> Iterator[Passage]:
    left = MOST_SIGNS
    for passage in dict.fromkeys(Passage(field, fold(text[:left])) for field, text in found if text):
        if passage.text and left > 0:
            left -= len(passage.text)
            yield passage
