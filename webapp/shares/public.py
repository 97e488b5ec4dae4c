"""The page behind a link: for whoever has it, without a sign-in. What it shows is worked out anew each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import passwords
from media_archive.catalogue.models import Archive
from media_archive.errors import NotFound
from media_archive.events import service as events
from media_archive.sharing import opening
from media_archive.sharing import service as sharing
from media_archive.sharing.models import Share
from media_archive.storage.models import File
from webapp import visitors
from webapp.door import archive
from webapp.languages import say
from webapp.media.views import begins, sent
from webapp.refusals import status_of
from webapp.shares import shown, visits
from webapp.translated import gettext

shared = Blueprint("shared", __name__, url_prefix="/s/<string(maxlength=64):token>")
PAGE = 60
#: browsers ask each time, so that what is revoked is gone
CACHE = "private, no-cache"


@shared.errorhandler(NotFound)
def closed(error: NotFound) -> Response:
    """The one page for links that are unknown, revoked, over or used up."""
    return make_response(render_template("share_closed.html", says=say(error.message)), status_of(error))


@shared.after_request
def unlisted(response: Response) -> Response:
    """No search engine keeps it; no other site is told its address anyway (see `security`)."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@contextmanager
def _opened(token: str) -> Iterator[tuple[Session, Share]]:
    """What a link shows: the rights are those of its maker at this moment, whoever looks."""
    with archive().reading() as session:
        yield session, opening.find(session, token)


def _begin(token: str) -> None:
    """Counts an opening."""
    with archive().transaction() as session:
        share = opening.find(session, token)
        opening.note_opening(session, share, _who(), visitors.address())
    visits.begin(share)


def _who() -> str:
    return g.user.login if g.get("user") else "public"


@shared.get("")
def page(token: str) -> AnyResponse | str:
    """Everything it shows, or the question for the password."""
    with _opened(token) as (_, share):
        pass
    if not visits.under_way(share):
        if share.password or request.method != "GET":
            return render_template("share_locked.html", token=token, share=share)
        _begin(token)
    return _wall(token)


def _wall(token: str) -> str:
    number = _number()
    with _opened(token) as (session, share):
        ids, total = opening.page(session, share, number, PAGE), opening.count(session, share)
        found = shown.pieces(session, share, token, ids)
        owner = session.get_one(Archive, share.archive_id).name
    if share.marked and (bare := [one.id for one in found if one.picture is None]):
        with archive().transaction() as session:
            sharing.ask_marked(session, archive().settings, bare, share.made_by)
    return render_template(
        "share.html",
        token=token,
        share=share,
        owner=owner,
        found=found,
        total=total,
        number=number,
        more=number * PAGE < total,
    )


def _number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 100_000):
        raise NotFound("The page marker {cursor} is not one of ours. Start again from the first page.",
                       cursor=text[:80])  # fmt: skip
    return int(text[:6])


@shared.post("")
def unlock(token: str) -> AnyResponse:
    """Takes the password."""
    with _opened(token) as (_, share):
        pass
    if not passwords.matches(share.password, request.form.get("password", "")):
        with archive().transaction() as session:
            told = {"title": share.title, "address": visitors.address()}
            events.record(session, _who(), "opening", "share", share.id, outcome="failure", **told)
        problem = gettext("The password is not right. Ask whoever sent the link.")
        answer = render_template("share_locked.html", token=token, share=share, problem=problem)
        return make_response(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    _begin(token)
    return redirect(url_for("shared.page", token=token), HTTPStatus.SEE_OTHER)


@shared.get("/<id:asset_id>")
def one(token: str, asset_id: UUID) -> AnyResponse | str:
    """One asset, large."""
    with _opened(token) as (session, share):
        if not visits.under_way(share):
            return redirect(url_for("shared.page", token=token), HTTPStatus.SEE_OTHER)
        opening.one(session, share, asset_id)
        [piece] = shown.pieces(session, share, token, [asset_id])
        before, after = opening.around(session, share, asset_id)
    return render_template("share_one.html", token=token, share=share, piece=piece, before=before, after=after)


@shared.get("/media/<id:asset_id>/<string(maxlength=32):name>")
def send(token: str, asset_id: UUID, name: str) -> Response:
    """The bytes of a rendition; with `download`, to be saved, where the link allows that."""
    saving = "download" in request.args
    with _opened(token) as (session, share):
        if not visits.under_way(share) or (saving and not share.downloads):
            raise NotFound("This link shows nothing of that kind, or no longer. Go back to its first page.")
        made = opening.rendition(session, share, asset_id, name)
        file = session.scalars(select(File).where(File.id == made.file_id).options(selectinload(File.copies))).one()
    if saving and begins() and request.method == "GET":
        with archive().transaction() as session:
            told = {"share": str(share.id), "rendition": name, "sha256": file.sha256}
            events.record(session, _who(), "download", "asset", asset_id, **told)
    return sent(file, CACHE)
