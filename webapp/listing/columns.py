"""The columns of a list (列表): which the reader chose, and what stands in them."""

from collections.abc import Sequence
from uuid import UUID

from flask import Flask, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.storage.models import File, Role
from webapp.shown import capture, size
from webapp.tasks import words as states
from webapp.translated import gettext, lazy_gettext

COOKIE = "archive_columns"
#: column -> how it is called, in the order in which they stand
COLUMNS = {
    "title": lazy_gettext("Title"),
    "code": lazy_gettext("Accession code"),
    "taken": lazy_gettext("Taken"),
    "project": lazy_gettext("Project"),
    "street": lazy_gettext("Street"),
    "photographer": lazy_gettext("Photographer"),
    "state": lazy_gettext("State"),
    "rating": lazy_gettext("Rating"),
    "size": lazy_gettext("File size"),
}
USUAL = ("title", "code", "taken", "street", "photographer", "state", "rating")
#: column -> the orders of lists that its heading leads to: the first click, the second
SORTS = {"code": ("code", "code"), "taken": ("date", "-date"), "rating": ("rating", "rating")}


def install(app: Flask) -> None:
    """Gives templates the columns."""
    app.jinja_env.globals.update(list_columns=chosen, every_column=COLUMNS, column_sorts=SORTS, column_cells=of_cards)


def chosen() -> tuple[str, ...]:
    """The columns that the reader chose; the title is always there."""
    kept = request.cookies.get(COOKIE, "").split(".")
    mine = tuple(name for name in COLUMNS if name in kept)
    return mine if "title" in mine else USUAL


def of_cards(cards: Sequence[catalogue.Card]) -> dict[UUID, dict[str, str]]:
    """The same as `cells` for what a page draws, in a session of its own."""
    from webapp.door import reading

    with reading() as session:
        return cells(session, [card.id for card in cards], chosen())


def cells(session: Session, ids: Sequence[UUID], columns: Sequence[str]) -> dict[UUID, dict[str, str]]:
    """What stands in the columns of some assets; empty cells are left out."""
    assets = session.scalars(select(Asset).where(Asset.id.in_(ids)).options(joinedload(Asset.shoot))).all()
    subjects = {kind: _subjects(session, ids, kind) for kind in ("project", "street") if kind in columns}
    sizes = _sizes(session, ids) if "size" in columns else {}
    told = {}
    for asset in assets:
        row = _own(asset) | {kind: names.get(asset.id, "") for kind, names in subjects.items()}
        row["size"] = size(sizes[asset.id]) if asset.id in sizes else ""
        told[asset.id] = {name: row[name] for name in columns if row.get(name)}
    return told


def _own(asset: Asset) -> dict[str, str]:
    return {
        "code": asset.accession_code or "",
        # to the minute, as far as it is known
        "taken": capture(asset.taken_at, asset.taken_text)[:16] if asset.taken_at or asset.taken_text else "",
        "photographer": catalogue.photographer_of(asset, asset.shoot) or "",
        "state": str(states.STATES.get(asset.state, asset.state)),
        "rating": "★" * asset.rating if asset.rating else "",
    }


def _subjects(session: Session, ids: Sequence[UUID], kind: str) -> dict[UUID, str]:
    wanted = select(Link.asset_id, Subject.name).join(Subject, Subject.id == Link.subject_id)
    rows = session.execute(
        wanted.where(Link.asset_id.in_(ids), Subject.kind == SubjectKind(kind)).order_by(Subject.name)
    )
    found: dict[UUID, list[str]] = {}
    for asset_id, name in rows:
        there = found.setdefault(asset_id, [])
        if name not in there:
            there.append(name)
    return {asset_id: gettext(", ").join(names) for asset_id, names in found.items()}


def _sizes(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = select(File.asset_id, func.sum(File.size)).where(File.asset_id.in_(ids), File.role == Role.ORIGINAL)
    return {asset_id: int(total) for asset_id, total in session.execute(rows.group_by(File.asset_id))}
