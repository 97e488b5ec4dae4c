"""Entering what was rendered into the catalogue: in one transaction, after its bytes were stored and read back.

So an older rendition serves until the newer one is verified, and never is there none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset, Outcome, Rendition
from media_archive.db import new_id, now
from media_archive.events import service as events
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.recipes import Recipe
from media_archive.storage.models import Copy, File, Role
from media_archive.storage.service import Deposited, Stores
from media_archive.words import Message

#: the recipe whose value tells which pictures are alike
FINGERPRINT = "fingerprint"
NOTHING = "The recipe gave nothing, and no reason."


@dataclass(frozen=True)
class Stored:
    """An output whose bytes are stored."""

    output: Output
    at: Deposited


@dataclass(frozen=True)
class Attempt:
    """What was tried: these recipes of this source; `began` is when the plan was made."""

    source_id: UUID
    recipes: Sequence[Recipe]
    began: datetime


def store(stores: Stores, output: Output) -> Stored:
    """Puts the bytes of `output` into the first store, and reads them back."""
    with output.path.open("rb") as file:
        return Stored(output, stores.deposit(file, Role.RENDITION))


def enter(session: Session, asset: Asset, attempt: Attempt, rendered: Rendered, made: Sequence[Stored]) -> None:
    """Writes what an attempt gave: renditions, values, and why the others give nothing."""
    there = {one.recipe: one for one in session.scalars(select(Rendition).where(Rendition.asset_id == asset.id))}
    for one in made:
        file_id = _file_of(session, asset, one)
        rendition = there.get(one.output.name) or Rendition(asset_id=asset.id, recipe=one.output.name)
        rendition.file_id, rendition.source_id, rendition.version = (
            file_id,
            attempt.source_id,
            one.output.recipe.version,
        )
        rendition.width, rendition.height = one.output.width, one.output.height
        rendition.duration, rendition.frame_rate = one.output.duration, one.output.frame_rate
        rendition.created_at = attempt.began
        session.add(rendition)
    _withdraw(session, attempt, there, made)
    _remember(session, asset, attempt, rendered, made)
    _tell(session, asset, rendered, made)


def fail(session: Session, asset: Asset, attempt: Attempt, problem: Message) -> None:
    """Remembers of each recipe why it gives nothing."""
    outcomes = _outcomes(session, asset.id)
    for recipe in attempt.recipes:
        _note(session, outcomes, asset, recipe, attempt, problem=problem)
    events.record(session, "system", "creation", "asset", asset.id, outcome="failure", reason=problem.to_json())


def _withdraw(session: Session, attempt: Attempt, there: dict[str, Rendition], made: Sequence[Stored]) -> None:
    """Takes back what an older attempt of the same recipes gave and this one does not, such as a third track."""
    names = {one.output.name for one in made}
    given = {one.output.recipe.name for one in made}
    for recipe in attempt.recipes:
        endless = [name.rstrip("*") for name in recipe.outputs if name.endswith("*")]
        for name, rendition in there.items():
            if recipe.name in given and name not in names and any(name.startswith(begin) for begin in endless):
                session.delete(rendition)


def _outcomes(session: Session, asset_id: UUID) -> dict[str, Outcome]:
    return {one.recipe: one for one in session.scalars(select(Outcome).where(Outcome.asset_id == asset_id))}


def _remember(session: Session, asset: Asset, attempt: Attempt, rendered: Rendered, made: Sequence[Stored]) -> None:
    """The outcomes of recipes that no rendition tells of, and the end of those that one does."""
    outcomes = _outcomes(session, asset.id)
    given = {one.output.recipe.name for one in made if one.output.name in one.output.recipe.countable}
    for recipe in attempt.recipes:
        if recipe.name in given and recipe.name not in rendered.values:
            if (old := outcomes.get(recipe.name)) is not None:
                old.problem = None
            continue
        value = rendered.values.get(recipe.name)
        counted = value is not None or (not recipe.countable and any(one.output.recipe == recipe for one in made))
        problem = None if counted else rendered.without.get(recipe.name) or rendered.problem or Message(NOTHING)
        _note(session, outcomes, asset, recipe, attempt, value=value, problem=problem)


def _note(
    session: Session,
    outcomes: dict[str, Outcome],
    asset: Asset,
    recipe: Recipe,
    attempt: Attempt,
    *,
    value: dict[str, Any] | None = None,
    problem: Message | None = None,
) -> None:
    outcome = outcomes.get(recipe.name) or Outcome(asset_id=asset.id, recipe=recipe.name)
    if recipe.name == FINGERPRINT and outcome.value != value:
        catalogue.fingerprinted(session, asset.id)
    outcome.version, outcome.source_id, outcome.made_at = recipe.version, attempt.source_id, attempt.began
    outcome.value, outcome.problem = value, problem.to_json() if problem else None
    session.add(outcome)


def _file_of(session: Session, asset: Asset, one: Stored) -> UUID:
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
        name=one.output.file_name or one.output.path.name,
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
            key_id=one.at.key_id,
            verified_at=one.at.verified_at,
        )
    )
    session.flush()
    return file.id


def _renew_copy(file: File, one: Stored) -> None:
    """The bytes were just read back: whatever was wrong with this copy before is mended."""
    for copy in file.copies:
        if (copy.store, copy.key) == (one.at.store, one.at.key):
            copy.verified_at, copy.problem = one.at.verified_at, None


def summarise(asset: Asset, rendered: Rendered) -> None:
    """What the rendering found out of the asset itself: it saw the picture, the probe only its headers."""
    asset.rendered_at = now()
    asset.problem = rendered.problem.to_json() if rendered.problem else None
    asset.colour = rendered.colour or asset.colour
    asset.placeholder = rendered.placeholder or asset.placeholder
    asset.pages = rendered.pages or asset.pages
    asset.width, asset.height = rendered.width or asset.width, rendered.height or asset.height
    asset.duration = rendered.duration or asset.duration


def _tell(session: Session, asset: Asset, rendered: Rendered, made: Sequence[Stored]) -> None:
    detail: dict[str, Any] = {"renditions": [f"{one.output.name} {one.output.recipe.version}" for one in made]}
    if rendered.values:
        detail["values"] = sorted(rendered.values)
    if rendered.problem:
        detail["reason"] = rendered.problem.to_json()
    some = bool(made or rendered.values)
    outcome = "success" if some and not rendered.problem else "warning" if some else "failure"
    events.record(session, "system", "creation", "asset", asset.id, outcome=outcome, **detail)
