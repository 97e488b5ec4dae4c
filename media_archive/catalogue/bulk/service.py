"""Changing many assets at once: a try without consequences, asking for it, doing it a batch at a time, undoing it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session, joinedload, selectinload

from media_archive.catalogue import describing
from media_archive.catalogue.bulk.changes import Change, Ways, matches, read, wanted
from media_archive.catalogue.bulk.models import BulkChange, BulkEdit
from media_archive.catalogue.describing import DEFAULT_ZONE, Scheme, value_of
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.queries import title_of
from media_archive.catalogue.shown import shown
from media_archive.catalogue.tracks import service as tracks
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound, Refused
from media_archive.events import service as events
from media_archive.jobs import service as jobs
from media_archive.words import Message

KIND = "bulk-edit"
#: assets changed in one transaction
BATCH = 100
#: assets written down at once
GATHER = 1000
SAMPLES = 5
#: assets that a try looks at
TRIED = 500
#: what can be taken back: of what was taken back in part, the rest
UNDOABLE = ("done", "failed", "partly-undone")
_TRASHED = Message("It lies in the trash. Bring it back first.")


@dataclass
class Sample:
    """What would become of one asset."""

    asset_id: UUID
    title: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Trial:
    """What a bulk edit would do, as far as `tried` assets tell."""

    tried: int = 0
    changed: int = 0
    refused: int = 0
    samples: list[Sample] = field(default_factory=list)
    refusals: list[tuple[UUID, Message]] = field(default_factory=list)


def attempt(
    session: Session, ids: Sequence[UUID], given: Mapping[str, Any], scheme: Scheme, zone: str = DEFAULT_ZONE
) -> Trial:
    """What the changes would do to the first of `ids`. `session` must be one for reading: what is tried in it is lost."""
    changes, trial = read(given, scheme, zone), Trial()
    rows = select(Asset).where(Asset.id.in_(ids[:TRIED]), shown()).order_by(Asset.id)
    assets = session.scalars(
        rows.options(joinedload(Asset.shoot), joinedload(Asset.archive), selectinload(Asset.files))
    )
    ways = tracks.ways(session, matches(changes))
    with session.no_autoflush:
        return _tried(session, assets.all(), changes, ways, trial, scheme, zone)


def _tried(
    session: Session,
    assets: Sequence[Asset],
    changes: Mapping[str, Change],
    ways: Ways,
    trial: Trial,
    scheme: Scheme,
    zone: str,
) -> Trial:
    for asset in assets:
        trial.tried += 1
        title = title_of(asset)
        try:
            changed = describing.apply(session, asset, wanted(asset, changes, scheme, ways), "", scheme, zone)
        except Refused as exc:
            trial.refused += 1
            if len(trial.refusals) < SAMPLES:
                trial.refusals.append((asset.id, exc.message))
            continue
        trial.changed += bool(changed)
        if changed and len(trial.samples) < SAMPLES:
            before = {name: one.before.value for name, one in changed.items()}
            after = {name: one.after.value for name, one in changed.items()}
            trial.samples.append(Sample(asset.id, title, before, after))
    return trial


def _assets(session: Session, ids: Sequence[UUID]) -> list[Asset]:
    """The assets in the order of their ids, as they are now, kept from others until the transaction ends."""
    session.flush()
    rows = select(Asset).where(Asset.id.in_(ids)).order_by(Asset.id).with_for_update(of=Asset)
    rows = rows.options(joinedload(Asset.shoot), joinedload(Asset.archive))
    return list(session.scalars(rows, execution_options={"populate_existing": True}))


def ask(
    session: Session,
    archive: Archive,
    chosen: Mapping[str, Any],
    given: Mapping[str, Any],
    who: str,
    scheme: Scheme,
    zone: str = DEFAULT_ZONE,
) -> BulkEdit:
    """Asks for the changes to be made by a job. `chosen` is {"ids": [...]}, or what a list asks for: {"q", "kind" ...}."""
    read(given, scheme, zone)
    if not chosen.get("ids") and "ids" in chosen:
        raise Invalid("Nothing is selected. Select some assets first.")
    edit = BulkEdit(archive_id=archive.id, chosen=dict(chosen), changes=dict(given), asked_by=who)
    session.add(edit)
    session.flush()
    jobs.request(session, KIND, edit.id, who=who)
    events.record(session, who, "bulk edit", "bulk edit", edit.id, changes=dict(given))
    return edit


def ask_undo(session: Session, edit_id: UUID, who: str) -> BulkEdit:
    """Asks for a bulk edit to be taken back by a job: what was changed again since stays, and is named."""
    done = one(session, edit_id)
    session.refresh(done, with_for_update=True)
    if done.state not in UNDOABLE or done.undoes:
        raise Conflict("This cannot be undone: it is still under way, was undone already, or is itself an undoing.")
    under_way = BulkEdit.state.in_(("asked", "running"))
    if session.scalar(select(BulkEdit.id).where(BulkEdit.undoes == edit_id, under_way)):
        raise Conflict("Somebody is undoing this already.")
    edit = BulkEdit(archive_id=done.archive_id, chosen={}, changes=done.changes, undoes=done.id, asked_by=who)
    session.add(edit)
    session.flush()
    jobs.request(session, KIND, edit.id, who=who)
    events.record(session, who, "bulk edit", "bulk edit", edit.id, undoes=str(edit_id))
    return edit


def one(session: Session, edit_id: UUID) -> BulkEdit:
    """The bulk edit; NotFound where there is none."""
    found = session.get(BulkEdit, edit_id)
    if found is None:
        raise NotFound("There is no such bulk edit. `media-archive bulk list` shows them.")
    return found


def note(session: Session, edit_id: UUID, ids: Iterable[UUID]) -> None:
    """Writes down which assets the edit is about; those that are written down already stay."""
    insert_ = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    rows = [
        {"edit_id": edit_id, "asset_id": asset_id, "state": "waiting", "before": {}, "after": {}} for asset_id in ids
    ]
    for start in range(0, len(rows), GATHER):
        session.execute(insert_(BulkChange).on_conflict_do_nothing(), rows[start : start + GATHER])


def note_undone(session: Session, edit: BulkEdit) -> None:
    """Writes down what the edit that is undone has changed."""
    columns = ["edit_id", "asset_id", "state", "before", "after"]
    id_type = BulkChange.edit_id.type
    done = select(
        literal(edit.id, id_type), BulkChange.asset_id, literal("waiting"), BulkChange.before, BulkChange.after
    )
    done = done.where(BulkChange.edit_id == edit.undoes, BulkChange.state == "changed")
    there = select(BulkChange.asset_id).where(BulkChange.edit_id == edit.id)
    session.execute(insert(BulkChange).from_select(columns, done.where(BulkChange.asset_id.not_in(there))))


def begin(session: Session, edit: BulkEdit) -> None:
    """All assets are written down: the changes begin."""
    edit.wanted = session.scalar(_rows(edit.id, func.count())) or 0
    edit.state = "running"


def step(session: Session, edit: BulkEdit, scheme: Scheme, zone: str = DEFAULT_ZONE) -> int:
    """Changes the next batch, and notes in the same transaction what became of each; returns how many were looked at.

    So whoever is killed leaves nothing half done, and nothing is done twice.
    """
    waiting = _rows(edit.id, BulkChange).where(BulkChange.state == "waiting").order_by(BulkChange.asset_id).limit(BATCH)
    rows = {row.asset_id: row for row in session.scalars(waiting)}
    if not rows:
        return 0
    changes = {} if edit.undoes else read(edit.changes, scheme, zone)
    ways = tracks.ways(session, matches(changes))
    there = {asset.id: asset for asset in _assets(session, list(rows))}
    for asset_id, row in rows.items():
        _change(session, edit, row, there.get(asset_id), changes, ways, scheme, zone)
    tally = dict.fromkeys(("changed", "unchanged", "refused"), 0)
    for row in rows.values():
        tally["changed" if row.state == "undone" else row.state] += 1
    for name, count in tally.items():
        setattr(edit, name, getattr(edit, name) + count)
    return len(rows)


def _change(
    session: Session,
    edit: BulkEdit,
    row: BulkChange,
    asset: Asset | None,
    changes: Mapping[str, Change],
    ways: Ways,
    scheme: Scheme,
    zone: str,
) -> None:
    try:
        if asset is None or asset.trashed_at is not None:
            raise Conflict(_TRASHED.template)
        new = _undone(asset, row, scheme) if edit.undoes else wanted(asset, changes, scheme, ways)
        changed = describing.apply(session, asset, new, edit.asked_by, scheme, zone, bulk_edit=str(edit.id))
    except Refused as exc:
        row.state, row.problem = "refused", exc.message.to_json()
        return
    row.state = "changed" if changed else "unchanged"
    if edit.undoes:
        done = update(BulkChange).where(BulkChange.edit_id == edit.undoes, BulkChange.asset_id == row.asset_id)
        session.execute(done.values(state="undone"))
        return
    row.before = {name: [said.before.value, said.before.origin] for name, said in changed.items()}
    row.after = {name: [said.after.value, said.after.origin] for name, said in changed.items()}


def _undone(asset: Asset, row: BulkChange, scheme: Scheme) -> dict[str, Any]:
    """The values before; Conflict where one was changed again since."""
    found = {}
    for name, (value, origin) in row.before.items():
        known = scheme.field(name)
        if value_of(asset, asset.shoot, known).value != row.after[name][0]:
            raise Conflict("{field} was changed again since. It stays as it is.", field=known.label)
        found[name] = value if origin == "hand" else None
    return found


def end(session: Session, edit: BulkEdit, state: str = "done") -> None:
    """Nothing waits any more."""
    edit.state, edit.ended_at = state, now()
    if edit.undoes:
        _settle(session, one(session, edit.undoes))
    told = {name: getattr(edit, name) for name in ("wanted", "changed", "unchanged", "refused")}
    outcome = "success" if state == "done" else "failure"
    events.record(session, edit.asked_by, "bulk edit", "bulk edit", edit.id, outcome=outcome, **told)


def _settle(session: Session, edit: BulkEdit) -> None:
    """An edit is undone once nothing of it stands; what was refused still does, and can be undone later."""
    session.flush()
    states = set(session.scalars(_rows(edit.id, BulkChange.state).distinct()))
    if "changed" not in states:
        edit.state = "undone"
    elif "undone" in states:
        edit.state = "partly-undone"


def refusals(session: Session, edit_id: UUID, limit: int = 100, after: UUID | None = None) -> list[BulkChange]:
    """The assets that were refused, each with its reason."""
    rows = _rows(edit_id, BulkChange).where(BulkChange.state == "refused").order_by(BulkChange.asset_id).limit(limit)
    return list(session.scalars(rows.where(BulkChange.asset_id > after) if after else rows))


def page(session: Session, archive_id: UUID, before: UUID | None = None, limit: int = 50) -> list[BulkEdit]:
    """Bulk edits, the latest first, behind the one with the id `before`."""
    rows = select(BulkEdit).where(BulkEdit.archive_id == archive_id).order_by(BulkEdit.id.desc()).limit(limit)
    return list(session.scalars(rows.where(BulkEdit.id < before) if before else rows))


def existing(session: Session, ids: Sequence[UUID]) -> list[UUID]:
    """Those of `ids` that are shown, in their order."""
    found: set[UUID] = set()
    for start in range(0, len(ids), GATHER):
        found |= set(session.scalars(select(Asset.id).where(Asset.id.in_(ids[start : start + GATHER]), shown())))
    return [asset_id for asset_id in ids if asset_id in found]


def _rows(edit_id: UUID, column: Any) -> Any:
    return select(column).where(BulkChange.edit_id == edit_id)
