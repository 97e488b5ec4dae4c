"""Lists by id: ids grow with time, so a page goes on behind the last id of the one before."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from media_archive.db import Base
from webapp.api.faults import Faulty
from webapp.api.shapes import Paged
from webapp.translated import gettext

Row = TypeVar("Row", bound=Base)


def behind(query: Paged) -> UUID | None:
    """The id that the cursor names; None on the first page."""
    if query.cursor is None:
        return None
    try:
        return UUID(query.cursor)
    except ValueError:
        raise Faulty([("query.cursor", gettext("This is no cursor of ours. Begin with the first page."))]) from None


def page(
    session: Session,
    chosen: "Select[Row]",
    by: InstrumentedAttribute[UUID],
    query: Paged,
    *,
    oldest: bool = False,
) -> tuple[Sequence[Row], str | None]:
    """The next rows of `chosen`, the latest first or the `oldest`, and the cursor behind them."""
    last: UUID | None = behind(query)
    if last is not None:
        chosen = chosen.where(by > last if oldest else by < last)
    rows: Sequence[Any] = session.scalars(chosen.order_by(by if oldest else by.desc()).limit(query.limit + 1)).all()
    following = str(getattr(rows[query.limit - 1], by.key)) if len(rows) > query.limit else None
    return rows[: query.limit], following
