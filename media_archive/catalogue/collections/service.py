"""Collections: making and changing them, what lies in them and in which order; who sees them says `sharing`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from media_archive.catalogue.collections.models import Collection, CollectionItem, Purpose
from media_archive.catalogue.collections.sharing import reach, sees
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.service import checked_name, touch
from media_archive.catalogue.shown import shown, shows
from media_archive.db import now
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.signs import keepable

#: between two neighbours, so that many can come between before anything is numbered anew (see `ordering`)
GAP = 1024
DEEPEST = 12
LONGEST_NOTE = 10_000
BATCH = 500
VISIBILITIES = ("archive", "private")
#: what a saved query may ask for is what an address of a list may
LONGEST_QUERY = 2000


def create(
    session: Session,
    archive: Archive,
    name: str,
    who: str,
    *,
    note: str = "",
    parent: Collection | None = None,
    query: Mapping[str, str] | None = None,
    visibility: str = "archive",
) -> Collection:
    """A new collection; with `query` (as an address of a list has it: {"q": "…", "kind": "film"}) one that stays current."""
    made = Collection(archive_id=archive.id, name=checked_name(name), created_by=who)
    session.add(made)
    session.flush()
    _set(session, made, {"note": note, "parent": parent, "query": query, "visibility": visibility})
    events.record(session, who, "creation", "collection", made.id, name=made.name)
    return made


def change(
    session: Session, collection: Collection, changes: Mapping[str, Any], who: str, *, seen: int | None = None
) -> bool:
    """Sets any of: name, note, parent (a Collection or None), query, visibility, shared_with; returns whether anything changed.

    Conflict where it has changed since `seen`, the version that the person saw, and where it would lie in itself.
    """
    locked(session, collection, seen)
    before = _told(collection)
    _set(session, collection, changes)
    after = _told(collection)
    changed = {name for name in after if before[name] != after[name]}
    if changed:
        moved(collection)
        events.record(
            session,
            who,
            "modification",
            "collection",
            collection.id,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return bool(changed)


def _told(collection: Collection) -> dict[str, Any]:
    parent = str(collection.parent_id) if collection.parent_id else None
    return {"parent": parent} | {
        name: getattr(collection, name) for name in ("name", "note", "query", "visibility", "shared_with")
    }


def _set(session: Session, collection: Collection, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name == "name":
            collection.name = checked_name(str(value))
        elif name == "note":
            collection.note = _noted(str(value))
        elif name == "parent":
            _put_into(session, collection, value)
        elif name == "query":
            collection.query = _query(session, collection, value)
        elif name == "visibility":
            if value not in VISIBILITIES:
                raise Invalid("{value} is none. A collection is seen by: {known}.", value=str(value)[:32],
                              known=", ".join(VISIBILITIES))  # fmt: skip
            collection.visibility = value
        elif name == "shared_with":
            collection.shared_with = _shared(value)
        else:
            raise Invalid("{field} cannot be set of a collection.", field=name[:64])


def _noted(text: str) -> str:
    note = keepable(text)
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            "The text is {length} characters long, {most} are allowed. Shorten it.", length=len(note), most=LONGEST_NOTE
        )
    return note


def _query(session: Session, collection: Collection, given: Mapping[str, str] | None) -> dict[str, str] | None:
    if not given:
        return None
    if session.scalar(select(CollectionItem.asset_id).where(CollectionItem.collection_id == collection.id).limit(1)):
        raise Conflict("Assets were put into this collection by hand: it cannot become a saved query. Make another.")
    query = {str(name): str(value) for name, value in given.items() if value}
    if sum(map(len, query.values())) > LONGEST_QUERY:
        raise Invalid("The saved query is longer than {most} signs. Shorten it.", most=LONGEST_QUERY)
    return query or None


def _shared(given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    if not isinstance(given, Mapping) or set(given) - {"see", "change"}:
        raise Invalid("Say whom it is shared with: a list of logins who see it, and one of those who change it.")
    return {
        name: sorted({login.strip() for login in given.get(name, []) if login.strip()}) for name in ("see", "change")
    }


def _put_into(session: Session, collection: Collection, parent: Collection | None) -> None:
    """Lays it into `parent`; Conflict where that lies in it, or too deep."""
    above, deep = parent, 1
    while above is not None:
        if above.id == collection.id:
            raise Conflict("{name} cannot lie in itself. Choose another place.", name=collection.name)
        deep += 1
        if deep > DEEPEST:
            raise Conflict("Collections lie at most {most} deep. Choose another place.", most=DEEPEST)
        above = session.get(Collection, above.parent_id) if above.parent_id else None
    collection.parent_id = parent.id if parent else None


def remove(session: Session, collection: Collection, who: str, *, seen: int | None = None) -> None:
    """Removes the collection, not its assets; what lies in it moves one up."""
    locked(session, collection, seen)
    ids = list(session.scalars(select(CollectionItem.asset_id).where(CollectionItem.collection_id == collection.id)))
    session.execute(
        update(Collection).where(Collection.parent_id == collection.id).values(parent_id=collection.parent_id)
    )
    session.execute(delete(CollectionItem).where(CollectionItem.collection_id == collection.id))
    events.record(session, who, "deletion", "collection", collection.id, name=collection.name, assets=len(ids))
    session.delete(collection)
    for asset_id in ids:
        touch(session, asset_id)


def add(session: Session, collection: Collection, ids: Sequence[UUID], who: str) -> int:
    """Puts assets at the end, in their order; returns how many were not in it before. Those that are gone are left out."""
    locked(session, collection)
    if collection.query is not None:
        raise Conflict(
            "{name} is a saved query: what lies in it is what it finds. Choose another.", name=collection.name
        )
    if collection.purpose == Purpose.BIN:
        raise Conflict("{name} is a bin: parts of films lie in it. Keep them there from the page of a film.",
                       name=collection.name)  # fmt: skip
    last = session.scalar(positions(collection, func.max(CollectionItem.position))) or 0
    there = set(session.scalars(positions(collection, CollectionItem.asset_id)))
    new = [one for one in _existing(session, list(dict.fromkeys(ids))) if one not in there]
    rows = [
        {"collection_id": collection.id, "asset_id": one, "position": last + GAP * place, "note": ""}
        for place, one in enumerate(new, 1)
    ]
    if rows:
        session.execute(insert(CollectionItem), rows)
        _put(session, collection, who, new, "added")
    return len(new)


def take_out(session: Session, collection: Collection, ids: Sequence[UUID], who: str) -> int:
    """Takes assets out; returns how many were in it."""
    locked(session, collection)
    there = set(session.scalars(positions(collection, CollectionItem.asset_id)))
    gone = [one for one in dict.fromkeys(ids) if one in there]
    for start in range(0, len(gone), BATCH):
        some = CollectionItem.asset_id.in_(gone[start : start + BATCH])
        session.execute(delete(CollectionItem).where(CollectionItem.collection_id == collection.id, some))
    if gone:
        _put(session, collection, who, gone, "taken_out")
    return len(gone)


def _put(session: Session, collection: Collection, who: str, ids: Sequence[UUID], what: str) -> None:
    moved(collection)
    detail: dict[str, Any] = {what: [str(one) for one in ids[:100]], "count": len(ids)}
    events.record(session, who, "modification", "collection", collection.id, **detail)
    for one in ids:
        touch(session, one)
    session.flush()
    session.expire(collection, ["items"])


def _existing(session: Session, ids: Sequence[UUID]) -> list[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(ids), BATCH):
        found |= set(session.scalars(select(Asset.id).where(Asset.id.in_(ids[start : start + BATCH]), shown())))
    return [one for one in ids if one in found]


def annotate(session: Session, collection: Collection, asset_id: UUID, note: str, who: str) -> None:
    """Sets the note that an asset has in this collection."""
    locked(session, collection)
    item = item_of(session, collection, asset_id)
    before, item.note = item.note, _noted(note)
    if before != item.note:
        moved(collection)
        told = {"asset": str(asset_id), "before": before, "after": item.note}
        events.record(session, who, "modification", "collection", collection.id, note=told)


def item_of(session: Session, collection: Collection, asset_id: UUID) -> CollectionItem:
    """The place of an asset in it; NotFound where it has none."""
    item = session.get(CollectionItem, (collection.id, asset_id))
    if item is None:
        raise NotFound("The asset is not in this collection. Reload the page.")
    return item


def positions(collection: Collection, column: Any) -> Any:
    """A query for `column` of its items."""
    return select(column).where(CollectionItem.collection_id == collection.id)


def locked(session: Session, collection: Collection, seen: int | None = None) -> None:
    """Reads it anew and keeps others from changing it; Conflict where it has changed since `seen`."""
    session.flush()
    session.refresh(collection, with_for_update=True)
    if seen is not None and collection.version != seen:
        raise Conflict("Somebody has changed this meanwhile. Look at it as it is now, then try again.")


def moved(collection: Collection) -> None:
    """A change: the next version."""
    collection.version += 1
    collection.changed_at = now()


def one(session: Session, collection_id: UUID, login: str, is_administrator: bool = False) -> Collection:
    """The collection; NotFound where there is none, or none that this person sees."""
    found = session.get(Collection, collection_id)
    if found is None or not reach(session, found, login, is_administrator):
        raise NotFound("There is no such collection. It may be gone, or somebody's own.")
    return found


def seen_by(
    session: Session,
    archive_id: UUID,
    login: str,
    is_administrator: bool = False,
    *,
    purposes: Sequence[Purpose] = (Purpose.ALBUM, Purpose.FAVOURITES),
) -> list[Collection]:
    """The collections that this person sees, by name; bins, which hold parts of films, only where they are asked for."""
    wanted = select(Collection).where(Collection.archive_id == archive_id, Collection.purpose.in_(purposes))
    return [one for one in session.scalars(wanted.order_by(Collection.name)) if sees(one, login, is_administrator)]


def counts(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many assets lie in each, without those in the trash."""
    found: dict[UUID, int] = {}
    for start in range(0, len(ids), BATCH):
        some = CollectionItem.collection_id.in_(ids[start : start + BATCH])
        rows = select(CollectionItem.collection_id, func.count()).where(some, shows(CollectionItem.asset_id))
        found |= {row[0]: row[1] for row in session.execute(rows.group_by(CollectionItem.collection_id))}
    return found


def covers(session: Session, ids: Sequence[UUID], most: int = 3) -> dict[UUID, list[UUID]]:
    """The first assets of each."""
    return {
        one: list(
            session.scalars(
                select(CollectionItem.asset_id)
                .where(CollectionItem.collection_id == one, shows(CollectionItem.asset_id))
                .order_by(CollectionItem.position)
                .limit(most)
            )
        )
        for one in ids
    }


def page(
    session: Session, collection: Collection, limit: int = 200, after: int = 0
) -> tuple[list[CollectionItem], int | None]:
    """Items in their order behind the position `after`, and the position that the next page begins behind."""
    items = select(CollectionItem).where(CollectionItem.collection_id == collection.id, shows(CollectionItem.asset_id))
    ordered = items.where(CollectionItem.position > after).order_by(CollectionItem.position, CollectionItem.asset_id)
    found = list(session.scalars(ordered.limit(limit + 1)))
    return found[:limit], found[limit - 1].position if len(found) > limit else None
