"""The job that makes the renditions of an asset and enters them."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.models import Asset, Rendition
from media_archive.context import Context
from media_archive.db import new_id, now
from media_archive.errors import Unreadable
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.metadata.formats import FORMATS
from media_archive.renditions.render import Output, Rendered, render
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.service import Deposited
from media_archive.words import Message


@dataclass(frozen=True)
class _Made:
    """An output whose bytes are stored."""

    output: Output
    at: Deposited


class RenderWork:
    """Renders an asset from its best original."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        with self._context.reading() as session:
            asset = session.get_one(Asset, job.target)
            source = best_source(_originals(session, asset.id), asset.kind)
        with self._rendered(source, asset) as rendered:
            made = [self._store(output) for output in rendered.outputs]

        def conclude(session: Session) -> None:
            _enter(session, session.get_one(Asset, asset.id), source, rendered, made)
            if len(self._context.stores.profile.copies_of(Role.RENDITION)) > 1:
                jobs.request(session, "place", asset.id, shoot_id=asset.shoot_id)

        return conclude

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        """The asset is shown as a card that says why."""
        assert job.target
        asset = session.get_one(Asset, job.target)
        asset.problem, asset.rendered_at = problem.to_json(), now()
        events.record(session, "system", "creation", "asset", asset.id, outcome="failure", reason=problem.to_json())

    @contextmanager
    def _rendered(self, source: File, asset: Asset) -> Iterator[Rendered]:
        """What could be rendered; the files of it are there only inside the block."""
        settings = self._context.settings
        settings.scratch.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=settings.scratch, prefix="render-"))
        try:
            with self._context.stores.at_hand(source) as path:
                yield render(path, source.format, str(asset.kind), asset.record, scratch, settings)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _store(self, output: Output) -> _Made:
        with output.path.open("rb") as file:
            return _Made(output, self._context.stores.deposit(file, Role.RENDITION))


def best_source(originals: Sequence[File], kind: str) -> File:
    """The original to render from: one of the asset's kind, developed by the camera rather than RAW, else the first."""
    if not originals:
        raise Unreadable("The asset has no original. See its history.")
    return min(originals, key=lambda file: (FORMATS[file.format].kind != kind, FORMATS[file.format].raw))


def _originals(session: Session, asset_id: UUID) -> Sequence[File]:
    wanted = select(File).where(File.asset_id == asset_id, File.role == Role.ORIGINAL)
    order = (func.coalesce(File.part, 0), File.created_at, File.id)
    return session.scalars(wanted.order_by(*order).options(selectinload(File.copies))).all()


def _enter(session: Session, asset: Asset, source: File, rendered: Rendered, made: Sequence[_Made]) -> None:
    there = {one.recipe: one for one in session.scalars(select(Rendition).where(Rendition.asset_id == asset.id))}
    for one in made:
        file_id = _file_of(session, asset, one)
        rendition = there.get(one.output.recipe) or Rendition(asset_id=asset.id, recipe=one.output.recipe)
        rendition.file_id, rendition.source_id, rendition.version = file_id, source.id, one.output.version
        rendition.width, rendition.height = one.output.width, one.output.height
        rendition.duration, rendition.frame_rate = one.output.duration, one.output.frame_rate
        session.add(rendition)
    _summarise(asset, rendered)
    _tell(session, asset, rendered, made)


def _file_of(session: Session, asset: Asset, one: _Made) -> UUID:
    """The file row of an output: the one there is for the same bytes, else a new one with its copy."""
    same = select(File).where(File.asset_id == asset.id, File.sha256 == one.at.sha256, File.role == Role.RENDITION)
    if (there := session.scalars(same.limit(1)).first()) is not None:
        _renew_copy(there, one)
        return there.id
    file = File(
        id=new_id(),
        archive_id=asset.archive_id,
        asset_id=asset.id,
        role=Role.RENDITION,
        name=one.output.path.name,
        size=one.at.size,
        sha256=one.at.sha256,
        media_type=one.output.media_type,
        format=one.output.path.suffix.lstrip("."),
    )
    session.add(file)
    session.add(
        Copy(
            file_id=file.id,
            store=one.at.store,
            key=one.at.key,
            storage_class=one.at.storage_class,
            verified_at=one.at.verified_at,
        )
    )
    session.flush()
    return file.id


def _renew_copy(file: File, one: _Made) -> None:
    """The bytes were just read back: whatever was wrong with this copy before is mended."""
    for copy in file.copies:
        if (copy.store, copy.key) == (one.at.store, one.at.key):
            copy.verified_at, copy.problem = one.at.verified_at, None


def _summarise(asset: Asset, rendered: Rendered) -> None:
    """What the rendering found out of the asset itself: it saw the picture, the probe only its headers."""
    asset.rendered_at = now()
    asset.problem = rendered.problem.to_json() if rendered.problem else None
    asset.colour = rendered.colour or asset.colour
    asset.width, asset.height = rendered.width or asset.width, rendered.height or asset.height
    asset.duration = rendered.duration or asset.duration


def _tell(session: Session, asset: Asset, rendered: Rendered, made: Sequence[_Made]) -> None:
    detail: dict[str, Any] = {"renditions": [f"{one.output.recipe} {one.output.version}" for one in made]}
    if rendered.problem:
        detail["reason"] = rendered.problem.to_json()
    outcome = "success" if made and not rendered.problem else "warning" if made else "failure"
    events.record(session, "system", "creation", "asset", asset.id, outcome=outcome, **detail)
