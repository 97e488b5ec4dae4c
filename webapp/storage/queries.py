"""What lies where, and in what condition."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from media_archive.storage.models import Copy, File

MOST_BAD = 200


@dataclass(frozen=True)
class Held:
    """What one store holds of one role."""

    store: str
    role: str
    files: int
    bytes: int
    verified: int
    oldest: datetime | None
    bad: int


def by_store(session: Session) -> list[Held]:
    """Copies by store and role."""
    query = (
        select(
            Copy.store,
            File.role,
            func.count(),
            func.sum(File.size),
            func.sum(case((Copy.verified_at.is_not(None), 1), else_=0)),
            func.min(Copy.verified_at),
            func.sum(case((Copy.problem.is_not(None), 1), else_=0)),
        )
        .join(File, File.id == Copy.file_id)
        .group_by(Copy.store, File.role)
        .order_by(Copy.store, File.role)
    )
    return [
        Held(store, str(role), files, int(size or 0), int(verified or 0), oldest, int(bad or 0))
        for store, role, files, size, verified, oldest, bad in session.execute(query)
    ]


def bad_copies(session: Session) -> list[tuple[Copy, File]]:
    """Copies whose last reading found something wrong."""
    query = select(Copy, File).join(File, File.id == Copy.file_id).where(Copy.problem.is_not(None))
    return [(copy, file) for copy, file in session.execute(query.order_by(Copy.store, Copy.id).limit(MOST_BAD))]


def stores(held: Iterable[Held], answers: Mapping[str, str | None]) -> dict[str, list[Held]]:
    """What each store holds; stores of the profile that hold nothing are there too."""
    found: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        found[one.store].append(one)
    for name in answers:
        found.setdefault(name, [])
    return dict(found)
