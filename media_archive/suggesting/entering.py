"""Writing suspicions down as suggestions: what was decided stays decided, what nothing speaks for any more goes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Link, Subject, Suggestion
from media_archive.db import new_id, now
from media_archive.suggesting.evidence.pieces import Suspicion

Pair = tuple[UUID, UUID]


def enter(session: Session, found: Mapping[UUID, Sequence[Suspicion]]) -> int:
    """Makes the open suggestions of these assets what was `found`; returns how many are new."""
    there = session.scalars(select(Suggestion).where(Suggestion.asset_id.in_(found))).all()
    settled = _linked(session, found) | {(one.asset_id, one.subject_id) for one in there if one.state != "open"}
    waiting = {(one.asset_id, one.subject_id, one.role): one for one in there if one.state == "open"}
    wanted = {
        (asset_id, one.subject_id, one.role): one
        for asset_id, ones in found.items()
        for one in ones
        if (asset_id, one.subject_id) not in settled
    }
    gone = [one.id for key, one in waiting.items() if key not in wanted]
    session.execute(delete(Suggestion).where(Suggestion.id.in_(gone)))
    for key in waiting.keys() & wanted.keys():
        _renew(waiting[key], wanted[key])
    new = {key: one for key, one in wanted.items() if key not in waiting}
    return _add(session, new)


def _linked(session: Session, ids: Mapping[UUID, Sequence[Suspicion]]) -> set[Pair]:
    rows = session.execute(select(Link.asset_id, Link.subject_id).where(Link.asset_id.in_(ids)))
    return {(asset_id, subject_id) for asset_id, subject_id in rows}


def _renew(one: Suggestion, found: Suspicion) -> None:
    if (one.rule, one.confidence, one.why) != (found.rule, found.confidence, found.why):
        one.rule, one.confidence, one.why = found.rule, found.confidence, found.why


def _add(session: Session, new: Mapping[tuple[UUID, UUID, str], Suspicion]) -> int:
    """Another process may have added the same meanwhile, and what it is about may be gone."""
    assets = set(session.scalars(select(Asset.id).where(Asset.id.in_({key[0] for key in new}))))
    subjects = set(session.scalars(select(Subject.id).where(Subject.id.in_({key[1] for key in new}))))
    rows = [
        {
            "id": new_id(),
            "asset_id": asset_id,
            "subject_id": subject_id,
            "role": role,
            "rule": one.rule,
            "confidence": one.confidence,
            "why": one.why,
            "state": "open",
            "created_at": now(),
        }
        for (asset_id, subject_id, role), one in new.items()
        if asset_id in assets and subject_id in subjects
    ]
    if not rows:
        return 0
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    session.execute(insert(Suggestion).on_conflict_do_nothing(), rows)
    return len(rows)
