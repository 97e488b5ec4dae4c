"""What is still to be made of an asset: every recipe that applies, how it stands, and in how few decodes the rest is made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, selectinload

from media_archive.catalogue.models import Asset, Outcome, Rendition, Watermark
from media_archive.db import now
from media_archive.errors import Unreadable
from media_archive.metadata.formats import FORMATS
from media_archive.renditions.recipes import ORIGINAL, Recipe, book
from media_archive.storage.models import File, Role
from media_archive.words import Message

NO_MARK = "The archive has no watermark. Give it one with `media-archive watermark`."


class Standing(StrEnum):
    """How a recipe stands with an asset."""

    CURRENT = "current"
    MISSING = "missing"
    OUTDATED = "outdated"
    #: tried in this version on this source, and nothing came of it
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Item:
    """A recipe that applies to an asset."""

    recipe: Recipe
    job: str
    standing: Standing
    reason: Message | None = None

    @property
    def open(self) -> bool:
        """Whether it is to be made."""
        return self.standing in (Standing.MISSING, Standing.OUTDATED)


@dataclass(frozen=True)
class Holding:
    """What the catalogue knows of an asset's renditions."""

    asset: Asset
    originals: Sequence[File]
    #: by name
    renditions: dict[str, Rendition]
    #: by recipe
    outcomes: dict[str, Outcome]
    #: of the asset's archive
    watermark: Watermark | None = None

    @cached_property
    def source(self) -> File:
        """The original to render from."""
        return best_source(self.originals, self.asset.kind)

    def begun(self) -> datetime:
        """The moment from which an attempt counts: now, or where the clock was put back since, the latest wish.

        Else what is made for a wish would be older than it, and be made for ever.
        """
        asked = (one.asked_at for one in self.outcomes.values())
        made = (one.created_at for one in self.renditions.values())
        marked = self.watermark.changed_at if self.watermark else None
        return max(filter(None, (now(), self.asset.remake_at, marked, *asked, *made)))


@dataclass(frozen=True)
class Plan:
    """All recipes that apply to an asset."""

    items: tuple[Item, ...]

    def standing(self, standing: Standing) -> list[Item]:
        """The recipes that stand like that."""
        return [item for item in self.items if item.standing == standing]

    def toward(self, names: Collection[str]) -> "Plan":
        """The recipes of those names, and those that give what they are made of."""
        wanted, inputs = set(names), set[str]()
        for item in reversed(self.items):  # a recipe stands behind those it is made of
            if item.recipe.name in wanted or not inputs.isdisjoint(item.recipe.outputs):
                wanted.add(item.recipe.name)
                inputs.update(item.recipe.inputs)
        return Plan(tuple(item for item in self.items if item.recipe.name in wanted))

    def ready(self) -> dict[str, list[Recipe]]:
        """Kind of job -> the recipes it can make now: each job reads its source once for all of them.

        A recipe waits for its inputs unless the same job makes them.
        """
        waiting = {output: item.job for item in self.items if item.open for output in item.recipe.outputs}
        jobs: dict[str, list[Recipe]] = {}
        for item in self.items:
            if item.open and all(waiting.get(name, item.job) == item.job for name in item.recipe.inputs):
                jobs.setdefault(item.job, []).append(item.recipe)
        return jobs

    def decodes(self) -> int:
        """How often originals are decoded until everything is made."""
        return len({item.job for item in self.items if item.open and ORIGINAL in item.recipe.inputs})


def plan(holding: Holding, chosen: Collection[str] = ()) -> Plan:
    """How every recipe that applies stands; `chosen` names those of the setting `recipes`."""
    recipes = book(holding.asset.kind)
    items: list[Item] = []
    for recipe in recipes.recipe:
        if _applies(recipe, holding, chosen):
            items.append(_item(recipe, recipes.job_of(recipe), holding, items))
    return Plan(tuple(items))


def _applies(recipe: Recipe, holding: Holding, chosen: Collection[str]) -> bool:
    asset = holding.asset
    if recipe.least_pixels > (asset.width or 0) * (asset.height or 0):
        return False
    if recipe.on == "always" or (recipe.on == "setting" and recipe.name in chosen):
        return True
    outcome = holding.outcomes.get(recipe.name)
    return outcome is not None and outcome.asked_at is not None


def _item(recipe: Recipe, job: str, holding: Holding, before: Sequence[Item]) -> Item:
    standing, reason = _standing(recipe, holding)
    renewed = {output for item in before if item.standing == Standing.OUTDATED for output in item.recipe.outputs}
    if standing == Standing.CURRENT and not renewed.isdisjoint(recipe.inputs):
        standing = Standing.OUTDATED
    without = {output: item.reason for item in before if item.reason for output in item.recipe.outputs}
    for name in recipe.inputs:
        if standing == Standing.MISSING and name in without and name not in holding.renditions:
            return Item(recipe, job, Standing.IMPOSSIBLE, without[name])
    return Item(recipe, job, standing, reason)


def _standing(recipe: Recipe, holding: Holding) -> tuple[Standing, Message | None]:
    outcome = holding.outcomes.get(recipe.name)
    made = [holding.renditions[name] for name in recipe.countable if name in holding.renditions]
    if recipe.marked and holding.watermark is None:
        # what was marked while there was one goes on serving
        return (Standing.CURRENT, None) if made else (Standing.IMPOSSIBLE, Message(NO_MARK))
    asked = _asked(recipe, holding, outcome)
    if outcome is not None and outcome.problem and _fresh(recipe, holding, outcome, asked):
        # where an older version gave something, that goes on serving
        return Standing.IMPOSSIBLE, Message.from_json(outcome.problem)
    if recipe.countable:
        if len(made) < len(recipe.countable):
            return Standing.MISSING, None
        fresh = all(_fresh(recipe, holding, one, asked) for one in made)
    else:
        if outcome is None or outcome.version == 0:
            return Standing.MISSING, None
        fresh = _fresh(recipe, holding, outcome, asked)
    return (Standing.CURRENT if fresh else Standing.OUTDATED), None


def _asked(recipe: Recipe, holding: Holding, outcome: Outcome | None) -> datetime | None:
    """What was made before this moment is out of date, whatever its version."""
    marked = holding.watermark.changed_at if recipe.marked and holding.watermark else None
    return max(filter(None, (holding.asset.remake_at, outcome.asked_at if outcome else None, marked)), default=None)


def _fresh(recipe: Recipe, holding: Holding, made: Rendition | Outcome, asked: datetime | None) -> bool:
    """Whether something was made by this version of `recipe`, from this source, since it was last asked for."""
    at = made.created_at if isinstance(made, Rendition) else made.made_at
    if at is None or made.version != recipe.version or made.source_id != holding.source.id:
        return False
    inputs = [holding.renditions[name].created_at for name in recipe.inputs if name in holding.renditions]
    return at >= max(filter(None, (asked, *inputs)), default=at)


def hold(session: Session, asset_id: UUID, *, to_make: bool = False) -> Holding:
    """What the catalogue knows of the renditions of one asset."""
    [found] = hold_all(session, [asset_id], to_make=to_make)
    return found


def hold_all(session: Session, ids: Sequence[UUID], *, to_make: bool = False) -> list[Holding]:
    """The same for many, in the order of `ids`; those that are gone are left out.

    With `to_make`, records and places of the originals too: whoever makes something needs them, a plan does not.
    """
    looked_up = select(Asset).where(Asset.id.in_(ids)).options(*([] if to_make else [defer(Asset.record)]))
    assets = {one.id: one for one in session.scalars(looked_up)}
    originals: dict[UUID, list[File]] = {}
    wanted = select(File).where(File.asset_id.in_(ids), File.role == Role.ORIGINAL)
    wanted = wanted.options(*([selectinload(File.copies)] if to_make else []))
    for file in session.scalars(wanted.order_by(func.coalesce(File.part, 0), File.created_at, File.id)):
        originals.setdefault(file.asset_id, []).append(file)
    renditions: dict[UUID, dict[str, Rendition]] = {}
    for made in session.scalars(select(Rendition).where(Rendition.asset_id.in_(ids))):
        renditions.setdefault(made.asset_id, {})[made.recipe] = made
    outcomes: dict[UUID, dict[str, Outcome]] = {}
    for outcome in session.scalars(select(Outcome).where(Outcome.asset_id.in_(ids))):
        outcomes.setdefault(outcome.asset_id, {})[outcome.recipe] = outcome
    archives = {one.archive_id for one in assets.values()}
    marks = {
        one.archive_id: one for one in session.scalars(select(Watermark).where(Watermark.archive_id.in_(archives)))
    }
    return [
        Holding(
            assets[one],
            originals.get(one, []),
            renditions.get(one, {}),
            outcomes.get(one, {}),
            marks.get(assets[one].archive_id),
        )
        for one in ids
        if one in assets
    ]


def best_source(originals: Sequence[File], kind: str) -> File:
    """The original to render from: one of the asset's kind, developed by the camera rather than RAW, else the first."""
    if not originals:
        raise Unreadable("The asset has no original. See its history.")
    return min(originals, key=lambda file: (FORMATS[file.format].kind != kind, FORMATS[file.format].raw))
