"""Long films in pieces: any worker makes any piece, and the last one asks for them to be joined.

A division is planned by the film's own job. Each piece is a job of its own, so a worker that dies costs one piece. What
a piece gives lies in a store as a passing object until it is joined. Where anything goes wrong for good, the division
is given up, and the film is rendered whole.
"""

import tarfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Asset, Kind
from media_archive.context import Context
from media_archive.db import after_commit, now
from media_archive.errors import ArchiveError
from media_archive.jobs import service as jobs
from media_archive.logs import Log
from media_archive.renditions.films.pieces import Wanted
from media_archive.renditions.models import Division, Piece
from media_archive.renditions.planning import Holding, hold_all
from media_archive.renditions.recipes import Recipe, book
from media_archive.storage import passing
from media_archive.storage.models import File
from media_archive.words import Message

log = Log()

PIECE, JOIN = "render-chunk", "render-join"
#: no worker goes on so long with a piece that was taken from it; after that nothing of a division can come back
FORGOTTEN = timedelta(days=2)


def originals(holding: Holding) -> list[File]:
    """What is rendered: all files of a recording that spans several, else the one original that is best."""
    source = holding.source
    if source.part is None or holding.asset.kind != Kind.FILM:
        return [source]
    return [file for file in holding.originals if file.part is not None and file.format == source.format]


def under_way(session: Session, holding: Holding) -> Division | None:
    """The division of these originals that is being made; one of others is ended."""
    query = select(Division).where(Division.asset_id == holding.asset.id, Division.ended_at.is_(None))
    found = None
    for division in session.scalars(query):
        if division.sources == _names(holding):
            found = division
    return found


def given_up(session: Session, holding: Holding) -> bool:
    """Whether these originals could not be rendered in pieces when that was last tried; not if asked for anew since."""
    query = select(Division).where(Division.asset_id == holding.asset.id, Division.problem.is_not(None))
    asked = holding.asset.remake_at
    return any(
        one.sources == _names(holding) and (asked is None or one.began_at >= asked) for one in session.scalars(query)
    )


def begin(session: Session, holding: Holding, recipes: Sequence[Recipe], wanted: Wanted) -> None:
    """Writes the division down and asks for its pieces; does nothing while one is under way."""
    if under_way(session, holding):
        return
    division = Division(
        asset_id=holding.asset.id,
        sources=_names(holding),
        streams=[one.model_dump() for one in wanted.streams],
        recipes={recipe.name: recipe.version for recipe in recipes},
        began_at=holding.begun(),
        pieces=[Piece(number=number, share=share.model_dump()) for number, share in enumerate(wanted.shares)],
    )
    session.add(division)
    session.flush()
    for piece in division.pieces:
        jobs.request(session, PIECE, piece.id, shoot_id=holding.asset.shoot_id)


def find(session: Session, division_id: UUID) -> tuple[Division, Holding] | None:
    """A division and what it divides; None if it has ended, or what it divides is no longer the same."""
    query = select(Division).where(Division.id == division_id).options(selectinload(Division.pieces))
    division = session.scalars(query).one_or_none()
    if division is None or division.ended_at:
        return None
    held = hold_all(session, [division.asset_id], to_make=True)
    if not held or _names(held[0]) != division.sources or recipes_of(division) is None:
        return None
    return division, held[0]


def recipes_of(division: Division) -> list[Recipe] | None:
    """What is made; None if the recipes have changed since."""
    known = {recipe.name: recipe for recipe in book("film").recipe}
    found = [known.get(name) for name in division.recipes]
    versions = list(division.recipes.values())
    if any(one is None or one.version != version for one, version in zip(found, versions, strict=True)):
        return None
    return [one for one in found if one is not None]


def locked(session: Session, division_id: UUID) -> Division | None:
    """The division, for this transaction alone; None if it has ended."""
    query = select(Division).where(Division.id == division_id, Division.ended_at.is_(None)).with_for_update()
    return session.scalars(query).one_or_none()


def take(session: Session, piece_id: UUID, store: str, sha256: str) -> None:
    """A piece is made; the last one asks for the join."""
    piece = session.get_one(Piece, piece_id)
    division = locked(session, piece.division_id)
    if division is None:
        return
    piece.store, piece.sha256, piece.made_at = store, sha256, now()
    session.flush()
    missing = select(Piece.id).where(Piece.division_id == division.id, Piece.made_at.is_(None))
    if session.scalars(missing.limit(1)).first() is None:
        jobs.request(session, JOIN, division.id, shoot_id=_shoot_of(session, division))


def lose(session: Session, piece_id: UUID) -> None:
    """The bytes of a piece are gone or damaged: it is made again."""
    piece = session.get_one(Piece, piece_id)
    if division := locked(session, piece.division_id):
        piece.store = piece.sha256 = piece.made_at = None
        jobs.request(session, PIECE, piece.id, shoot_id=_shoot_of(session, division))


def end(session: Session, context: Context, division: Division, problem: Message | None = None) -> None:
    """Nothing more is made of a division; its passing objects go once that is written down."""
    division.ended_at, division.problem = now(), problem.to_json() if problem else None
    session.flush()
    after_commit(session, lambda: _remove(context, division))


def abandon(session: Session, context: Context, division_id: UUID, problem: Message | None = None) -> None:
    """Gives a division up, and asks for the film to be rendered by its own job instead."""
    if (division := locked(session, division_id)) is None:
        return
    end(session, context, division, problem)
    for holding in hold_all(session, [division.asset_id]):
        asset = holding.asset
        jobs.request(session, "render-film", asset.id, shoot_id=asset.shoot_id)


def tidy(context: Context) -> None:
    """Removes what divisions that ended left in the stores, and after a while their rows."""
    with context.reading() as session:
        query = select(Division).where(Division.ended_at.is_not(None)).options(selectinload(Division.pieces))
        ended = session.scalars(query).all()
    for division in ended:
        _remove(context, division)
    old = [one.id for one in ended if one.ended_at and one.ended_at < now() - FORGOTTEN]
    if old:
        with context.transaction() as session:
            for division in session.scalars(select(Division).where(Division.id.in_(old))):
                for piece in division.pieces:
                    session.delete(piece)
                session.flush()
                session.delete(division)


def pack(folder: Path, target: Path) -> None:
    """The files in `folder` as one, the same for the same files whoever packs them."""
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as packed:
        for path in sorted(folder.iterdir()):
            told = tarfile.TarInfo(path.name)
            told.size = path.stat().st_size
            with path.open("rb") as file:
                packed.addfile(told, file)


def unpack(packed: Path, folder: Path) -> None:
    """The files that `pack` took, in `folder`."""
    folder.mkdir()
    with tarfile.open(packed) as opened:
        opened.extractall(folder, filter="data")


def _names(holding: Holding) -> list[str]:
    return [str(file.id) for file in originals(holding)]


def _shoot_of(session: Session, division: Division) -> UUID | None:
    asset = session.get(Asset, division.asset_id)
    return asset.shoot_id if asset else None


def _remove(context: Context, division: Division) -> None:
    for piece in division.pieces:
        try:
            passing.remove(context.stores, piece.store or passing.place(context.stores), piece.id)
        except ArchiveError as exc:  # `tidy` tries again
            log.warning("piece.left", piece=str(piece.id), reason=str(exc))
