"""Approving a request: what may go out by whose word, the package, and taking it away."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.access import zones
from media_archive.access.models import User
from media_archive.access.zones import Zone
from media_archive.catalogue.models import Archive, Asset, Rendition
from media_archive.catalogue.queries import title_of
from media_archive.catalogue.seeing.viewer import Viewer, today
from media_archive.catalogue.shown import is_withheld, shows
from media_archive.context import Context
from media_archive.db import now
from media_archive.delivery import packages
from media_archive.errors import Conflict, Forbidden, Invalid, Over
from media_archive.events import service as events
from media_archive.requesting.models import UseItem, UseRequest
from media_archive.requesting.service import require_asker, require_owner
from media_archive.requesting.wishes import Decision
from media_archive.restoring import choosing
from media_archive.restoring import service as restoring
from media_archive.storage.models import Parcel

#: after the package or the use is over, so many days to report
REPORT_DAYS = timedelta(days=14)
#: originals that lie offline stay readable for as many days at most as a restore may ask for
MOST_RESTORE_DAYS = 90
EDIT = "edit-proxy"
LONGEST_MAKING = timedelta(days=90)


def approve(
    session: Session, context: Context, request: UseRequest, person: User, ids: Collection[UUID], decision: Decision
) -> int:
    """Approves those assets of `ids` that the request names, and has the package made; returns how many.

    Forbidden where one of them is classified, not open, under embargo or under a legal hold and the person has no
    right to release such; Conflict where the requester may not see one.
    """
    require_owner(request, person)
    decision = decision.checked()
    chosen = _assets(session, request, ids)
    _check(session, request, person, chosen)
    if decision.form == "edit":
        _have_edit_proxies(session, chosen)
    request.approve(decision.form, decision.conditions, decision.days, len(chosen), person.login)
    those = {one.id for one in chosen}
    for item in session.scalars(select(UseItem).where(UseItem.request_id == request.id)):
        item.approved = item.asset_id in those
    told: dict[str, Any] = {"form": decision.form, "days": decision.days, "conditions": decision.conditions}
    events.record(
        session, person.login, "approval", "request", request.id, title=request.title,
        assets=[str(one) for one in sorted(those)], **told,
    )  # fmt: skip
    pack(session, context, request, person)
    return len(chosen)


def _assets(session: Session, request: UseRequest, ids: Collection[UUID]) -> list[Asset]:
    """Those of the request, as far as the person who decides sees them."""
    wanted = select(Asset).join(UseItem, UseItem.asset_id == Asset.id).order_by(UseItem.position)
    wanted = wanted.where(UseItem.request_id == request.id, Asset.id.in_(ids), shows(Asset.id))
    found = list(session.scalars(wanted))
    if not found:
        raise Invalid("Tick what is approved, or refuse the request.")
    return found


def _check(session: Session, request: UseRequest, person: User, chosen: Sequence[Asset]) -> None:
    seen = asker_view(session, request)
    for one in chosen:
        if is_withheld(one) and not access.may(person, "classify", request.owner_id):
            raise Forbidden(
                "{title} is classified, not open, or under embargo. Only an archivist may hand it out: leave it out.",
                title=title_of(one),
            )
        if one.hold is not None and not access.may(person, "set holds", request.owner_id):
            raise Forbidden(
                "{title} is under a legal hold. Only an archivist may hand it out: leave it out.", title=title_of(one)
            )
        if not seen.sees(one, today()):
            raise Conflict("{title} is not, or no longer, open to who asks for it. Leave it out.", title=title_of(one))


def asker_view(session: Session, request: UseRequest) -> Viewer:
    """What the requester sees now; nothing where the account is closed."""
    asker = session.scalars(select(User).where(User.login == request.asked_by)).one_or_none()
    return zones.viewer(session, asker, Zone.IN_HOUSE, ("look",)) if asker else Viewer()


def _have_edit_proxies(session: Session, chosen: Sequence[Asset]) -> None:
    films = [one for one in chosen if one.kind == "film"]
    made = select(Rendition.asset_id).where(Rendition.recipe.startswith(EDIT))
    there = set(session.scalars(made.where(Rendition.asset_id.in_([one.id for one in films]))))
    for one in films:
        if one.id not in there:
            raise Conflict(
                "There is no edit proxy of {title} yet. Ask for it under Renditions on its page, then approve.",
                title=title_of(one),
            )


def pack(session: Session, context: Context, request: UseRequest, person: User) -> None:
    """Has the package made. Originals that lie offline are asked back first; the job goes on when they are there."""
    inside = select(UseItem.asset_id).where(UseItem.request_id == request.id, UseItem.approved.is_(True))
    ids = list(session.scalars(inside.order_by(UseItem.position)))
    if request.form == "original" and not all(
        one.readable for one in restoring.standings_of(session, context, ids).values()
    ):
        chosen, days = choosing.assets(session, ids), min(request.days or 1, MOST_RESTORE_DAYS)
        restoring.ask(session, context, chosen, person.login, f"{request.title}: {request.text}"[:900], days)
    owner = session.get_one(Archive, request.owner_id)
    wanted = packages.Package(
        assets=ids, form=request.form, title=request.title, archive=owner.name, asked_by=request.asked_by,
        conditions=request.word,
    )  # fmt: skip
    # until it is made: originals may have to come back first
    request.parcel_id = packages.ask(session, wanted, _kept(request, now()) + LONGEST_MAKING).id


def _kept(request: UseRequest, since: datetime) -> datetime:
    return since + timedelta(days=request.days or 1)


def pack_again(session: Session, context: Context, request: UseRequest, person: User) -> None:
    """Has a package made anew that could not be made. Conflict where it is under way, or made."""
    require_owner(request, person)
    parcel = session.get(Parcel, request.parcel_id) if request.parcel_id else None
    if request.state != "approved" or (parcel is not None and parcel.problem is None):
        raise Conflict("The package is made, or under way. Reload the page.")
    pack(session, context, request, person)


def arrived(session: Session, parcel_id: UUID) -> None:
    """The package of a request is made: from now on it can be taken away."""
    request = session.scalars(select(UseRequest).where(UseRequest.parcel_id == parcel_id)).one_or_none()
    if request is None or request.state != "approved":
        return
    until = _kept(request, now())
    over = _end_of(request.use_until) if request.use_until else until
    request.arrive(until, max(until, over) + REPORT_DAYS)
    session.execute(update(Parcel).where(Parcel.id == parcel_id).values(kept_until=until))


def _end_of(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)


def take(session: Session, request: UseRequest, person: User) -> Parcel:
    """The package, for its requester to take away: counted and recorded. `session` sees what the requester sees.

    Over where its time is up; Forbidden where something in it was withheld since.
    """
    require_asker(request, person)
    parcel = session.get(Parcel, request.parcel_id) if request.parcel_id else None
    if parcel is None or parcel.made_at is None or not request.can_be_taken(now()):
        raise Over("There is no package to take away, or no longer. Ask the archive if you still need it.")
    inside = select(func.count()).select_from(UseItem)
    inside = inside.where(UseItem.request_id == request.id, UseItem.approved.is_(True), shows(UseItem.asset_id))
    if (session.scalar(inside) or 0) < request.granted:
        raise Forbidden("Something in this package was withheld since it was approved. Ask the archive.")
    request.taken, request.taken_at = request.taken + 1, now()
    told: dict[str, Any] = {
        "title": request.title,
        "name": parcel.name,
        "sha256": parcel.sha256,
        "assets": request.granted,
    }
    events.record(session, person.login, "download", "request", request.id, **told)
    return parcel
