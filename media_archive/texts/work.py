"""The jobs that read text in pictures and films and write down speech, and enter what was found."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue import lines
from media_archive.catalogue.lines import Read
from media_archive.catalogue.models import Asset, Rendition
from media_archive.context import Context
from media_archive.errors import Crashed, Unreadable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.renditions import asking
from media_archive.renditions.entering import Attempt, Stored, enter, store
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.parameters import Text
from media_archive.renditions.planning import Holding, hold, plan
from media_archive.renditions.recipes import Recipe
from media_archive.storage.models import File, Role
from media_archive.texts import reading
from media_archive.texts.frames import read_film
from media_archive.texts.task import Finder, Task
from media_archive.words import Message


class TextWork:
    """Finds the text in an asset, by the one recipe that this kind of job makes."""

    def __init__(self, context: Context, find: Finder) -> None:
        self._context, self._find = context, find

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        with self._context.reading() as session:
            holding = hold(session, job.target, to_make=True)
            recipes = self._open(holding, job.kind)
            if not recipes:
                return lambda _: None
            recipe, asset_id = recipes[0], holding.asset.id
            read_from = _input(session, holding, recipe)
        attempt, rendered = Attempt(holding.source.id, recipes, holding.begun()), Rendered()
        found: list[Read] = []
        made: list[Stored] = []
        try:
            with self._task(holding, recipe, read_from) as task:
                found, path = self._find(task)
                rendered.outputs.append(_output(recipe, path))
                made.append(store(self._context.stores, rendered.outputs[0]))
        except Unreadable as exc:
            if isinstance(exc, Crashed) and job.attempts < self._context.settings.job_attempts:
                raise  # the machine may have been at fault
            rendered.without[recipe.name] = exc.message

        def conclude(session: Session) -> None:
            asset = session.get_one(Asset, asset_id)
            enter(session, asset, attempt, rendered, made)
            lines.replace(session, asset_id, recipe.name, found)
            session.flush()
            self._follow(session, asset_id, job)

        return conclude

    def _follow(self, session: Session, asset_id: UUID, job: Job) -> None:
        """Asks for what can be done now."""
        holding = hold(session, asset_id)
        if self._context.stores.profile.spreads(Role.RENDITION):
            jobs.request(session, "place", asset_id, shoot_id=holding.asset.shoot_id)
        asking.follow(session, holding, self._context.settings.chosen_recipes, done=job.kind)

    def _open(self, holding: Holding, kind: str) -> Sequence[Recipe]:
        return plan(holding, self._context.settings.chosen_recipes).ready().get(kind, [])

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset stays as it is: what is at fault is the machine, not the file, so it can be asked for again."""
        reason = problem.to_json()
        events.record(session, "system", "creation", "asset", job.target, outcome="failure", reason=reason)

    @contextmanager
    def _task(self, holding: Holding, recipe: Recipe, read_from: File) -> Iterator[Task]:
        settings = self._context.settings
        settings.scratch.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=settings.scratch, prefix="text-"))
        made = holding.renditions[recipe.inputs[0]]
        duration = made.duration or holding.asset.duration or 0.0
        try:
            with self._context.stores.at_hand(read_from) as path:
                yield Task(settings, recipe, str(holding.asset.kind), path, duration, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _input(session: Session, holding: Holding, recipe: Recipe) -> File:
    """The file of the rendition that the recipe is made of."""
    made = select(Rendition.file_id).where(Rendition.asset_id == holding.asset.id, Rendition.recipe == recipe.inputs[0])
    return session.scalars(select(File).where(File.id.in_(made)).options(selectinload(File.copies))).one()


def _output(recipe: Recipe, path: Path) -> Output:
    [(name, media_type)] = recipe.outputs.items()
    return Output(name, recipe, path, media_type)


def find_text(task: Task) -> tuple[list[Read], Path]:
    """The text in a photograph or film."""
    told = task.recipe.told(Text)
    if task.kind == "film":
        found = read_film(task.settings, task.path, task.duration, told, task.scratch)
    else:
        [found] = reading.read(task.settings, [task.path], told)
    return found, written(task, "text.json", reading.engine(), found)


def written(task: Task, name: str, engine: dict[str, Any], found: Sequence[Read]) -> Path:
    """The lines as a JSON file: the engine and its version, and each line as it was found."""
    path = task.scratch / name
    document = {**engine, "lines": [asdict(line) for line in found]}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    return path
