"""Then and now: comparisons that were kept, the series of a place, and two pictures under a slider."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue.subjects import linking
from media_archive.catalogue.subjects.models import Subject
from media_archive.errors import Invalid
from media_archive.suggesting.comparing import pairing, saving, series
from media_archive.suggesting.comparing.series import Place
from media_archive.suggesting.rules import rules
from webapp.comparing import shown
from webapp.door import optional_id, reading, transaction, user
from webapp.translated import gettext

comparing = Blueprint("comparing", __name__)


@comparing.get("/then-and-now")
def index() -> str:
    """What was kept; or, where a subject or a point is named, its years and the pairs that go best together."""
    before = optional_id(request.args.get("before"))
    with reading() as session:
        place, subject = _place(session, request.args)
        kept, following = saving.kept(session, subject=subject.id if subject else None, before=before)
        if place:
            years, pairs = series.years(session, place), pairing.pairs(session, place)
        else:
            years, pairs = [], []
    return render_template(
        "then_and_now.html",
        place=place,
        subject=subject,
        near=request.args.get("near", "").strip(),
        radius=request.args.get("radius", "").strip() or f"{rules().pairs.radius:g}",
        kept=kept if not place or subject else [],
        following=following,
        years=years,
        pairs=pairs,
        args=_told(place),
    )


@comparing.get("/then-and-now/pair")
def pair() -> str:
    """Two pictures under the slider, not kept yet."""
    with reading() as session:
        place, subject = _place(session, request.args)
        then, now = saving.ordered(session, *_two())
        both = shown.sides(session, [then, now])
    return render_template("comparison.html", sides=both, subject=subject, kept=None, args=_told(place))


def _two() -> tuple[UUID, UUID]:
    """The pictures that the address names one by one, or as the two that were selected in a list."""
    chosen = [one for text in request.args.getlist("ids") for one in text.split(",") if one]
    given = {"then": chosen[0], "now": chosen[1]} if len(chosen) == 2 else request.args
    return _id(given, "then"), _id(given, "now")


@comparing.get("/then-and-now/<id:comparison_id>")
def page(comparison_id: UUID) -> str:
    """A comparison that was kept."""
    with reading() as session:
        found = saving.one(session, comparison_id)
        then, now = saving.ordered(session, found.then_id, found.now_id)
        both = shown.sides(session, [then, now])
        subject = session.get(Subject, found.subject_id) if found.subject_id else None
    return render_template("comparison.html", sides=both, subject=subject, kept=found, args={})


@comparing.post("/then-and-now")
def keep() -> Response:
    """Keeps two pictures as a comparison."""
    access.require(user(), "describe")
    form = request.form
    with transaction() as session:
        place, _ = _place(session, form)
        ends = _id(form, "then"), _id(form, "now")
        title, note = form.get("title", ""), form.get("note", "")
        number = saving.keep(session, *ends, user().login, place=place, title=title, note=note).id
    flash(gettext("Kept as a comparison."))
    return redirect(url_for("comparing.page", comparison_id=number), HTTPStatus.SEE_OTHER)


@comparing.post("/then-and-now/<id:comparison_id>")
def change(comparison_id: UUID) -> Response:
    """Writes another title and note, or forgets the comparison."""
    access.require(user(), "describe")
    with transaction() as session:
        if request.form.get("remove"):
            saving.remove(session, comparison_id, user().login)
        else:
            form = request.form
            saving.change(session, comparison_id, user().login, title=form.get("title", ""), note=form.get("note", ""))
    if request.form.get("remove"):
        flash(gettext("The comparison is gone; the pictures are as they were."))
        return redirect(url_for("comparing.index"), HTTPStatus.SEE_OTHER)
    flash(gettext("Saved."))
    return redirect(url_for("comparing.page", comparison_id=comparison_id), HTTPStatus.SEE_OTHER)


def _place(session: Session, given: Mapping[str, str]) -> tuple[Place | None, Subject | None]:
    """The subject or point that an address or a form names."""
    if number := optional_id(given.get("subject")):
        subject = linking.standing(session, number)
        return Place(subject=subject.id), subject
    if name := given.get("name", "").strip():
        subject = linking.one_called(session, name)
        return Place(subject=subject.id), subject
    if near := given.get("near", "").strip():
        return Place.near(*_point(near), _number(given.get("radius", ""))), None
    return None, None


def _point(text: str) -> tuple[float, float]:
    """Latitude and longitude, as maps and search boxes write them."""
    parts = text.replace("，", ",").replace(",", " ").split()
    numbers = [_number(part) for part in parts]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        raise Invalid("This is no point of the earth. Give latitude and longitude in degrees, such as 37.45, 116.30.")
    return numbers[0], numbers[1]


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise Invalid("{text} is no number.", text=text.strip()[:32]) from None


def _id(given: Mapping[str, str], name: str) -> UUID:
    number = optional_id(given.get(name))
    if number is None:
        raise Invalid("Two pictures make a comparison. Choose them from the list.")
    return number


def _told(place: Place | None) -> dict[str, Any]:
    """The place as an address names it."""
    if place is None:
        return {}
    if place.subject:
        return {"subject": str(place.subject)}
    assert place.point
    return {"near": f"{place.point[0]},{place.point[1]}", "radius": f"{place.radius:g}"}
