"""The job that makes the renditions of an asset and enters them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Kind
from media_archive.context import Context
from media_archive.db import now
from media_archive.errors import Unreadable
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.renditions import asking, dividing, hand
from media_archive.renditions.conclusion import Made, conclude
from media_archive.renditions.entering import Attempt, fail, store
from media_archive.renditions.films import pieces
from media_archive.renditions.planning import Holding, hold, plan
from media_archive.renditions.recipes import Recipe
from media_archive.renditions.render import fulfil
from media_archive.words import Message

#: pieces that a film just too long for one is made in
PIECES = 4


@dataclass(frozen=True)
class _Task:
    """What one job is to make."""

    holding: Holding
    recipes: Sequence[Recipe]
    #: whether it may be made in pieces, by other jobs
    divisible: bool
    #: whether it is being made so already
    under_way: bool


class RenderWork:
    """Makes what is missing or outdated of an asset and is made by one kind of job, in one decode of its best original."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        task = self._task(job)
        asset_id = task.holding.asset.id
        if task.under_way:
            return lambda _session: None
        if not task.recipes:
            return lambda session: self._settle(session, asset_id, job.kind)
        began = task.holding.begun()
        with hand.at_hand(self._context, dividing.originals(task.holding)) as paths:
            if wanted := self._divided(task, paths):
                return lambda session: dividing.begin(session, hold(session, asset_id), task.recipes, wanted)
            made = self._made(task, paths, Attempt(task.holding.source.id, task.recipes, began))
        return lambda session: conclude(session, self._context, session.get_one(Asset, asset_id), made, job.kind)

    def _settle(self, session: Session, asset_id: UUID, kind: str) -> None:
        """Everything of this kind is there already."""
        holding = hold(session, asset_id)
        holding.asset.rendered_at = holding.asset.rendered_at or now()
        asking.follow(session, holding, self._context.settings.chosen_recipes, done=kind)

    def _task(self, job: Job) -> _Task:
        assert job.target
        with self._context.reading() as session:
            holding = hold(session, job.target, to_make=True)
            apart = job.kind == "render-film" and holding.asset.kind == Kind.FILM
            under_way = apart and dividing.under_way(session, holding) is not None
            divisible = apart and not under_way and not dividing.given_up(session, holding)
            return _Task(holding, self._open(holding, job.kind), divisible, under_way)

    def _open(self, holding: Holding, kind: str) -> Sequence[Recipe]:
        return plan(holding, self._context.settings.chosen_recipes).ready().get(kind, [])

    def _divided(self, task: _Task, paths: Sequence[Path]) -> pieces.Wanted | None:
        """The pieces that a long film is made in; None for what is made here and now."""
        seconds, asset = self._context.settings.chunk_minutes * 60, task.holding.asset
        if not (task.divisible and seconds and asset.duration and asset.duration > seconds):
            return None
        with hand.scratch(self._context) as scratch:
            order = hand.order(self._context, task.holding, task.recipes, paths, scratch)
            try:
                return pieces.wanted(order, seconds / PIECES)
            except Unreadable:
                return None  # rendering it will say why

    def _made(self, task: _Task, paths: Sequence[Path], attempt: Attempt) -> Made:
        with hand.scratch(self._context) as scratch:
            order = hand.order(self._context, task.holding, task.recipes, paths, scratch)
            rendered = fulfil(str(task.holding.asset.kind), order)
            return Made(attempt, rendered, [store(self._context.stores, output) for output in rendered.outputs])

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset is shown as a card that says why."""
        assert job.target
        holding = hold(session, job.target)
        asset = holding.asset
        if holding.originals:
            fail(session, asset, Attempt(holding.source.id, self._open(holding, job.kind), holding.begun()), problem)
        if job.kind == f"render-{asset.kind}":
            asset.problem, asset.rendered_at = problem.to_json(), now()
