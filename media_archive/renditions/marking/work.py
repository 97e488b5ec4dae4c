"""The job that puts the archive's watermark on what is shown outside; it reads renditions, never an original."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from media_archive.catalogue.models import Asset, Rendition
from media_archive.context import Context
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.renditions import asking, hand
from media_archive.renditions.entering import Attempt, enter, fail, store
from media_archive.renditions.marking.making import Unmarked, make
from media_archive.renditions.marking.marks import told
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.planning import Holding, hold, plan
from media_archive.renditions.recipes import Recipe
from media_archive.storage.models import File, Role
from media_archive.words import Message


class MarkWork:
    """Makes the marked renditions of an asset that are missing or out of date."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        with self._context.reading() as session:
            holding = hold(session, job.target, to_make=True)
            recipes = self._open(holding, job.kind)
            inputs = _inputs(session, holding.asset)
        if not recipes:
            return lambda _: None
        attempt, asset_id = Attempt(holding.source.id, recipes, holding.begun()), holding.asset.id
        with self._made(holding, recipes, inputs) as rendered:
            made = [store(self._context.stores, output) for output in rendered.outputs]

        def conclude(session: Session) -> None:
            asset = session.get_one(Asset, asset_id)
            enter(session, asset, attempt, rendered, made)
            session.flush()
            if self._context.stores.profile.spreads(Role.RENDITION):
                jobs.request(session, "place", asset_id, shoot_id=asset.shoot_id)
            asking.follow(session, hold(session, asset_id), self._context.settings.chosen_recipes, done=job.kind)

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """What was marked before keeps serving; the plan says why there is nothing newer."""
        assert job.target
        holding = hold(session, job.target)
        if holding.originals:
            recipes = self._open(holding, job.kind)
            fail(session, holding.asset, Attempt(holding.source.id, recipes, holding.begun()), problem)

    def _open(self, holding: Holding, kind: str) -> Sequence[Recipe]:
        return plan(holding, self._context.settings.chosen_recipes).ready().get(kind, [])

    @contextmanager
    def _made(self, holding: Holding, recipes: Sequence[Recipe], inputs: dict[str, Rendition]) -> Iterator[Rendered]:
        """What could be marked; the files are there only inside the block."""
        source = holding.source
        assert holding.watermark
        mark = told(self._context.settings, holding.watermark)
        rendered = Rendered()
        with hand.scratch(self._context) as scratch, ExitStack() as stack:
            for recipe in recipes:
                unmarked = inputs[recipe.inputs[0]]
                path = stack.enter_context(self._context.stores.at_hand(unmarked.file))
                order = _order(path, source, holding.asset, recipes, scratch, self._context)
                rendered.outputs.append(make(order, recipe, Unmarked(unmarked, path), mark))
            yield rendered


def _order(path: Path, source: File, asset: Asset, recipes: Sequence[Recipe], scratch: Path, context: Context) -> Order:
    return Order(path, source.format, asset.record or {}, recipes, scratch, context.settings, lambda _: None, None)


def _inputs(session: Session, asset: Asset) -> dict[str, Rendition]:
    """The asset's renditions by name, with the places of their bytes."""
    query = select(Rendition).where(Rendition.asset_id == asset.id)
    found = session.scalars(query.options(joinedload(Rendition.file).selectinload(File.copies)))
    return {one.recipe: one for one in found}
