"""The jobs that read text in pictures and films and write down speech, and enter what was found."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue import lines
from media_archive.catalogue.lines import Read
from media_archive.catalogue.models import Asset, Rendition
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import now
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.renditions import asking
from media_archive.renditions.entering import Attempt, enter, fail, store
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.parameters import Text
from media_archive.renditions.planning import Holding, hold, plan
from media_archive.renditions.recipes import Recipe
from media_archive.storage.models import File, Role
from media_archive.texts import reading
from media_archive.texts.frames import read_film
from media_archive.words import Message


@dataclass(frozen=True)
class Task:
    """A rendition to find text in."""

    settings: Settings
    recipe: Recipe
    kind: str
    path: Path
    #: seconds; 0 for a photograph
    duration: float
    scratch: Path


class Finder(Protocol):
    """How text is found in a rendition."""

    def __call__(self, task: Task) -> tuple[list[Read], Path]:
        """The lines, and the file of the recipe's rendition in the task's scratch folder."""


class TextWork:
    """Finds the text in an asset, by the one recipe that this kind of job makes."""

    def __init__(self, context: Context, find: Finder) -> None:
        self._context, self._find = context, find

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        with self._context.reading() as session:
            began, holding = now(), hold(session, job.target)
            recipes = self._open(holding, job.kind)
            if not recipes:
                return lambda session: None
            recipe, source, asset_id = recipes[0], holding.source, holding.asset.id
            read_from = _input(session, holding, recipe)
        with self._task(holding, recipe, read_from) as task:
            found, path = self._find(task)
            output = Output(next(iter(recipe.outputs)), recipe, path, next(iter(recipe.outputs.values())))
            made = [store(self._context.stores, output)]

        def conclude(session: Session) -> None:
            asset = session.get_one(Asset, asset_id)
            enter(session, asset, Attempt(source.id, recipes, began), Rendered([output]), made)
            lines.replace(session, asset_id, recipe.name, found)
            session.flush()
            if len(self._context.stores.profile.copies_of(Role.RENDITION)) > 1:
                jobs.request(session, "place", asset_id, shoot_id=asset.shoot_id)
            asking.follow(session, hold(session, asset_id), self._context.settings.chosen_recipes, done=job.kind)

        return conclude

    def _open(self, holding: Holding, kind: str) -> Sequence[Recipe]:
        return plan(holding, self._context.settings.chosen_recipes).ready().get(kind, [])

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset stays as it is; `renditions plan` tells why it has no text."""
        assert job.target
        holding = hold(session, job.target)
        if holding.originals:
            attempt = Attempt(holding.source.id, self._open(holding, job.kind), now())
            fail(session, holding.asset, attempt, problem)

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
