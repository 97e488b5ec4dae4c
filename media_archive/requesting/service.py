"""Asking for a use, asking back, answering, deciding, reporting: what changes a request."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.access.models import User
from media_archive.catalogue.models import Asset
from media_archive.catalogue.queries import title_of
from media_archive.catalogue.shown import shown
from media_archive.errors import Forbidden, Invalid, NotFound
from media_archive.events import service as events
from media_archive.requesting import wishes
from media_archive.requesting.models import UseItem, UseRequest
from media_archive.requesting.wishes import MOST_ASSETS, Wish

#: what whoever decides must be allowed, in the archive that owns the assets
DECIDING = "answer requests"
LONGEST_TITLE = 1000


def ask(session: Session, person: User, ids: Sequence[UUID], wish: Wish, title: str = "") -> list[UseRequest]:
    """Asks for assets, as far as the person sees them: one request to each archive that owns some."""
    wish = wish.checked()
    if len(ids) > MOST_ASSETS:
        raise Invalid("More than {most} assets are not asked for at once. Choose fewer.", most=MOST_ASSETS)
    there = {one.id: one for one in session.scalars(select(Asset).where(Asset.id.in_(ids), shown()))}
    owned: dict[UUID, list[Asset]] = {}
    for one in dict.fromkeys(ids):
        if one in there:
            owned.setdefault(there[one].archive_id, []).append(there[one])
    if not owned:
        raise NotFound("There is no such asset. It may have been typed wrongly, or is gone.")
    return [_ask(session, person, owner, assets, wish, title) for owner, assets in owned.items()]


def _ask(
    session: Session, person: User, owner: UUID, assets: Sequence[Asset], wish: Wish, title: str
) -> UseRequest:  # fmt: skip
    made = UseRequest(
        owner_id=owner, asked_by=person.login, title=(title or _title(assets))[:LONGEST_TITLE], purpose=wish.purpose,
        text=wish.text, use_until=wish.use_until or None, form=wish.form, contact=wish.contact,
    )  # fmt: skip
    session.add(made)
    session.flush()
    rows = [{"request_id": made.id, "asset_id": one.id, "position": place} for place, one in enumerate(assets)]
    session.execute(insert(UseItem), rows)
    _record(session, made, "use request", person, purpose=wish.purpose, form=wish.form, assets=len(assets))
    return made


def _title(assets: Sequence[Asset]) -> str:
    first = title_of(assets[0])
    return f"{first} + {len(assets) - 1}" if len(assets) > 1 else first


def called(session: Session, number: UUID, person: User) -> UseRequest:
    """The request with that id; NotFound where it is neither the person's nor for an archive where they decide."""
    found = session.get(UseRequest, number)
    if found is None or not (is_of(found, person) or decides(found, person)):
        raise NotFound("There is no such request. It may have been typed wrongly, or is somebody else's.")
    return found


def locked(session: Session, number: UUID, person: User) -> UseRequest:
    """The same, held so that nobody else changes it meanwhile."""
    session.execute(select(UseRequest.id).where(UseRequest.id == number).with_for_update())
    return called(session, number, person)


def is_of(request: UseRequest, person: User) -> bool:
    """Whether the person asked for it."""
    return request.asked_by == person.login


def decides(request: UseRequest, person: User) -> bool:
    """Whether the person may decide on it."""
    return access.may(person, DECIDING, request.owner_id)


def require_owner(request: UseRequest, person: User) -> None:
    """Forbidden where the person may not decide on it."""
    access.require(person, DECIDING, request.owner_id)


def require_asker(request: UseRequest, person: User) -> None:
    """Forbidden where somebody else asked for it."""
    if not is_of(request, person):
        raise Forbidden("Somebody else asked for this. Ask for your own.")


def ask_back(session: Session, request: UseRequest, person: User, question: str) -> None:
    """The archive asks the requester something."""
    require_owner(request, person)
    request.ask_back(wishes.said(question, "Write the question, or the reason."), person.login)
    _record(session, request, "question", person, question=request.question)


def answer(session: Session, request: UseRequest, person: User, text: str) -> None:
    """The requester answers."""
    require_asker(request, person)
    request.answer_back(wishes.said(text, "Write an answer."))
    _record(session, request, "answer", person, answer=request.answer)


def withdraw(session: Session, request: UseRequest, person: User) -> None:
    """The requester needs it no longer."""
    require_asker(request, person)
    request.withdraw()
    _record(session, request, "withdrawal", person)


def refuse(session: Session, request: UseRequest, person: User, reason: str) -> None:
    """The archive refuses, and says why."""
    require_owner(request, person)
    request.refuse(wishes.said(reason, "Write the question, or the reason."), person.login)
    _record(session, request, "denial", person, reason=request.word)


def report(
    session: Session, request: UseRequest, person: User, published: str, when: str, address: str, note: str,
    *, deleted: bool,
) -> None:  # fmt: skip
    """The requester tells where it was used, and whether the copies are deleted or given back."""
    require_asker(request, person)
    told = wishes.report(published, when, address, note, deleted=deleted)
    request.close(told)
    _record(session, request, "usage note", person, **told)


def _record(session: Session, request: UseRequest, what: str, person: User, **detail: Any) -> None:
    events.record(session, person.login, what, "request", request.id, title=request.title, **detail)
