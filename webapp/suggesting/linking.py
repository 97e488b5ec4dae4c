"""Links of an asset, said and taken back on its page."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import shown
from media_archive.catalogue.subjects import linking
from media_archive.catalogue.subjects.models import Link
from media_archive.errors import Invalid, NotFound
from media_archive.suggesting import choosing
from webapp.door import reading, transaction, user
from webapp.translated import gettext

links = Blueprint("links", __name__)


@links.post("/assets/<id:asset_id>/links")
def add(asset_id: UUID) -> Response:
    """Links the asset, or a stretch of it, to a subject that is named."""
    access.require(user(), "describe")
    form = request.form
    starts, ends = form.get("starts", "").strip(), form.get("ends", "").strip()
    if bool(starts) != bool(ends):
        raise Invalid("A stretch has a beginning and an end. Give both, or neither.")
    with transaction() as session:
        subject = linking.one_called(session, form.get("subject", ""), choosing.kind(form.get("kind")))
        linking.link(
            session,
            asset_id,
            subject.id,
            user().login,
            role=form.get("role") or "shows",
            stage=form.get("stage"),
            stretch=(starts, ends) if starts else None,
        )
        name = subject.name
    flash(gettext("Linked to %(name)s.", name=name))
    return redirect(url_for("assets.page", asset_id=asset_id), HTTPStatus.SEE_OTHER)


@links.post("/links/<id:link_id>/remove")
def remove(link_id: UUID) -> Response:
    """Takes a link back."""
    access.require(user(), "describe")
    with reading() as session:
        found = session.get(Link, link_id)
        if found is None:
            raise NotFound("There is no such link any more. Reload the page.")
        asset_id = shown.asset(session, found.asset_id).id
    with transaction() as session:
        linking.unlink(session, link_id, user().login)
    flash(gettext("The link is gone."))
    return redirect(url_for("assets.page", asset_id=asset_id), HTTPStatus.SEE_OTHER)
