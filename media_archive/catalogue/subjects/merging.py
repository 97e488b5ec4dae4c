"""One subject takes another over, gives it back, or is split in two.

What moved is told in events of the object "merge", whose number the event of the subject names, so that it can be
undone however many links there were: the rows are moved and told in batches, and the subject's history stays short.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import Comparison
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.subjects import families
from media_archive.catalogue.subjects.models import Link, Relation, Subject, SubjectName, Suggestion
from media_archive.catalogue.subjects.service import (
    GONE,
    Given,
    add_subject,
    claimed,
    name_of,
    noted,
    told,
    touch_linked,
)
from media_archive.catalogue.subjects.values import folded
from media_archive.db import new_id
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.events.models import Event

#: rows moved by one statement and told in one event
BATCH = 5000
#: columns that make a row of each table one of its kind for a subject
ALONE: dict[type[Link] | type[Suggestion], tuple[str, ...]] = {
    Link: ("asset_id", "role", "starts"),
    Suggestion: ("asset_id", "role"),
}
Row = type[Link] | type[Suggestion]


def merge(session: Session, loser_id: UUID, winner_id: UUID, who: str, seen: int | None = None) -> Subject:
    """Makes `winner` take `loser` over, with its links, suggestions, names, relations, parts, and what it lacks itself.

    The loser stays as an address that leads to the winner. Conflict where they are of different kinds or archives, or
    one is part of the other.
    """
    for one in sorted((loser_id, winner_id)):
        # always in one order: two people who merge the same two each the other way would wait for one another
        claimed(session, one)
    loser = claimed(session, loser_id, seen)
    winner = claimed(session, winner_id)
    _refuse(session, loser, winner)
    mark = new_id()
    for table in ALONE:
        _move_all(session, table, loser, winner, mark, who)
    moved = {
        "relations": _move_relations(session, loser, winner),
        "children": _reparent(session, loser.id, winner.id),
        "comparisons": _recompare(session, loser.id, winner.id),
    }
    before = told(winner)
    filled = _fill(winner, loser)
    added = _take_names(winner, loser)
    loser.merged_into = winner.id
    loser.version += 1
    if not noted(session, winner, before, who):
        touch_linked(session, [winner.id])
    detail: dict[str, Any] = moved | {"filled": filled, "names": added}
    events.record(
        session, who, "merge", "subject", loser.id, mark=str(mark), into=str(winner.id), name=winner.name, **detail
    )
    events.record(session, who, "merge", "subject", winner.id, took=str(loser.id), name=loser.name)
    return winner


def _refuse(session: Session, loser: Subject, winner: Subject) -> None:
    if loser.id == winner.id:
        raise Invalid("A subject is not merged with itself. Choose another.")
    if loser.kind != winner.kind or loser.archive_id != winner.archive_id:
        raise Conflict("Only subjects of one kind are merged. {name} is of another.", name=winner.name)
    for one, other in ((loser, winner), (winner, loser)):
        if any(above.id == one.id for above in families.ancestors(session, other)):
            raise Conflict(
                "{name} is part of {parent}. Put it under another before the two are merged.",
                name=other.name,
                parent=one.name,
            )


def _move_all(session: Session, table: Row, loser: Subject, winner: Subject, mark: UUID, who: str) -> None:
    """Moves the rows of one table; what the winner has already is dropped, and told word for word."""
    _drop_doubles(session, table, loser, winner, mark, who)
    while True:
        ids = session.scalars(
            select(table.id).where(table.subject_id == loser.id).order_by(table.id).limit(BATCH)
        ).all()
        if not ids:
            return
        session.execute(
            update(table).where(table.id.in_(ids)).values(subject_id=winner.id),
            execution_options={"synchronize_session": False},
        )
        _tell_rows(session, table, mark, who, moved=[str(one) for one in ids])


def _drop_doubles(session: Session, table: Row, loser: Subject, winner: Subject, mark: UUID, who: str) -> None:
    mine, theirs = table.__table__.alias("mine"), table.__table__.alias("theirs")
    same = [
        func.coalesce(mine.c[name], "") == func.coalesce(theirs.c[name], "")
        if name == "starts"
        else mine.c[name] == theirs.c[name]
        for name in ALONE[table]
    ]
    query = select(mine).join(theirs, and_(mine.c.subject_id == loser.id, theirs.c.subject_id == winner.id, *same))
    rows = [dict(row) for row in session.execute(query).mappings()]
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        session.execute(
            delete(table).where(table.id.in_([row["id"] for row in some])),
            execution_options={"synchronize_session": False},
        )
        _tell_rows(session, table, mark, who, dropped=[_plain(row) for row in some])


def _tell_rows(session: Session, table: Row, mark: UUID, who: str, **what: Any) -> None:
    events.record(session, who, "merge", "merge", mark, table=table.__tablename__, **what)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON keeps it; what is left out gets its default where it comes back."""
    kept = {name: value for name, value in row.items() if not name.endswith("_at")}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in kept.items()}


def _move_relations(session: Session, loser: Subject, winner: Subject) -> list[dict[str, Any]]:
    """Moves its relations; one that the winner has, or that would be with itself, is dropped."""
    told_ones = []
    for one in families.relations(session, loser.id):
        row = session.get_one(Relation, one.id)
        side = "subject_id" if row.subject_id == loser.id else "other_id"
        told_ones.append(
            {
                "id": str(one.id),
                "side": side,
                "kind": one.kind,
                "other": str(one.other.id),
                "since": one.since,
                "note": one.note,
            }
        )
        there = {(two.kind, two.other.id) for two in families.relations(session, winner.id)}
        if one.other.id == winner.id or (one.kind, one.other.id) in there:
            session.delete(row)
        else:
            setattr(row, side, winner.id)
        session.flush()
    return told_ones


def _reparent(session: Session, old: UUID, new: UUID, only: Sequence[str] | None = None) -> list[str]:
    query = select(Subject.id).where(Subject.parent_id == old)
    ids = [one for one in session.scalars(query) if only is None or str(one) in only]
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        session.execute(update(Subject).where(Subject.id.in_(some)).values(parent_id=new, version=Subject.version + 1))
    return [str(one) for one in ids]


def _recompare(session: Session, old: UUID, new: UUID, only: Sequence[str] | None = None) -> list[str]:
    query = select(Comparison.id).where(Comparison.subject_id == old)
    ids = [one for one in session.scalars(query) if only is None or str(one) in only]
    session.execute(update(Comparison).where(Comparison.id.in_(ids)).values(subject_id=new))
    return [str(one) for one in ids]


def _fill(winner: Subject, loser: Subject) -> list[str]:
    """Gives the winner what it lacks; its names."""
    filled = [f"details.{name}" for name in loser.details if name not in winner.details]
    winner.details = dict(loser.details) | dict(winner.details)
    if not winner.description and loser.description:
        winner.description = loser.description
        filled.append("description")
    if winner.geometry is None and loser.geometry is not None:
        for column in ("geometry", "geometry_given", "west", "south", "east", "north"):
            setattr(winner, column, getattr(loser, column))
        filled.append("place")
    new = [one for one in loser.sources if one not in winner.sources]
    winner.sources = [*winner.sources, *new]
    return filled + [f"sources.{one}" for one in new]


def _take_names(winner: Subject, loser: Subject) -> list[dict[str, Any]]:
    """Gives the winner the loser's names that it does not have; what was official there is only another name here."""
    there = {(folded(one.name), one.valid_from, one.valid_to) for one in winner.names}
    added = []
    for one in loser.names:
        if (folded(one.name), one.valid_from, one.valid_to) in there:
            continue
        kind = one.kind if one.kind != "official" else "former" if one.valid_to else "popular"
        made = SubjectName(name=one.name, kind=kind, valid_from=one.valid_from, valid_to=one.valid_to)
        winner.names.append(made)
        added.append(dict(name_of(made)))
    return added


def unmerge(session: Session, loser_id: UUID, who: str) -> Subject:
    """Gives back what the last merge took from it; what was changed since stays as it was changed."""
    loser = session.get(Subject, loser_id, with_for_update=True, populate_existing=True)
    if loser is None:
        raise NotFound(GONE)
    if loser.merged_into is None:
        raise Conflict("{name} was not merged into another.", name=loser.name)
    winner = session.get_one(Subject, loser.merged_into, with_for_update=True, populate_existing=True)
    last, parts = _last_merge(session, loser)
    loser.merged_into = None
    loser.version += 1
    for part in parts:
        _give_back(session, part.detail, loser, winner)
    before = told(winner)
    _take_back(winner, loser, last.detail)
    _return_relations(session, last.detail, loser, winner)
    _reparent(session, winner.id, loser.id, last.detail["children"])
    _recompare(session, winner.id, loser.id, last.detail["comparisons"])
    noted(session, winner, before, who)
    events.record(session, who, "unmerge", "subject", loser.id, mark=last.detail["mark"], **{"from": str(winner.id)})
    events.record(session, who, "unmerge", "subject", winner.id, gave_back=str(loser.id), name=loser.name)
    touch_linked(session, [winner.id, loser.id])
    return loser


def _last_merge(session: Session, loser: Subject) -> tuple[Event, list[Event]]:
    """The event that ended the last merge, and those that tell of the rows."""
    ends = [one for one in events.of(session, "subject", loser.id) if one.what == "merge" and "into" in one.detail]
    if not ends:
        raise Conflict(
            "The history of {name} does not tell what its merge moved. It cannot be undone.", name=loser.name
        )
    return ends[-1], events.of(session, "merge", UUID(ends[-1].detail["mark"]))


def _give_back(session: Session, detail: dict[str, Any], loser: Subject, winner: Subject) -> None:
    """The rows of one event: moved ones that still hang on the winner, dropped ones anew."""
    table: Row = Link if detail["table"] == Link.__tablename__ else Suggestion
    ids = [UUID(one) for one in detail.get("moved", [])]
    session.execute(
        update(table).where(table.id.in_(ids), table.subject_id == winner.id).values(subject_id=loser.id),
        execution_options={"synchronize_session": False},
    )
    for row in detail.get("dropped", []):
        if session.get(Asset, UUID(row["asset_id"])) is None:
            continue
        named = {name: UUID(value) if name == "id" or name.endswith("_id") else value for name, value in row.items()}
        session.execute(insert(table).values(**named))


def _take_back(winner: Subject, loser: Subject, detail: dict[str, Any]) -> None:
    """Takes from the winner what it was given and is still as it was."""
    for one in detail["filled"]:
        field, _, name = one.partition(".")
        if field == "details" and winner.details.get(name) == loser.details.get(name):
            winner.details = {key: value for key, value in winner.details.items() if key != name}
        elif field == "sources":
            winner.sources = [text for text in winner.sources if text != name]
        elif field == "description" and winner.description == loser.description:
            winner.description = ""
        elif field == "place" and winner.geometry == loser.geometry:
            for column in ("geometry", "geometry_given", "west", "south", "east", "north"):
                setattr(winner, column, None)
    given = [tuple(one.values()) for one in detail["names"]]
    winner.names = [one for one in winner.names if tuple(name_of(one).values()) not in given]


def _return_relations(session: Session, detail: dict[str, Any], loser: Subject, winner: Subject) -> None:
    for one in detail["relations"]:
        row = session.get(Relation, UUID(one["id"]))
        if row is not None and getattr(row, one["side"]) == winner.id:
            setattr(row, one["side"], loser.id)
        elif row is None and (other := session.get(Subject, UUID(one["other"]))) is not None:
            families.relate(session, loser, one["kind"], other, "unmerge", since=one["since"], note=one["note"])
    session.flush()


def split(
    session: Session,
    subject_id: UUID,
    name: str,
    link_ids: Sequence[UUID],
    who: str,
    *,
    seen: int | None = None,
    given: Given | None = None,
) -> Subject:
    """A new subject of the same kind and parent that takes the chosen links over; NotFound where one is not its own."""
    subject = claimed(session, subject_id, seen)
    wanted = list(dict.fromkeys(link_ids))
    owned = _owned(session, subject, wanted)
    if owned < len(wanted):
        raise NotFound(
            "{count} of the chosen links are none of {name}'s. Choose again.",
            count=len(wanted) - owned,
            name=subject.name,
        )
    parent = session.get(Subject, subject.parent_id) if subject.parent_id else None
    more = given or Given()
    made = add_subject(
        session,
        session.get_one(Archive, subject.archive_id),
        subject.kind,
        name,
        code=more.get("code"),
        description=more.get("description", ""),
        details=more.get("details"),
        names=more.get("names", ()),
        place=more.get("place"),
        parent=parent,
        who=who,
    )
    _hand_over(session, subject, made, wanted, who)
    return made


def _owned(session: Session, subject: Subject, wanted: Sequence[UUID]) -> int:
    counted = 0
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        mine = select(func.count()).select_from(Link).where(Link.id.in_(some), Link.subject_id == subject.id)
        counted += session.scalar(mine) or 0
    return counted


def _hand_over(session: Session, subject: Subject, made: Subject, wanted: Sequence[UUID], who: str) -> None:
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        session.execute(
            update(Link).where(Link.id.in_(some)).values(subject_id=made.id),
            execution_options={"synchronize_session": False},
        )
        moved = [str(one) for one in some]
        events.record(session, who, "split", "subject", subject.id, into=str(made.id), name=made.name, moved=moved)
    subject.version += 1
    events.record(session, who, "split", "subject", made.id, took_from=str(subject.id), name=subject.name)
    touch_linked(session, [made.id])
