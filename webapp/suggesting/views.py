"""What pictures are suspected to show: subject by subject, to be accepted or refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue.models import Shoot
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.errors import Invalid
from media_archive.search import service as search
from media_archive.suggesting import choosing, deciding, queries, work
from media_archive.suggesting.choosing import Chosen
from media_archive.suggesting.rules import rules
from webapp.door import optional_id, reading, transaction, user
from webapp.suggesting import words
from webapp.translated import gettext

suggestions = Blueprint("suggestions", __name__)
LONGEST_QUERY = 200
#: assets of a query whose suggestions one page shows; a decision on all of them is a job
MOST_FOUND = 1000
MOST_PAGES = 10_000
FIELDS = ("subject", "shoot", "kind", "q", "above")


@dataclass(frozen=True)
class Asked:
    """What the address narrows the page to."""

    chosen: Chosen
    page: int
    args: dict[str, str]


@suggestions.get("/suggestions")
def index() -> str:
    """Subjects with the pictures that are suspected to show them, the most first."""
    access.require(user(), "describe")
    asked = _asked(request.args)
    with reading() as session:
        assets = _found(session, asked.chosen.query)
        groups, more = queries.groups(session, asked.chosen, assets=assets, page=asked.page)
        narrowed = _names(session, asked.chosen)
        total = deciding.count(session, asked.chosen) if assets is None else None
    return render_template(
        "suggestions.html",
        groups=groups,
        more=more,
        page=asked.page,
        args=asked.args,
        narrowed=narrowed,
        total=total,
        kinds=list(SubjectKind),
        least=asked.chosen.least,
        kept=rules().thresholds.kept,
        words=words,
    )


@suggestions.post("/suggestions")
def decide() -> Response:
    """Accepts or refuses those that are ticked, or all that the page is narrowed to."""
    access.require(user(), "describe")
    asked = _asked(request.form)
    verdict = deciding.checked(request.form.get("verdict", ""))
    if request.form.get("all"):
        return _decide_all(asked, verdict)
    ids = [one for one in map(optional_id, request.form.getlist("suggestion")) if one]
    if not ids:
        raise Invalid("No picture is chosen. Tick at least one.")
    with transaction() as session:
        decided = deciding.decide(session, ids, verdict, user().login)
    flash(words.decided(verdict, decided.count), decided.moment.isoformat())
    return _back(asked)


def _decide_all(asked: Asked, verdict: str) -> Response:
    """All of them: at once where they are few, by a job where they are many or a query says which."""
    with transaction() as session:
        count = deciding.count(session, asked.chosen)
        if asked.chosen.query or count > deciding.MOST_AT_ONCE:
            moment = work.ask_to_decide(session, asked.chosen, verdict, user().login)
            said = words.under_way(verdict, count)
        else:
            ids = list(session.scalars(choosing.open_ones(asked.chosen).with_only_columns(choosing.ID)))
            decided = deciding.decide(session, ids, verdict, user().login)
            moment, said = decided.moment, words.decided(verdict, decided.count)
    flash(said, moment.isoformat())
    return _back(asked)


@suggestions.post("/suggestions/undo")
def undo() -> Response:
    """Takes a decision back."""
    access.require(user(), "describe")
    try:
        moment = datetime.fromisoformat(request.form.get("moment", ""))
    except ValueError:
        raise Invalid("The form does not say what to take back. Reload the page.") from None
    if moment.tzinfo is None:
        raise Invalid("The form does not say what to take back. Reload the page.")
    with transaction() as session:
        count = deciding.undo(session, user().login, moment)
    flash(gettext("%(n)s wait again.", n=count))
    return _back(_asked(request.form))


def _asked(given: Mapping[str, str]) -> Asked:
    """What the address or the form says."""
    chosen = Chosen(
        subject=optional_id(given.get("subject")),
        shoot=optional_id(given.get("shoot")),
        kind=choosing.kind(given.get("kind")),
        above=choosing.confidence(given.get("above")),
        query=given.get("q", "").strip()[:LONGEST_QUERY],
    )
    text = given.get("page", "0")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    args = {name: given[name].strip() for name in FIELDS if given.get(name, "").strip()}
    return Asked(chosen, min(page, MOST_PAGES), args)


def _found(session: Session, query: str) -> list[UUID] | None:
    if not query:
        return None
    return search.find(session, query, limit=MOST_FOUND, facets=False).ids


def _names(session: Session, chosen: Chosen) -> list[tuple[str, str]]:
    """What the page is narrowed to, by the name of its field."""
    subject = session.get(Subject, chosen.subject) if chosen.subject else None
    shoot = session.get(Shoot, chosen.shoot) if chosen.shoot else None
    names: list[tuple[str, Any]] = [("subject", subject), ("shoot", shoot)]
    return [(field, one.name) for field, one in names if one]


def _back(asked: Asked) -> Response:
    """To the page that the form was sent from, or to the asset it was sent from."""
    if asset_id := optional_id(request.form.get("asset")):
        return redirect(url_for("assets.page", asset_id=asset_id), HTTPStatus.SEE_OTHER)
    place: dict[str, Any] = {**asked.args, "page": asked.page or None}
    return redirect(url_for("suggestions.index", **place), HTTPStatus.SEE_OTHER)
