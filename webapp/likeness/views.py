"""Pictures that are alike: set by set, to be decided."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.errors import Invalid, NotFound
from media_archive.likeness import deciding, queries, sets
from media_archive.likeness.models import AlikeSet, Sort, Verdict
from webapp.door import optional_id, reading, transaction, user
from webapp.likeness import words
from webapp.translated import gettext

likeness = Blueprint("likeness", __name__)
PAGE = 20
#: the tabs: what waits of each sort, and what was decided
DECIDED = "decided"
TABS = (Sort.ALIKE.value, Sort.BURST.value, DECIDED)


@likeness.get("/likeness")
def index() -> str:
    """Sets of one sort that wait for a decision, or those that were decided."""
    access.require(user(), "compare")
    tab = request.args.get("tab") or Sort.ALIKE.value
    if tab not in TABS:
        raise NotFound("There is no list called {name} here. Start again from the first one.", name=tab[:80])
    sort = None if tab == DECIDED else Sort(tab)
    before = optional_id(request.args.get("before"))
    with reading() as session:
        found, following = queries.page(session, sort=sort, decided=sort is None, before=before, limit=PAGE)
        waiting = {one.value: sets.open_count(session, one) for one in Sort}
    return render_template(
        "likeness.html",
        tab=tab,
        tabs=TABS,
        found=found,
        following=following,
        waiting=waiting,
        before=before,
        words=words,
    )


@likeness.post("/likeness/<id:set_id>")
def decide(set_id: UUID) -> Response:
    """Takes a decision on a set, or on those of its pictures that are ticked."""
    access.require(user(), "compare")
    verdict = request.form.get("verdict", "")
    if verdict not in list(Verdict):
        raise Invalid("The form names no decision. Reload the page and choose one.")
    chosen = [one for one in map(optional_id, request.form.getlist("asset")) if one]
    with transaction() as session:
        whole = _set(session.get(AlikeSet, set_id))
        top = optional_id(request.form.get("top"))
        if chosen and top not in chosen:
            top = None
        decided = deciding.decide(session, whole, Verdict(verdict), user().login, chosen=chosen, top=top)
        rest = decided.id != set_id and session.get(AlikeSet, set_id) is not None
        decided_id = decided.id
    flash(words.decided(verdict), str(decided_id))
    return _back(set_id if rest else optional_id(request.form.get("following")))


@likeness.post("/likeness/<id:set_id>/reopen")
def reopen(set_id: UUID) -> Response:
    """Takes a decision back."""
    access.require(user(), "compare")
    with transaction() as session:
        deciding.reopen(session, _set(session.get(AlikeSet, set_id)), user().login)
    flash(gettext("The set is open again."))
    return _back(set_id)


def _set(found: AlikeSet | None) -> AlikeSet:
    if found is None:
        raise NotFound("There is no such set any more: it may have become part of another. Reload the list.")
    return found


def _back(anchor: UUID | None) -> Response:
    """To the list that the form was sent from, where the next set stands."""
    tab = request.form.get("tab", "")
    address = url_for(
        "likeness.index",
        tab=tab if tab in TABS else None,
        before=optional_id(request.form.get("before")),
        _anchor=f"s-{anchor}" if anchor else None,
    )
    return redirect(address, HTTPStatus.SEE_OTHER)
