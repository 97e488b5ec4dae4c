"""The jobs that make one piece of a long film, and that join all of them."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.errors import Damaged, NotFound
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.renditions import dividing, hand
from media_archive.renditions.conclusion import Made, conclude
from media_archive.renditions.entering import Attempt, store
from media_archive.renditions.films import pieces
from media_archive.renditions.models import Division, Piece
from media_archive.renditions.orders import Order
from media_archive.renditions.planning import Holding
from media_archive.renditions.streams import Streams
from media_archive.storage import passing
from media_archive.words import Message


class PieceWork:
    """Makes a piece and leaves it in a store."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        piece_id = job.target
        with self._context.reading() as session:
            piece = session.get(Piece, piece_id)
            found = dividing.find(session, piece.division_id) if piece else None
        if piece is None:
            return _nothing
        if found is None:
            division_id = piece.division_id
            return lambda session: dividing.abandon(session, self._context, division_id)
        if piece.made_at:
            return _nothing
        at, sha256 = self._made(*found, piece)
        return lambda session: dividing.take(session, piece_id, at, sha256)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The film is rendered whole."""
        assert job.target
        if piece := session.get(Piece, job.target):
            dividing.abandon(session, self._context, piece.division_id, problem)

    def _made(self, division: Division, holding: Holding, piece: Piece) -> tuple[str, str]:
        share = pieces.Share.model_validate(piece.share)
        files = dividing.originals(holding)
        with hand.scratch(self._context) as scratch:
            (scratch / "piece").mkdir()
            wanted = files if share.of == "sound" else files[share.source : share.source + 1]
            with hand.at_hand(self._context, wanted) as paths:
                order = _order(self._context, division, holding, paths, scratch / "piece")
                pieces.make(order, _streams(division), share)
            dividing.pack(scratch / "piece", scratch / "packed")
            return passing.put(self._context.stores, piece.id, scratch / "packed")


class JoinWork:
    """Joins the pieces of a film and enters what became of them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        division_id = job.target
        with self._context.reading() as session:
            found = dividing.find(session, division_id)
        if found is None:
            return lambda session: dividing.abandon(session, self._context, division_id)
        division, holding = found
        with hand.scratch(self._context) as scratch:
            for piece in division.pieces:
                try:
                    self._fetch(piece, scratch)
                except (NotFound, Damaged):
                    return _lost(piece.id)
            made = self._joined(division, holding, scratch)

        def enter(session: Session) -> None:
            if (current := dividing.locked(session, division_id)) is None:
                return
            dividing.end(session, self._context, current)
            conclude(session, self._context, session.get_one(Asset, holding.asset.id), made, "render-film")

        return enter

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The film is rendered whole."""
        assert job.target
        dividing.abandon(session, self._context, job.target, problem)

    def _fetch(self, piece: Piece, scratch: Path) -> None:
        if piece.store is None or piece.sha256 is None:
            raise NotFound("A piece of the film is not made yet.")
        with tempfile.NamedTemporaryFile(dir=scratch) as packed:
            target = Path(packed.name)
            passing.fetch(self._context.stores, piece.store, piece.id, piece.sha256, target)
            dividing.unpack(target, scratch / str(piece.number))

    def _joined(self, division: Division, holding: Holding, scratch: Path) -> Made:
        shares = [pieces.Share.model_validate(piece.share) for piece in division.pieces]
        folders = [scratch / str(piece.number) for piece in division.pieces]
        order = _order(self._context, division, holding, [], scratch)
        rendered = pieces.join(order, _streams(division), shares, folders)
        attempt = Attempt(holding.source.id, order.recipes, division.began_at)
        return Made(attempt, rendered, [store(self._context.stores, output) for output in rendered.outputs])


def _order(context: Context, division: Division, holding: Holding, paths: list[Path], folder: Path) -> Order:
    recipes = dividing.recipes_of(division)
    assert recipes is not None  # `dividing.find` saw to it
    return hand.order(context, holding, recipes, paths, folder)


def _streams(division: Division) -> list[Streams]:
    return [Streams.model_validate(one) for one in division.streams]


def _nothing(_: Session) -> None:
    """There is nothing left to do."""


def _lost(piece_id: UUID) -> Conclusion:
    def again(session: Session) -> Any:
        dividing.lose(session, piece_id)

    return again
