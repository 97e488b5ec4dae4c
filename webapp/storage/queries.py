"""What lies where, and in what condition."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.placement.overview import Held
from media_archive.storage.models import Copy, File

MOST_BAD = 200


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
