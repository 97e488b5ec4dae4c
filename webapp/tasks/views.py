"""What is to be done: descriptions by state, with the age of the oldest; moving and numbering what is selected."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from media_archive.access import service as access
from media_archive.catalogue import describing, states
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.coding import codes
from media_archive.catalogue.coding import service as coding
from media_archive.catalogue.models import Asset, Progress
from media_archive.errors import Invalid, NotFound, Refused
from webapp import selected
from webapp.door import archive, reading, transaction, user
from webapp.languages import say
from webapp.tasks import words
from webapp.translated import gettext

tasks = Blueprint("tasks", __name__)
PAGE = 60
#: assets that one request moves or numbers; more would keep the reader waiting
MOST = 500
SHOWN_REFUSALS = 20
ACTIONS = ("check", "describe", "approve", "publish")


@tasks.get("/todo")
def index() -> str:
    """What waits for the reader, and below it what waits for others."""
    with reading() as session:
        every = states.tasks(session, user().archive_id)
    mine = [one for one in every if access.may(user(), one.move.action)]
    others = [one for one in every if one not in mine]
    return render_template("tasks.html", mine=mine, others=others, words=words)


@tasks.get("/todo/<string(maxlength=16):state>")
def waiting(state: str) -> str:
    """What is in one state, the longest first."""
    if state not in list(Progress):
        raise NotFound("There is no list called {name} here. Start again from the first one.", name=state[:80])
    with reading() as session:
        found = states.waiting(session, user().archive_id, state, PAGE + 1, _after())
        cards = {one.id: one for one in catalogue.cards(session, [asset.id for asset in found])}
    last = found[PAGE - 1] if len(found) > PAGE else None
    return render_template(
        "waiting.html", state=state, found=found[:PAGE], cards=cards, last=last, words=words,
        moves=states.moves_from(state),
    )  # fmt: skip


def _after() -> tuple[datetime, UUID] | None:
    text = request.args.get("after", "")
    if not text:
        return None
    try:
        since, last = text.split("/")
        return datetime.fromisoformat(since), UUID(last)
    except ValueError as exc:
        raise NotFound("The page marker {cursor} is not one of ours. Start again from the first page.",
                       cursor=text[:80]) from exc  # fmt: skip


@tasks.post("/chosen/state")
def move() -> Response:
    """Moves all that is selected; what cannot go there says why, the others go on."""
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    scheme = describing.declared(archive().settings)

    def one(session: Session, asset: Asset) -> None:
        states.move(
            session,
            asset,
            to,
            user().login,
            reason,
            may=lambda do: access.require(user(), do, asset.archive_id),
            scheme=scheme,
        )

    done = _each(one)
    flash(gettext("%(n)s assets are %(state)s now.", n=done, state=words.state(to)), "good")
    return redirect(_back(), HTTPStatus.SEE_OTHER)


def _each(work: Callable[[Session, Asset], None]) -> int:
    """Does `work` for each selected asset in a transaction of its own; returns how many went well."""
    with reading() as session:
        chosen = selected.of_form(session)
        ids = selected.first(session, chosen, MOST + 1)
    if len(ids) > MOST:
        raise Invalid("More than {most} assets cannot be moved at once. Select fewer.", most=MOST)
    done, refused = 0, 0
    for asset_id in ids:
        try:
            with transaction() as session:
                work(session, session.get_one(Asset, asset_id))
            done += 1
        except Refused as exc:
            refused += 1
            if refused <= SHOWN_REFUSALS:
                flash(f"{_title(asset_id)}: {say(exc.message)}", "bad")
    return done


@tasks.post("/chosen/codes")
def number() -> Response:
    """Gives accession codes to all that is selected and has none, in one transaction."""
    access.require(user(), "number")
    templates = codes.declared(archive().settings)
    with reading() as session:
        ids = selected.first(session, selected.of_form(session), MOST + 1)
    if len(ids) > MOST:
        raise Invalid("More than {most} assets cannot be moved at once. Select fewer.", most=MOST)
    with transaction() as session:
        given = coding.assign(session, [session.get_one(Asset, one) for one in ids], user().login, templates)
    problems = [(one.asset_id, one.problem) for one in given if one.problem]
    for asset_id, problem in problems[:SHOWN_REFUSALS]:
        flash(f"{_title(asset_id)}: {say(problem)}", "bad")
    flash(
        gettext("%(n)s assets have a new accession code.", n=sum(not one.had for one in given) - len(problems)), "good"
    )
    return redirect(_back(), HTTPStatus.SEE_OTHER)


def _back() -> str:
    """To the list that the form came from, if it is one of ours."""
    state = request.form.get("from", "")
    return url_for("tasks.waiting", state=state) if state in list(Progress) else url_for("tasks.index")


def _title(asset_id: UUID) -> str:
    with reading() as session:
        return next((card.title for card in catalogue.cards(session, [asset_id], trashed=True)), str(asset_id))
