"""The job that makes the renditions of an asset and enters them."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.db import now
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.renditions import asking
from media_archive.renditions.entering import Attempt, enter, fail, store, summarise
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.planning import Holding, hold, plan
from media_archive.renditions.recipes import Recipe
from media_archive.renditions.render import render
from media_archive.storage.models import Role
from media_archive.words import Message


class RenderWork:
    """Makes what is missing or outdated of an asset and is made by one kind of job, in one decode of its best original."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        with self._context.reading() as session:
            began, holding = now(), hold(session, job.target)
            recipes = self._open(holding, job.kind)
            source = holding.source
        asset_id = holding.asset.id
        if not recipes:
            return lambda session: _settle(session.get_one(Asset, asset_id))
        attempt = Attempt(source.id, recipes, began)
        with self._rendered(holding, recipes) as rendered:
            made = [store(self._context.stores, output) for output in rendered.outputs]

        def conclude(session: Session) -> None:
            asset = session.get_one(Asset, asset_id)
            enter(session, asset, attempt, rendered, made)
            if job.kind == f"render-{asset.kind}":
                summarise(asset, rendered)
            session.flush()
            if made and len(self._context.stores.profile.copies_of(Role.RENDITION)) > 1:
                jobs.request(session, "place", asset_id, shoot_id=asset.shoot_id)
            asking.follow(session, hold(session, asset_id), self._context.settings.chosen_recipes, done=job.kind)

        return conclude

    def _open(self, holding: Holding, kind: str) -> Sequence[Recipe]:
        return plan(holding, self._context.settings.chosen_recipes).ready().get(kind, [])

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset is shown as a card that says why."""
        assert job.target
        holding = hold(session, job.target)
        asset = holding.asset
        if holding.originals:
            fail(session, asset, Attempt(holding.source.id, self._open(holding, job.kind), now()), problem)
        if job.kind == f"render-{asset.kind}":
            asset.problem, asset.rendered_at = problem.to_json(), now()

    @contextmanager
    def _rendered(self, holding: Holding, recipes: Sequence[Recipe]) -> Iterator[Rendered]:
        """What could be rendered; the files of it are there only inside the block."""
        settings, source, asset = self._context.settings, holding.source, holding.asset
        settings.scratch.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=settings.scratch, prefix="render-"))
        try:
            with self._context.stores.at_hand(source) as path:
                kind, name = str(asset.kind), source.name
                yield render(path, source.format, kind, asset.record, scratch, settings, name=name, recipes=recipes)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _settle(asset: Asset) -> None:
    """Everything is there already."""
    asset.rendered_at = asset.rendered_at or now()
