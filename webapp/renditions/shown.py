"""What was made of an asset, what is being made, what cannot be and why, and what one may ask for."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.jobs.models import Job, State
from media_archive.renditions.models import Division
from media_archive.renditions.planning import Holding, Item, Standing, hold, plan
from media_archive.renditions.recipes import Recipe, book
from media_archive.words import Message

#: recipes that settings alone turn on: without an engine or a model nothing could make them
BY_SETTING = frozenset({"text", "transcript"})


@dataclass(frozen=True)
class Line:
    """A recipe and how it stands: a `Standing`, or "wanted" or "running" while there is work on it."""

    recipe: str
    state: str
    #: versions of the recipe now, and of what is there
    version: int
    made_version: int | None = None
    reason: Message | None = None
    #: a part of one, while it runs
    progress: float | None = None


@dataclass(frozen=True)
class Panel:
    """Everything about the renditions of an asset."""

    lines: list[Line] = field(default_factory=list)
    #: recipes that are not made by themselves, and may be asked for
    offers: list[str] = field(default_factory=list)

    @property
    def troubled(self) -> int:
        """How many are neither there nor on their way."""
        return sum(line.state in (Standing.MISSING, Standing.OUTDATED) for line in self.lines)

    @property
    def busy(self) -> bool:
        """Whether anything is being made."""
        return any(line.state in (State.WANTED, State.RUNNING) for line in self.lines)


def panel(session: Session, asset_id: UUID, chosen: Collection[str]) -> Panel:
    """How every recipe stands with an asset; nothing where it has no original."""
    holding = hold(session, asset_id)
    if not holding.originals:
        return Panel()
    items, work = plan(holding, chosen).items, _work(session, asset_id)
    planned = {item.recipe.name for item in items}
    offers = [name for name in on_request(holding) if name not in planned]
    return Panel([_line(item, holding, work) for item in items], offers)


def on_request(holding: Holding) -> list[str]:
    """The recipes that are not made by themselves, and that one may ask for."""
    return [one.name for one in book(holding.asset.kind).recipe if _offered(one, holding)]


def _offered(recipe: Recipe, holding: Holding) -> bool:
    if recipe.on == "always" or recipe.name in BY_SETTING:
        return False
    return not recipe.marked or holding.watermark is not None


#: kind of job -> its state, and how far it is as a part of one
Work = dict[str, tuple[str, float | None]]


def _work(session: Session, asset_id: UUID) -> Work:
    """The unfinished work on an asset; a long film's pieces together are the work on the film."""
    going = select(Job).where(Job.target == asset_id, Job.state.in_((State.WANTED, State.RUNNING)))
    work: Work = {job.kind: (str(job.state), job.progress) for job in session.scalars(going)}
    divided = select(Division).where(Division.asset_id == asset_id, Division.ended_at.is_(None))
    for division in session.scalars(divided.options(selectinload(Division.pieces))):
        made = sum(piece.made_at is not None for piece in division.pieces)
        work["render-film"] = str(State.RUNNING), made / max(1, len(division.pieces))
    return work


def _line(item: Item, holding: Holding, work: Work) -> Line:
    recipe = item.recipe
    state, progress = work.get(item.job, (None, None)) if item.open else (None, None)
    made = [holding.renditions[name].version for name in recipe.countable if name in holding.renditions]
    outcome = holding.outcomes.get(recipe.name)
    there = min(made) if made else outcome.version if outcome and outcome.value else None
    return Line(recipe.name, state or str(item.standing), recipe.version, there, item.reason, progress)
