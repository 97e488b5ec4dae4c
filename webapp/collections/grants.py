"""To whom a collection is opened: people and groups, of other archives too."""

from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import grants as service
from media_archive.access import roles
from media_archive.access import service as access
from media_archive.access.models import Grant, Group, User
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.collections.sharing import OWN
from media_archive.catalogue.models import Archive
from media_archive.errors import Invalid, NotFound, Refused
from webapp.collections.views import mine
from webapp.door import optional_id, reading, transaction, user
from webapp.languages import say
from webapp.translated import gettext, lazy_gettext

grants = Blueprint("grants", __name__)
EXTENTS = {
    "look": lazy_gettext("look at it"),
    "add": lazy_gettext("look, and put assets in"),
    "edit": lazy_gettext("look, put in, arrange and describe it"),
}


@grants.get("/collections/<id:collection_id>/grants")
def page(collection_id: UUID) -> str:
    """To whom it is opened, and the form that opens it."""
    return _page(collection_id)


def _page(collection_id: UUID, problem: str = "") -> str:
    with reading() as session:
        one = mine(session, collection_id, OWN)
        found = service.of(session, one.id)
        holding = {grant.id: service.is_in_force(grant, one.archive_id) for grant in found}
        archives = {one.id: one.name for one in session.query(Archive)}
        groups = roles.groups(session)
    return render_template(
        "collection_grants.html", one=one, found=found, holding=holding, archives=archives, groups=groups,
        extents=EXTENTS, problem=problem, given=request.form,
    )  # fmt: skip


@grants.post("/collections/<id:collection_id>/grants")
def give(collection_id: UUID) -> Response | tuple[str, HTTPStatus]:
    """Opens it to a person or a group."""
    form = request.form
    try:
        with transaction() as session:
            one = mine(session, collection_id, OWN)
            giver = session.get_one(User, user().id)
            made = service.give(
                session, one, _holder(session), form.get("extent", "look"), giver, _until(form.get("until", ""))
            )
            told = service.holder_of(made)
    except Refused as refused:
        return _page(collection_id, say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("It is open to %(who)s now.", who=told), "good")
    return redirect(url_for("grants.page", collection_id=collection_id), HTTPStatus.SEE_OTHER)


def _holder(session: Session) -> User | Group:
    group_id = optional_id(request.form.get("group"))
    if group_id is not None:
        return roles.group_called(session, group_id)
    login = request.form.get("login", "").strip()
    if not login:
        raise Invalid("Say to whom: a person's login name, or a group.")
    return access.user_called(session, login)


def _until(text: str) -> datetime | None:
    """The end of a day, as days end in China."""
    if not text.strip():
        return None
    try:
        day = datetime.fromisoformat(f"{text.strip()[:10]}T00:00:00+08:00")
    except ValueError as exc:
        raise Invalid("{day} is no day. Write it like 2030-12-31.", day=text[:20]) from exc
    return day + timedelta(days=1)


@grants.post("/collections/<id:collection_id>/grants/<id:grant_id>/revoke")
def revoke(collection_id: UUID, grant_id: UUID) -> Response:
    """Takes a grant back."""
    with transaction() as session:
        one = mine(session, collection_id, OWN)
        service.revoke(session, _of(service.one(session, grant_id), one), user().login)
    flash(gettext("It is not open to them any more."), "good")
    return redirect(url_for("grants.page", collection_id=collection_id), HTTPStatus.SEE_OTHER)


def _of(grant: Grant, one: Collection) -> Grant:
    if grant.collection_id != one.id:
        raise NotFound("There is no such grant any more. Reload the page.")
    return grant
