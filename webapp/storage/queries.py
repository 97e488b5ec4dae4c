"""What lies where, and in what condition."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from media_archive.placement.models import Step, StepState
from media_archive.placement.overview import Held
from media_archive.storage.models import Copy, File, Phase

MOST_BAD = 200
MOST_TROUBLES = 50


def bad_copies(session: Session) -> list[tuple[Copy, File, bool]]:
    """Copies whose last reading found something wrong, and whether their file has no other: those come first."""
    other = aliased(Copy)
    lost = ~exists().where(other.file_id == File.id, other.problem.is_(None))
    query = select(Copy, File, lost).join(File, File.id == Copy.file_id)
    query = query.where(Copy.problem.is_not(None), Copy.phase == Phase.HERE)
    rows = session.execute(query.order_by(lost.desc(), Copy.store, Copy.id).limit(MOST_BAD))
    return [(copy, file, bool(alone)) for copy, file, alone in rows]


def troubles(session: Session, plan_id: UUID) -> list[tuple[Step, File]]:
    """Steps of a plan that failed or were no longer right, the failures first."""
    query = select(Step, File).join(File, File.id == Step.file_id).where(Step.plan_id == plan_id)
    query = query.where(Step.state.in_((StepState.FAILED, StepState.DROPPED)))
    rows = session.execute(query.order_by(Step.state.desc(), Step.position).limit(MOST_TROUBLES))
    return [(step, file) for step, file in rows]


def stores(held: Iterable[Held], answers: Iterable[str]) -> dict[str, list[Held]]:
    """What each store holds; stores of the profile that hold nothing are there too."""
    found: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        found[one.store].append(one)
    for name in answers:
        found.setdefault(name, [])
    return dict(found)
