"""What a viewer may see, as a condition on every query of a session that has a viewer in its info.

The condition is added where queries are executed, so that no query can forget it: of assets by the rule of `viewer`,
of what belongs to an asset by that asset, of everything else by its archive.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, exists, false, func, literal, not_, or_, select, type_coerce
from sqlalchemy.orm import Mapper, ORMExecuteState, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from media_archive.catalogue.collections.models import CollectionItem
from media_archive.catalogue.models import Asset, Progress, Shoot
from media_archive.catalogue.seeing.viewer import CLOSED, OPEN, OPEN_CLASSES, VIEWER, Sight, Viewer, today
from media_archive.catalogue.subjects.models import Link
from media_archive.db import Base

#: who people are is no affair of the archives' holdings; these services look after themselves
APART = frozenset({"archive", "user", "membership", "group_role", "event", "job", "watermark"})


def limit(state: ORMExecuteState) -> None:
    """Adds the conditions of the session's viewer to a statement that is about to be executed."""
    viewer: Viewer | None = state.session.info.get(VIEWER)
    if viewer is None or viewer.everything or state.is_column_load:
        return
    if state.is_select or state.is_update or state.is_delete:
        mappers = len(Base.registry.mappers)
        state.statement = state.statement.options(*_options(viewer, today(), mappers))


@lru_cache(maxsize=64)
def _options(viewer: Viewer, day: date, _mappers: int) -> tuple[ExecutableOption, ...]:
    """One condition a class; `_mappers` has them made anew when further classes were loaded."""
    found = [
        with_loader_criteria(Asset, permitted(viewer, Asset, day), propagate_to_loaders=False, include_aliases=True)
    ]
    for mapper in Base.registry.mappers:
        condition = _of(mapper, viewer, day)
        if condition is not None:
            found.append(
                with_loader_criteria(mapper.class_, condition, propagate_to_loaders=False, include_aliases=True)
            )
    return tuple(found)


def _of(mapper: Mapper[Any], viewer: Viewer, day: date) -> ColumnElement[bool] | None:
    if mapper.class_ is Asset or mapper.local_table is None or str(mapper.local_table) in APART:
        return None
    pointing = list(_to_assets(mapper))
    if pointing:
        return and_(*(_shows(column, viewer, day) for column in pointing))
    if "archive_id" in mapper.columns:
        column = mapper.attrs["archive_id"].class_attribute
        held: ColumnElement[bool] = column.in_(list(viewer.by_archive))
        besides = _besides(mapper, viewer, day) if viewer.opened else None
        return held if besides is None else or_(held, besides)
    return None


def _besides(mapper: Mapper[Any], viewer: Viewer, day: date) -> ColumnElement[bool] | None:
    """Rows of any archive that are shown along with what collections open: these, and what their assets hang on."""
    name = str(mapper.local_table)
    if name not in ("collection", "shoot", "subject"):
        return None
    key = mapper.class_.id
    if name == "collection":
        return key.in_([one.collection_id for one in viewer.opened])  # type: ignore[no-any-return]
    asset, link = Asset.__table__.alias(), Link.__table__.alias()
    way = or_(*_through(viewer, asset.c, day))
    if name == "shoot":
        return key.in_(select(asset.c.shoot_id).where(way))  # type: ignore[no-any-return]
    return key.in_(select(link.c.subject_id).where(link.c.asset_id.in_(select(asset.c.id).where(way))))  # type: ignore[no-any-return]


def _to_assets(mapper: Mapper[Any]) -> Iterator[Any]:
    """The attributes that name an asset."""
    for column in mapper.columns:
        if any(key.column is Asset.__table__.c.id for key in column.foreign_keys):
            yield mapper.get_property_by_column(column).class_attribute


def _shows(column: Any, viewer: Viewer, day: date) -> ColumnElement[bool]:
    asset = Asset.__table__.alias()
    there = exists(select(1).select_from(asset).where(asset.c.id == column, permitted(viewer, asset.c, day)))
    return or_(column.is_(None), there)


def permitted(viewer: Viewer, asset: Any, day: date) -> ColumnElement[bool]:
    """Whether the viewer sees the asset of these columns."""
    ways = []
    for sight in sorted(set(viewer.by_archive.values())):
        ids = [one for one, seen in viewer.sights if seen == sight]
        ways.append(and_(asset.archive_id.in_(ids), *_conditions(asset, sight, day)))
    ways += _through(viewer, asset, day)
    return or_(*ways) if ways else false()


def _through(viewer: Viewer, asset: Any, day: date) -> Iterator[ColumnElement[bool]]:
    """What collections open: assets in them, of the archive that opened them, as far as these are open to everybody."""
    item = CollectionItem.__table__.c
    for archive, sight in sorted({(one.archive_id, one.sight) for one in viewer.opened}):
        ids = [one.collection_id for one in viewer.opened if (one.archive_id, one.sight) == (archive, sight)]
        inside = select(item.asset_id).where(item.collection_id.in_(ids))
        yield and_(asset.archive_id == archive, asset.id.in_(inside), *_conditions(asset, sight, day))


def least(asset: Any, day: date) -> ColumnElement[int]:
    """How much sight it takes to be shown the asset of these columns: the number of a `Sight`."""
    ways = [(and_(*_conditions(asset, sight, day)), literal(int(sight))) for sight in Sight if sight < Sight.EVERYTHING]
    return case(*ways, else_=literal(int(Sight.EVERYTHING)))


def _conditions(asset: Any, sight: Sight, day: date) -> list[ColumnElement[bool]]:
    if sight == Sight.EVERYTHING:
        return []
    embargo = _fits(asset, "embargo", "", lambda said: said <= day.isoformat())
    if sight == Sight.PUBLISHED:
        open_ = [_fits(asset, field, OPEN, lambda said: said == OPEN) for field in ("classification", "openness")]
        return [asset.state == Progress.PUBLISHED, *open_, embargo]
    classes = (OPEN,) if sight == Sight.SHARED else OPEN_CLASSES
    found = [_fits(asset, "classification", OPEN, lambda said: said.in_(classes))]
    if sight in (Sight.SHARED, Sight.OPEN):
        found += [_fits(asset, "openness", OPEN, lambda said: said.not_in(CLOSED)), embargo]
    return found


def _fits(asset: Any, field: str, otherwise: str, fit: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether what is said of the asset fits, else of its shoot, else `otherwise`.

    Shoots that do not fit are few, and looked for once: no asset has its shoot looked up.
    """
    own, shoot = func.nullif(getattr(asset, field), ""), Shoot.__table__.alias()
    # SQLite and PostgreSQL write it the same
    in_fields = type_coerce(shoot.c.fields, Text).op("->>", return_type=Text())(field)
    unfit = select(shoot.c.id).where(not_(fit(func.coalesce(func.nullif(in_fields, ""), otherwise))))
    return or_(and_(own.is_not(None), fit(own)), and_(own.is_(None), asset.shoot_id.not_in(unfit)))
