"""Deliveries of everybody, for administrators: how far each is, taking one over, ending one."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue.models import Archive
from media_archive.uploads import deliveries, overseeing
from media_archive.uploads.models import Stage
from webapp.door import archive, reading, transaction, user
from webapp.translated import gettext

everyones = Blueprint("everyones", __name__)
ACTION = "see to arrivals"


@everyones.get("/deliveries")
def index() -> str:
    """Those that are not taken in, or all."""
    access.require(user(), ACTION)
    every = request.args.get("all") == "1"
    with reading() as session:
        found = overseeing.listed(session, archive().settings, unfinished=not every)
        names = {one.id: one.name for one in session.scalars(select(Archive))}
    return render_template(
        "deliveries.html", found=found, names=names, every=every, days=archive().settings.delivery_days, stages=Stage
    )


@everyones.post("/deliveries/<id:delivery_id>/take-over")
def take_over(delivery_id: UUID) -> Response:
    """Makes it one's own; the page Upload then lets one hand it over."""
    with transaction() as session:
        overseeing.take_over(session, delivery_id, user().login)
    flash(gettext("It is yours now: look at it and hand it over, or end it."), "good")
    return redirect(url_for("uploads.page", delivery_id=delivery_id), HTTPStatus.SEE_OTHER)


@everyones.post("/deliveries/<id:delivery_id>/end")
def end(delivery_id: UUID) -> Response:
    """Removes it and what has come of it."""
    with reading() as session:
        found = overseeing.find(session, delivery_id)
    overseeing.end(archive(), found, user().login)
    flash(gettext("The delivery is ended; what had come of it is removed."), "good")
    return redirect(url_for("everyones.index"), HTTPStatus.SEE_OTHER)


@everyones.post("/deliveries/<id:delivery_id>/again")
def again(delivery_id: UUID) -> Response:
    """Has one that could not be taken in tried again."""
    with transaction() as session:
        deliveries.hand_over(session, archive().settings, overseeing.find(session, delivery_id, locked=True))
    flash(gettext("It will be tried again."), "good")
    return redirect(url_for("everyones.index"), HTTPStatus.SEE_OTHER)
