"""One step of a plan: looked at again when its turn comes, then done, dropped or failed."""

from dataclasses import dataclass
from uuid import UUID

from media_archive.context import Context
from media_archive.errors import ArchiveError, Conflict, NotFound, Unavailable
from media_archive.placement import moves
from media_archive.placement.models import Action, Step, StepState
from media_archive.placement.moving.looks import Look, look, look_alone
from media_archive.placement.moving.standing import Standing, enough_marked, too_few
from media_archive.storage.models import Copy
from media_archive.words import Message


@dataclass(frozen=True)
class Ended:
    """How a step ended."""

    state: StepState
    problem: Message | None = None


DONE = Ended(StepState.DONE)


def carry_out(context: Context, step: Step, who: str) -> Ended:
    """Does the step if it is still right. Safe to repeat. Raises Unavailable where a store does not answer or is full."""
    try:
        with context.reading() as session:
            seen = look(session, context, step.file_id)
        if reason := _no_longer_right(context, seen, step):
            return Ended(StepState.DROPPED, reason)
        return _DO[step.action](context, step, who)
    except (NotFound, Conflict) as exc:
        return Ended(StepState.DROPPED, exc.message)
    except Unavailable:
        raise
    except ArchiveError as exc:
        return Ended(StepState.FAILED, exc.message)


def _no_longer_right(context: Context, seen: Look, step: Step) -> Message | None:
    name = {"name": seen.file.name}
    if seen.asset.trashed_at is not None and step.action != Action.AUDIT:
        return Message("{name} is in the trash.", name)
    if step.action in (Action.COPY, Action.RECLASS):
        tier = step.to_tier or ""
        if not seen.wants(context.stores.profile, tier):
            return Message("The rule for {name} no longer wants a copy in {tier}.", {**name, "tier": tier})
    return None


def _copy(context: Context, step: Step, who: str) -> Ended:
    moves.copy_to(context, step.file_id, step.to_tier or "", who)
    return DONE


def _reclass(context: Context, step: Step, who: str) -> Ended:
    moves.reclass(context, _copy_of(step), step.to_tier or "", who)
    return DONE


def _audit(context: Context, step: Step, who: str) -> Ended:
    if moves.confirm(context, _copy_of(step), who):
        return DONE
    with context.reading() as session:
        copy = session.get(Copy, _copy_of(step))
    problem = Message.from_json(copy.problem) if copy and copy.problem else None
    return Ended(StepState.FAILED, problem)


def _release(context: Context, step: Step, who: str) -> Ended:
    """The copy is condemned: it goes when its grace is over, at once if there is none."""
    with context.transaction() as session:
        seen = look_alone(session, context, step.file_id)
        copy = next((one for one in seen.file.copies if one.id == step.copy_id), None)
        if copy is None:
            return DONE
        if reason := Standing(session, copy, seen).held() or _needed_after_all(context, seen, copy):
            return Ended(StepState.DROPPED, reason)
        moves.condemn(session, copy, who)
        grace = seen.rule.grace_days
    if grace == 0:
        moves.release(context, copy.id, who)  # what keeps it now is looked at again every night
    return DONE


def _needed_after_all(context: Context, seen: Look, copy: Copy) -> Message | None:
    profile = context.stores.profile
    if seen.wants_store(profile, copy.store):
        return Message("The rule for {name} wants a copy in {store}.", {"name": seen.file.name, "store": copy.store})
    return None if enough_marked(profile, seen, copy) else too_few(profile, seen)


def _copy_of(step: Step) -> UUID:
    if step.copy_id is None:
        raise NotFound("The copy that the step was for is gone.")
    return step.copy_id


_DO = {Action.COPY: _copy, Action.RECLASS: _reclass, Action.RELEASE: _release, Action.AUDIT: _audit}
