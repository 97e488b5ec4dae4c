"""The record of a run: begun or taken up again, held while it goes on, one receipt a file, summed up at the end."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Shoot
from media_archive.db import now
from media_archive.errors import Conflict
from media_archive.ingest.find import Candidate, as_text, raw_if_odd
from media_archive.ingest.models import Intake, Outcome, Receipt
from media_archive.ingest.wish import Problem, Summary
from media_archive.jobs import holder, service
from media_archive.jobs.service import LEASE
from media_archive.words import Message


def begin(session: Session, shoot: Shoot, paths: Sequence[Path], who: str) -> Intake:
    """The interrupted run of the same paths into the same shoot, else a new one; Conflict if it runs elsewhere now."""
    texts = [as_text(path) for path in paths]
    unfinished = select(Intake).where(Intake.shoot_id == shoot.id, Intake.ended_at.is_(None))
    for intake in session.scalars(unfinished.order_by(Intake.started_at.desc()).with_for_update()):
        if intake.paths == texts:
            if _is_held(intake):
                raise Conflict(
                    "This folder is being ingested into {shoot} right now. Wait for that run to end.", shoot=shoot.name
                )
            hold(intake)
            intake.problem = None
            return intake
    intake = Intake(shoot_id=shoot.id, paths=texts, asked_by=who)
    hold(intake)
    session.add(intake)
    session.flush()
    return intake


def _is_held(intake: Intake) -> bool:
    if intake.held_by is None or intake.held_until is None:
        return False
    if service.is_beyond(intake.held_until) and not holder.is_here(intake.held_by):
        return False
    return intake.held_until > now() and intake.held_by != holder.me() and not holder.is_gone(intake.held_by)


def hold(intake: Intake) -> None:
    """This process runs it, for the length of a lease."""
    intake.held_by, intake.held_until = holder.me(), now() + LEASE


def end(intake: Intake) -> None:
    """Everything that was found has its outcome."""
    intake.ended_at = now()
    intake.held_by = intake.held_until = None


def stop(intake: Intake, problem: Message) -> None:
    """It stopped before its end; asking for the same again takes it up."""
    intake.problem = problem.to_json()
    intake.held_by = intake.held_until = None


def key_of(path: Path) -> str:
    """What a path is known by in receipts."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()


def settled(session: Session, intake_id: UUID) -> dict[str, tuple[int, int]]:
    """Path key -> size and time of the files that have their outcome from before an interruption."""
    rows = session.execute(
        select(Receipt.path_key, Receipt.size, Receipt.modified_ns).where(Receipt.intake_id == intake_id)
    )
    return {key: (size, modified) for key, size, modified in rows}


def receipt(
    intake_id: UUID,
    candidate: Candidate,
    outcome: Outcome,
    *,
    reason: Message | None = None,
    asset_id: UUID | None = None,
    sha256: str | None = None,
) -> Receipt:
    """What became of one file."""
    return Receipt(
        intake_id=intake_id,
        path_key=key_of(candidate.path),
        path=as_text(candidate.path),
        raw_path=raw_if_odd(candidate.path),
        size=candidate.size,
        modified_ns=candidate.modified_ns,
        outcome=outcome,
        reason=reason.to_json() if reason else None,
        asset_id=asset_id,
        sha256=sha256,
    )


def enter(session: Session, receipts: Sequence[Receipt]) -> None:
    """Adds receipts; one for a path that had one replaces it."""
    for one in receipts:
        session.execute(delete(Receipt).where(Receipt.intake_id == one.intake_id, Receipt.path_key == one.path_key))
    session.add_all(receipts)


def summary(session: Session, intake_id: UUID) -> Summary:
    """What became of everything so far."""
    intake = session.get_one(Intake, intake_id)
    made = Summary(intake.shoot.name, intake.shoot_id, intake.id)
    by_outcome = select(Receipt.outcome, func.count(), func.sum(Receipt.size)).where(Receipt.intake_id == intake_id)
    counted = {
        str(outcome): (count, size) for outcome, count, size in session.execute(by_outcome.group_by(Receipt.outcome))
    }
    made.added, made.bytes = counted.get(Outcome.ADDED, (0, 0))
    made.duplicates, _ = counted.get(Outcome.DUPLICATE, (0, 0))
    made.refused, _ = counted.get(Outcome.REFUSED, (0, 0))
    made.skipped, _ = counted.get(Outcome.SKIPPED, (0, 0))
    made.found = made.added + made.duplicates + made.refused
    made.bytes = int(made.bytes)
    made.problems = problems(session, [intake_id])
    made.warnings = warnings(session, [intake_id])
    added = select(Receipt.asset_id).where(Receipt.intake_id == intake_id, Receipt.outcome == Outcome.ADDED)
    made.assets = list(dict.fromkeys(one for one in session.scalars(added.order_by(Receipt.at, Receipt.id)) if one))
    return made


def problems(session: Session, intake_ids: Sequence[UUID]) -> list[Problem]:
    """Files that were refused, and files that were kept but cannot be shown, by path."""
    refused = select(Receipt.path, Receipt.reason).where(
        Receipt.intake_id.in_(intake_ids), Receipt.outcome == Outcome.REFUSED
    )
    unshown = (
        select(Receipt.path, Asset.problem)
        .join(Asset, Asset.id == Receipt.asset_id)
        .where(Receipt.intake_id.in_(intake_ids), Receipt.outcome == Outcome.ADDED, Asset.problem.is_not(None))
    )
    rows = [*session.execute(refused), *session.execute(unshown)]
    return [
        Problem(path, Message.from_json(reason)) for path, reason in sorted(rows, key=lambda row: str(row[0])) if reason
    ]


def warnings(session: Session, intake_ids: Sequence[UUID]) -> list[Problem]:
    """Files that are in the archive, and of which something is to be known: their bytes were deleted once, or lie in
    the trash.
    """
    wanted = select(Receipt.path, Receipt.reason).where(
        Receipt.intake_id.in_(intake_ids),
        Receipt.outcome.in_((Outcome.ADDED, Outcome.DUPLICATE)),
        Receipt.reason.is_not(None),
    )
    rows = session.execute(wanted.order_by(Receipt.path))
    return [Problem(path, Message.from_json(reason)) for path, reason in rows if reason]
