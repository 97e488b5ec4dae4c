"""Share links: made, found, given a new key, revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from media_archive.access import passwords
from media_archive.access import service as access
from media_archive.access.models import User
from media_archive.catalogue import marks
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Asset
from media_archive.catalogue.shown import shown
from media_archive.config import Settings
from media_archive.db import now
from media_archive.errors import Conflict, Forbidden, Invalid, NotFound
from media_archive.events import service as events
from media_archive.renditions import asking
from media_archive.renditions.planning import hold_all
from media_archive.sharing.models import Share, ShareItem
from media_archive.signs import keepable

ACTION = "share"
USUAL_DAYS, LONGEST_DAYS = 14, 365
MOST_ASSETS, MOST_OPENINGS = 500, 100_000
LONGEST_TITLE, LONGEST_NOTE = 255, 2000
#: a password is told by telephone, and guesses are few: eight signs do here
SHORTEST_PASSWORD = 8
#: what carries the watermark
MARKED = ("public", "public-proxy")


@dataclass(frozen=True)
class Wish:
    """What a link is to be like."""

    title: str = ""
    note: str = ""
    days: int = USUAL_DAYS
    password: str = field(default="", repr=False)
    marked: bool = False
    downloads: bool = False
    most: int | None = None


def make(
    session: Session, settings: Settings, person: User, what: Collection | Sequence[UUID], wish: Wish
) -> tuple[Share, str]:
    """A link to a collection or to assets, and its key, which nobody can be told again.

    Forbidden where the person may not share in that archive; Conflict where a watermark is wanted and there is none.
    """
    _check(wish)
    ids = [] if isinstance(what, Collection) else _seen(session, what)
    archive_id = what.archive_id if isinstance(what, Collection) else session.get_one(Asset, ids[0]).archive_id
    access.require(person, ACTION, archive_id)
    key = secrets.token_urlsafe(24)
    share = Share(
        archive_id=archive_id, key=digest(key), made_by=person.login, title=_title(session, what, ids, wish),
        note=keepable(wish.note).strip(), marked=wish.marked, downloads=wish.downloads, most=wish.most,
        expires_at=now() + timedelta(days=wish.days), password=_hashed(wish.password),
    )  # fmt: skip
    _fill(session, share, what, ids)
    if wish.marked:
        _have_marked(session, settings, share, ids, person.login)
    told: dict[str, Any] = {
        "title": share.title,
        "until": share.expires_at.isoformat(),
        "password": bool(share.password),
    }
    events.record(
        session, person.login, "creation", "share", share.id, marked=share.marked, downloads=share.downloads,
        most=share.most, collection=str(share.collection_id or ""), assets=len(ids), **told,
    )  # fmt: skip
    return share, key


def _check(wish: Wish) -> None:
    if not 1 <= wish.days <= LONGEST_DAYS:
        raise Invalid("A link lasts 1 to {most} days. Give another number.", most=LONGEST_DAYS)
    if wish.most is not None and not 1 <= wish.most <= MOST_OPENINGS:
        raise Invalid("A link may be opened 1 to {most} times. Give another number.", most=MOST_OPENINGS)
    if len(wish.title) > LONGEST_TITLE or len(wish.note) > LONGEST_NOTE:
        raise Invalid("Title or note of the link are too long. Shorten them.")
    if wish.password and not SHORTEST_PASSWORD <= len(wish.password) <= passwords.LONGEST:
        raise Invalid("The password must have at least {least} characters. Choose a longer one.",
                      least=SHORTEST_PASSWORD)  # fmt: skip


def _seen(session: Session, given: Sequence[UUID]) -> list[UUID]:
    """Those that there are and that the person sees, in their order."""
    if len(given) > MOST_ASSETS:
        raise Invalid("More than {most} assets do not go into one link. Share a collection instead.", most=MOST_ASSETS)
    there = set(session.scalars(select(Asset.id).where(Asset.id.in_(given), shown())))
    found = [one for one in dict.fromkeys(given) if one in there]
    if not found:
        raise NotFound("There is no such asset. It may have been typed wrongly, or is gone.")
    return found


def _title(session: Session, what: Collection | Sequence[UUID], ids: Sequence[UUID], wish: Wish) -> str:
    from media_archive.catalogue.queries import title_of

    said = keepable(wish.title).strip()
    if said:
        return said
    if isinstance(what, Collection):
        return what.name
    first = title_of(session.get_one(Asset, ids[0]))[: LONGEST_TITLE - 8]
    return f"{first} + {len(ids) - 1}" if len(ids) > 1 else first


def _hashed(password: str) -> str | None:
    return passwords.hashed_plainly(password) if password else None


def _fill(session: Session, share: Share, what: Collection | Sequence[UUID], ids: Sequence[UUID]) -> None:
    if isinstance(what, Collection):
        if what.query is not None:
            raise Invalid("A saved search grows by itself and is not shared. Put what it finds into a collection.")
        share.collection_id = what.id
    session.add(share)
    session.flush()
    if ids:
        rows = [{"share_id": share.id, "asset_id": one, "position": place} for place, one in enumerate(ids)]
        session.execute(insert(ShareItem), rows)


def _have_marked(session: Session, settings: Settings, share: Share, ids: Sequence[UUID], who: str) -> None:
    """Asks for what carries the watermark; what lies in a collection is asked for when it is looked at."""
    if marks.of(session, share.archive_id) is None:
        raise Conflict(
            "The archive has no watermark, so nothing can be shown with it. An administrator sets it on the page"
            " Watermark; or share without."
        )
    ask_marked(session, settings, ids, who)


def ask_marked(session: Session, settings: Settings, ids: Sequence[UUID], who: str) -> None:
    """Asks for what carries the watermark of assets, as far as it is missing."""
    for holding in hold_all(session, ids):
        if holding.originals:
            asking.ask(session, holding, MARKED, settings.chosen_recipes, who, anew=False)


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def called(session: Session, number: UUID, person: User) -> Share:
    """The link with that number, which is not its key; NotFound where it is not the person's to see."""
    found = session.get(Share, number)
    if found is None or not is_open_to(found, person):
        raise NotFound("There is no such link. The page Links lists yours.")
    return found


def is_open_to(share: Share, person: User) -> bool:
    """Whether a person may see and revoke it: their own, or as archivist all of the archive."""
    return share.made_by == person.login or access.may(person, "classify", share.archive_id)


def revoke(session: Session, share: Share, who: str) -> None:
    """Closes a link at once; one that is revoked already stays so."""
    if share.revoked_at is None:
        share.revoked_at, share.revoked_by = now(), who
        events.record(session, who, "revocation", "share", share.id, title=share.title)


def reissue(session: Session, share: Share, person: User) -> str:
    """A new key for a link that is open: the one before opens nothing any more."""
    if share.made_by != person.login:
        raise Forbidden("Only who made a link gets a new key for it. Make a link of your own.")
    if share.revoked_at is not None or share.expires_at <= now():
        raise Conflict("This link is closed. Make another.")
    key = secrets.token_urlsafe(24)
    share.key = digest(key)
    events.record(session, person.login, "modification", "share", share.id, changed="key")
    return key


def standing(share: Share) -> str:
    """open, revoked, expired or "used up"."""
    if share.revoked_at is not None:
        return "revoked"
    if share.expires_at <= now():
        return "expired"
    return "used up" if share.most is not None and share.openings >= share.most else "open"
