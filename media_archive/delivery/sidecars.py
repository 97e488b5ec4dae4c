"""The catalogue's description of assets as XMP files, to lie beside copies of their originals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.delivery import places, statements
from media_archive.metadata.writing.packet import packet
from media_archive.storage.models import File, Role

SUFFIX = ".xmp"


def write(assets: Iterable[Mapping[str, Any]], names: Mapping[UUID, str], folder: Path, force: bool) -> int:
    """One XMP file for each of `assets`, called as `names` says; returns how many.

    Raises Conflict at the first one that exists, unless `force` lets it be replaced.
    """
    places.folder(folder)
    done = 0
    for facts in assets:
        asset_id = UUID(facts["asset"]["id"])
        made = packet(statements.of(facts)).main
        with places.draft(folder / names.get(asset_id, f"{asset_id}{SUFFIX}"), force) as draft:
            draft.write_bytes(made)
        done += 1
    return done


def names(session: Session, *, shoot_id: UUID | None = None, ids: Iterable[UUID] = ()) -> dict[UUID, str]:
    """Names of the sidecars: "stem.xmp", or "stem.ext.xmp" where two assets share the stem, or with a number."""
    firsts = _first_originals(session, shoot_id, list(ids))
    stems = Counter(_key(PurePath(name).stem) for name in firsts.values())
    chosen: dict[UUID, str] = {}
    taken: set[str] = set()
    for asset_id, name in firsts.items():
        stem = PurePath(name).stem if stems[_key(PurePath(name).stem)] == 1 else name
        made, number = places.fitting(stem, SUFFIX), 1
        while _key(made) in taken:
            number += 1
            made = places.fitting(stem, f" ({number}){SUFFIX}")
        taken.add(_key(made))
        chosen[asset_id] = made
    return chosen


def _key(name: str) -> str:
    """Names that differ in case only are one on many disks."""
    return name.casefold()


def _first_originals(session: Session, shoot_id: UUID | None, ids: list[UUID]) -> dict[UUID, str]:
    query = (
        select(File.asset_id, File.name)
        .join(Asset, Asset.id == File.asset_id)
        .where(File.role == Role.ORIGINAL, shown())
    )
    query = query.where(Asset.shoot_id == shoot_id) if shoot_id else query.where(Asset.id.in_(ids))
    found: dict[UUID, str] = {}
    for asset_id, name in session.execute(query.order_by(File.created_at, File.id)):
        found.setdefault(asset_id, name)
    return found
