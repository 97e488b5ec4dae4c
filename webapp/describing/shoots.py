"""What a shoot says for all its assets: a form like that of an asset, with the fields that are inherited."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import describing as core
from media_archive.catalogue.models import Shoot
from media_archive.errors import Conflict, Invalid, NotFound
from webapp.describing import fields, history
from webapp.describing.views import version
from webapp.door import archive, optional_id, reading, transaction, user
from webapp.languages import say
from webapp.refusals import status_of
from webapp.translated import gettext

shoot_descriptions = Blueprint("shoot_descriptions", __name__)


@shoot_descriptions.get("/shoots/<id:shoot_id>/description")
def page(shoot_id: UUID) -> str:
    """The form, and the history of each field."""
    access.require(user(), "describe")
    with reading() as session:
        return _page(session, _shoot(session, shoot_id))


def _shoot(session: Session, shoot_id: UUID) -> Shoot:
    found = session.get(Shoot, shoot_id)
    if found is None or found.archive_id != user().archive_id:
        raise NotFound("There is no such shoot. It may have been typed wrongly, or is gone.")
    return found


def _page(session: Session, shoot: Shoot, given: Mapping[str, str] | None = None, problem: str = "") -> str:
    scheme = core.declared(archive().settings)
    return render_template(
        "describe_shoot.html",
        shoot=shoot,
        groups=fields.rows(fields.of_shoot(shoot, scheme), scheme, user(), given),
        origins=fields.ORIGINS,
        history=history.lines_of_shoot(session, shoot, scheme, user()),
        problem=problem,
    )


@shoot_descriptions.post("/shoots/<id:shoot_id>/description")
def save(shoot_id: UUID) -> Response | tuple[str, HTTPStatus]:
    """Sets what was changed in the form. Where that is refused the form comes back with all that was typed."""
    access.require(user(), "describe")
    scheme, settings = core.declared(archive().settings), archive().settings
    try:
        with transaction() as session:
            shoot = _shoot(session, shoot_id)
            session.refresh(shoot, with_for_update=True)
            changes = fields.changes(fields.of_shoot(shoot, scheme), request.form, user(), shoot.archive_id)
            seen = version()
            core.edit_shoot(session, shoot, changes, user().login, settings.time_zone, seen=seen, scheme=scheme)
    except (Invalid, Conflict) as exc:
        with reading() as session:
            return _page(session, _shoot(session, shoot_id), request.form, say(exc.message)), status_of(exc)
    flash(gettext("Saved.") if changes else gettext("Nothing was changed."), "good")
    return _back(shoot_id)


@shoot_descriptions.post("/shoots/<id:shoot_id>/undo")
def undo(shoot_id: UUID) -> Response:
    """Takes one change of one field back."""
    access.require(user(), "describe")
    scheme, settings = core.declared(archive().settings), archive().settings
    event_id = optional_id(request.form.get("event"))
    if event_id is None:
        raise Invalid("The form asks for something that cannot be done. Reload the page.")
    field = scheme.field(request.form.get("field", ""))
    access.require(user(), field.may)
    with transaction() as session:
        _shoot(session, shoot_id)
        history.own_change(session, event_id, shoot_id)
        core.undo_of_shoot(session, event_id, user().login, field.name, settings.time_zone, scheme=scheme)
    flash(gettext("%(field)s is as it was before.", field=fields.label(field)), "good")
    return _back(shoot_id)


def _back(shoot_id: UUID) -> Response:
    return redirect(url_for("shoot_descriptions.page", shoot_id=shoot_id), HTTPStatus.SEE_OTHER)
