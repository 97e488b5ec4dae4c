"""What a list shows: a page of it with its groups, and its outline, in the order that its address says."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import CollectionItem
from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.errors import Invalid
from media_archive.search import grouping
from media_archive.search import service as search
from media_archive.search.grouping import Run, Wish
from media_archive.search.service import Found, Shape
from webapp.assets import cells
from webapp.assets.choice import Choice
from webapp.translated import gettext

#: of a collection in its own order, at once
OUTLINE = 10_000


@dataclass(frozen=True)
class Listed:
    """A page of a list."""

    found: Found
    #: group -> what it is called, and where in the page it begins
    runs: list[Run] = field(default_factory=list)


def find(session: Session, choice: Choice, *, cursor: str | None, limit: int, facets: bool | Sequence[str]) -> Listed:
    """One page of what `choice` leaves."""
    own = choice.has_own_order or bool(choice.group)
    found = search.find(
        session, choice.q, choice.filters(), cursor=None if own else cursor, limit=1 if own else limit, facets=facets,
        order=choice.order, turned=choice.turned,
    )  # fmt: skip
    if not own:
        return Listed(found)
    rows, runs, following = outline(session, choice, cursor, limit)
    return Listed(replace(found, ids=[row.id for row in rows], next=following), runs)


def outline(
    session: Session, choice: Choice, cursor: str | None, limit: int = search.MOST_SHAPES
) -> tuple[list[Shape], list[Run], str | None]:
    """Shapes of many items at once, with their groups, and the next cursor."""
    filters = choice.filters()
    if choice.group:
        wish = Wish(choice.q, filters, choice.group, choice.order, choice.turned)
        page = grouping.page(session, wish, cursor, limit)
        return page.rows, [run._replace(label=run.label or unnamed(choice.group)) for run in page.runs], page.next
    if choice.has_own_order:
        rows, following = _arranged(session, UUID(choice.collection), cursor, min(limit, OUTLINE))
        return rows, [], following
    rows, following = search.shapes(
        session, choice.q, filters, cursor=cursor, limit=limit, order=choice.order, turned=choice.turned
    )
    return rows, [], following


def unnamed(group: str) -> str:
    """What the group of those is called that have no value."""
    if group in grouping.TIMES:
        return gettext("Time unknown")
    return gettext("No project") if group == "project" else gettext("No street")


def _arranged(session: Session, collection: UUID, cursor: str | None, limit: int) -> tuple[list[Shape], str | None]:
    """The items of a collection in its own order."""
    columns = (CollectionItem.position, Asset.id, Asset.width, Asset.height, Asset.kind, Asset.colour)
    lying = select(*columns).join(Asset, Asset.id == CollectionItem.asset_id)
    wanted = lying.where(CollectionItem.collection_id == collection, shown(), CollectionItem.position > _read(cursor))
    rows = session.execute(wanted.order_by(CollectionItem.position).limit(limit + 1)).all()
    shapes = [Shape(row.id, row.width, row.height, str(row.kind), row.colour) for row in rows[:limit]]
    return shapes, _written(rows[limit - 1].position) if len(rows) > limit else None


def beside(session: Session, asset: Asset, choice: Choice) -> tuple[UUID | None, UUID | None]:
    """The neighbours of an asset in a collection's own order."""
    choice.filters()
    lying = select(CollectionItem.asset_id).join(Asset, Asset.id == CollectionItem.asset_id)
    wanted = lying.where(CollectionItem.collection_id == UUID(choice.collection), shown())
    here = session.get(CollectionItem, (UUID(choice.collection), asset.id))
    if here is None:
        return None, None
    place = CollectionItem.position
    before = session.scalar(wanted.where(place < here.position).order_by(place.desc()).limit(1))
    after = session.scalar(wanted.where(place > here.position).order_by(place).limit(1))
    return before, after


def count(session: Session, collection: UUID) -> int:
    """How many items of a collection the viewer sees."""
    lying = select(func.count()).select_from(CollectionItem).join(Asset, Asset.id == CollectionItem.asset_id)
    return session.scalar(lying.where(CollectionItem.collection_id == collection, shown())) or 0


def _written(position: int) -> str:
    return urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _read(cursor: str | None) -> int:
    try:
        return int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) if cursor else 0
    except ValueError as exc:
        raise Invalid(
            "The page marker {cursor} is not one of ours. Start again from the first page.", cursor=(cursor or "")[:80]
        ) from exc


def skeleton(rows: Sequence[Shape], runs: Sequence[Run], following: str | None) -> dict[str, Any]:
    """The answer to a script: shapes by columns, groups as [key, label, where it begins]."""
    told: dict[str, Any] = cells.skeleton(rows)
    return told | {"groups": [list(run) for run in runs], "next": following}
