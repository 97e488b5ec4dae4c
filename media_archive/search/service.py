"""Finding assets: by words and by filters, with counts, page by page.

The words of each asset lie folded in its Document; a query's words must all occur in it. That is a plain scan of the
database behind the interface that a search index will take over.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, literal, select, tuple_
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset, Line, Outbox, Shoot
from media_archive.catalogue.queries import embedded_words
from media_archive.catalogue.shown import shown
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind, SubjectName
from media_archive.db import alone, now
from media_archive.errors import Invalid
from media_archive.search.models import Document
from media_archive.search.text import fold, terms
from media_archive.storage.models import File

MOST = 1000
MOST_SHAPES = 50_000
FACET_VALUES = 50
LOCK = 0x776F_7264  # "word": key of PostgreSQL's advisory lock


@dataclass(frozen=True)
class Filters:
    """What the results must have; subjects are ids. Several subjects must all be shown."""

    kind: str | None = None
    subjects: tuple[UUID, ...] = ()
    shoot: UUID | None = None
    year: int | None = None
    collection: UUID | None = None


@dataclass(frozen=True)
class Facet:
    """One value that the results can be narrowed to: what to filter by, how to call it, how many have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Found:
    """One page of results, newest first."""

    total: int
    ids: list[UUID]
    #: cursor of the next page; None on the last
    next: str | None
    #: kind, year, project, landmark, street, shoot -> values, the most frequent first (years: latest first)
    facets: dict[str, list[Facet]] = field(default_factory=dict)


def find(
    session: Session,
    query: str = "",
    filters: Filters | None = None,
    *,
    archive_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 100,
    facets: bool = True,
) -> Found:
    """Assets that contain every word of `query` and pass `filters`, newest first; at most 1,000 a page."""
    chosen = _matching(query, filters or Filters(), archive_id)
    rows, following = _page(session, chosen, (), cursor, max(1, min(limit, MOST)))
    ids = [row.id for row in rows]
    total = session.scalar(select(func.count()).select_from(chosen.with_only_columns(Asset.id).subquery())) or 0
    return Found(total, ids, following, _facets(session, query, filters or Filters(), archive_id) if facets else {})


def shapes(
    session: Session,
    query: str = "",
    filters: Filters | None = None,
    *,
    archive_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = MOST_SHAPES,
) -> tuple[Sequence[Row[Any]], str | None]:
    """What a grid needs of many results at once: rows (id, width, height, kind, colour) and the next cursor."""
    chosen = _matching(query, filters or Filters(), archive_id)
    columns = (Asset.width, Asset.height, Asset.kind, Asset.colour)
    return _page(session, chosen, columns, cursor, max(1, min(limit, MOST_SHAPES)))


def _page(
    session: Session, chosen: Select[Asset], columns: Sequence[Any], cursor: str | None, limit: int
) -> tuple[Sequence[Row[Any]], str | None]:
    """The next `limit` rows (id, shown_at, *columns) behind `cursor`, newest first, and the cursor behind them."""
    page = chosen.order_by(Asset.shown_at.desc(), Asset.id.desc()).limit(limit + 1)
    if cursor:
        page = page.where(tuple_(Asset.shown_at, Asset.id) < tuple_(*_position(cursor)))
    rows = session.execute(page.with_only_columns(Asset.id, Asset.shown_at, *columns)).all()
    following = _cursor(rows[limit - 1].shown_at, rows[limit - 1].id) if len(rows) > limit else None
    return rows[:limit], following


def neighbours(
    session: Session, asset: Asset, query: str = "", filters: Filters | None = None, *, archive_id: UUID | None = None
) -> tuple[UUID | None, UUID | None]:
    """The assets before and after `asset` among the results, in their order; None at the ends."""
    chosen = _matching(query, filters or Filters(), archive_id).with_only_columns(Asset.id).limit(1)
    place, here = tuple_(Asset.shown_at, Asset.id), tuple_(*_literals(asset.shown_at, asset.id))
    before = session.scalar(chosen.where(place > here).order_by(Asset.shown_at, Asset.id))
    after = session.scalar(chosen.where(place < here).order_by(Asset.shown_at.desc(), Asset.id.desc()))
    return before, after


def _matching(query: str, filters: Filters, archive_id: UUID | None) -> Select[Asset]:
    chosen = select(Asset).where(shown())
    if archive_id:
        chosen = chosen.where(Asset.archive_id == archive_id)
    if filters.kind:
        chosen = chosen.where(Asset.kind == filters.kind)
    if filters.shoot:
        chosen = chosen.where(Asset.shoot_id == filters.shoot)
    if filters.year is not None:
        chosen = chosen.where(Asset.year == filters.year)
    for subject in filters.subjects:
        chosen = chosen.where(Asset.id.in_(select(Link.asset_id).where(Link.subject_id == subject)))
    words = terms(query)
    if words:
        matching = select(Document.asset_id)
        for word in words:
            matching = matching.where(Document.text.contains(word, autoescape=True))
        chosen = chosen.where(Asset.id.in_(matching))
    return chosen


def _facets(session: Session, query: str, filters: Filters, archive_id: UUID | None) -> dict[str, list[Facet]]:
    def within(without: Filters) -> Any:
        return _matching(query, without, archive_id).with_only_columns(Asset.id)

    found = {
        "kind": _count_column(session, Asset.kind, within(replace(filters, kind=None))),
        "year": _count_column(session, Asset.year, within(replace(filters, year=None)), latest_first=True),
        "shoot": _count_shoots(session, within(replace(filters, shoot=None))),
    }
    return found | _count_subjects(session, within(filters))


def _count_column(session: Session, column: Any, ids: Any, latest_first: bool = False) -> list[Facet]:
    number = func.count()
    counted = select(column, number).where(Asset.id.in_(ids), column.is_not(None)).group_by(column)
    order = column.desc() if latest_first else number.desc()
    return [Facet(str(value), str(value), count) for value, count in session.execute(counted.order_by(order))]


def _count_shoots(session: Session, ids: Any) -> list[Facet]:
    number = func.count(Asset.id)
    counted = select(Shoot.id, Shoot.name, number).join(Asset, Asset.shoot_id == Shoot.id).where(Asset.id.in_(ids))
    rows = session.execute(
        counted.group_by(Shoot.id, Shoot.name).order_by(number.desc(), Shoot.name).limit(FACET_VALUES)
    )
    return [Facet(str(shoot), name, count) for shoot, name, count in rows]


def _count_subjects(session: Session, ids: Any) -> dict[str, list[Facet]]:
    number = func.count(Link.asset_id.distinct())
    counted = select(Subject.kind, Subject.id, Subject.name, number).join(Link, Link.subject_id == Subject.id)
    counted = counted.where(Link.asset_id.in_(ids)).group_by(Subject.kind, Subject.id, Subject.name)
    found: dict[str, list[Facet]] = {kind.value: [] for kind in SubjectKind}
    for kind, subject, name, count in session.execute(counted.order_by(number.desc(), Subject.name)):
        if len(found[kind]) < FACET_VALUES:
            found[kind].append(Facet(str(subject), name, count))
    return found


def _cursor(shown_at: datetime, asset_id: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([shown_at.isoformat(), asset_id.hex]).encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[Any, Any]:
    try:
        shown_at, asset_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment, number = datetime.fromisoformat(shown_at), UUID(asset_id)
        moment.astimezone()
    except (ValueError, TypeError, OverflowError) as exc:
        raise Invalid(
            "The page marker {cursor} is not one of ours. Start again from the first page.", cursor=cursor[:80]
        ) from exc
    return _literals(moment, number)


def _literals(moment: datetime, asset_id: UUID) -> tuple[Any, Any]:
    return literal(moment, Asset.shown_at.type), literal(asset_id, Asset.id.type)


def refresh(session: Session, most: int = 500) -> int:
    """Brings the documents of the assets in the outbox up to date, oldest entry first; returns how many."""
    alone(session, LOCK)
    entries = session.execute(select(Outbox.id, Outbox.asset_id).order_by(Outbox.id).limit(most)).all()
    if not entries:
        return 0
    ids = {entry.asset_id for entry in entries}
    _write(session, ids)
    session.execute(delete(Outbox).where(Outbox.id.in_([entry.id for entry in entries])))
    return len(ids)


def pending(session: Session) -> int:
    """How many entries wait in the outbox."""
    return session.scalar(select(func.count()).select_from(Outbox)) or 0


def _write(session: Session, ids: Iterable[UUID]) -> None:
    wanted = list(ids)
    words = _words(session, wanted)
    there = {
        document.asset_id: document
        for document in session.scalars(select(Document).where(Document.asset_id.in_(wanted)))
    }
    for asset_id, parts in words.items():
        text = "\n".join(dict.fromkeys(fold(part) for part in parts if part))
        if asset_id in there:
            there[asset_id].text, there[asset_id].indexed_at = text, now()
        else:
            session.add(Document(asset_id=asset_id, text=text))


def _words(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Everything an asset can be found by: its own words, its shoot's, its files' and subjects' names, its text."""
    rows = session.execute(select(Asset, Shoot).join(Shoot).where(Asset.id.in_(ids)))
    words = {asset.id: _own_words(asset, shoot) for asset, shoot in rows}
    for asset_id, name in session.execute(
        select(File.asset_id, File.name).where(File.asset_id.in_(ids), File.role != "rendition")
    ):
        words[asset_id].append(name)
    lines = select(Line.asset_id, Line.text).where(Line.asset_id.in_(ids), Line.hidden.is_(False))
    for asset_id, text in session.execute(lines.order_by(Line.asset_id, Line.recipe, Line.position)):
        words[asset_id].append(text)
    names = select(Link.asset_id, Subject.code, Subject.name).join(Subject).where(Link.asset_id.in_(ids))
    for asset_id, code, name in session.execute(names):
        words[asset_id] += [code or "", name]
    others = select(Link.asset_id, SubjectName.name).join(SubjectName, SubjectName.subject_id == Link.subject_id)
    for asset_id, name in session.execute(others.where(Link.asset_id.in_(ids))):
        words[asset_id].append(name)
    return words


def _own_words(asset: Asset, shoot: Shoot) -> list[str]:
    camera = (asset.record or {}).get("camera") or {}
    words = embedded_words(asset)
    return [
        asset.title or "",
        asset.caption or "",
        str(words.get("title") or ""),
        str(words.get("caption") or ""),
        *map(str, words.get("creator") or []),
        shoot.caption,
        shoot.name,
        asset.photographer or shoot.photographer,
        asset.accession_code or "",
        *map(str, asset.keywords),
        f"{camera.get('make') or ''} {camera.get('model') or ''}",
        asset.taken_text or "",
    ]
