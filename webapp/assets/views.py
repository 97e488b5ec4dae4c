"""The grid of everything, and the page of one asset."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from media_archive.access import service as access
from media_archive.catalogue import describing, opening, shown
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Kind
from media_archive.catalogue.subjects.linking import ROLES
from media_archive.errors import Invalid, NotFound
from media_archive.likeness import queries as likeness
from media_archive.search import service as search
from media_archive.search.fields import FACETS, USUAL
from media_archive.search.passages import passages
from media_archive.suggesting import queries as suggesting
from webapp.assets import asked, cells, neighbours, playlists, queries, sprites, timeline, tracks, years
from webapp.assets.choice import MORE, SUBJECTS, Choice
from webapp.assets.noticed import noticed
from webapp.assets.page import shown_page
from webapp.cutting import shown as cutting
from webapp.describing import fields
from webapp.disposal import shown as disposals
from webapp.disposal import words as disposal_words
from webapp.door import archive, reading, user
from webapp.listing import columns, details, lists
from webapp.renditions import shown as renditions
from webapp.renditions import words
from webapp.restoring import shown as restoring
from webapp.signin.targets import safe_target
from webapp.suggesting import words as suggestion_words
from webapp.tasks import words as state_words

assets = Blueprint("assets", __name__)
PAGE = 120
YEAR = 365 * 24 * 3600
WINDOW = 250


@assets.get("/")
def grid() -> Any:
    """Everything, narrowed by words and filters; a query that cannot be read is shown with its mistake."""
    if {"since", "until"} & request.args.keys():
        return redirect(_within_time())
    choice = Choice.of(request.args)
    with reading() as session:
        names = queries.chosen_names(session, choice)
        wanted = FACETS if choice.filtering else USUAL
        try:
            listed = lists.find(
                session, choice, cursor=request.args.get("cursor"), limit=PAGE, facets=(*wanted, "month")
            )
        except Invalid as refused:
            mistake = asked.mistake(choice.q, refused)
            if mistake is None:
                raise
            return _grid(
                choice, search.Found(0, [], None), [], {}, names, mistake=mistake
            ), HTTPStatus.UNPROCESSABLE_ENTITY
        found = listed.found
        cards = catalogue.cards(session, found.ids)
        read = passages(session, found.ids, found.words)
    said = {one: cells.said(lines) for one, lines in read.items()}
    return _grid(choice, found, cards, said, names, groups=listed.runs)


def _grid(choice: Choice, found: search.Found, cards: list[Any], said: Any, names: dict[str, str], **more: Any) -> str:
    return render_template(
        "grid.html",
        choice=choice,
        found=found,
        cards=cards,
        said=said,
        names=names,
        facets=queries.offered(found.facets, choice),
        subject_kinds=SUBJECTS,
        more_filters=MORE,
        sorts=asked.SORTS,
        asked=asked,
        timeline=timeline.draw(found.facets.get("month", [])),
        stretch=timeline.chosen(choice.q),
        within=timeline.within,
        bars=years.bars(found.facets.get("year", [])),
        first=not request.args.get("cursor"),
        **more,
    )


def _within_time() -> str:
    """The address of the list within the time that was typed into the boxes under the months."""
    stretch = timeline.typed(request.args.get("since", ""), request.args.get("until", ""))
    choice = Choice.of(request.args)
    args: dict[str, Any] = dict(choice.args(q=timeline.within(choice.q, stretch)))
    return url_for("assets.grid", **args)


@assets.get("/assets/skeleton")
def skeleton() -> Response:
    """Shapes and colours of the whole list, many thousands at a time."""
    choice = Choice.of(request.args)
    with reading() as session:
        return jsonify(lists.skeleton(*lists.outline(session, choice, request.args.get("cursor"))))


@assets.get("/assets/window")
def window() -> Response:
    """Details of the cells that come into view."""
    ids = _ids(request.args.get("ids", ""))
    with reading() as session:
        cards = catalogue.cards(session, ids)
        read = passages(session, ids, request.args.get("q", ""))
        cold = restoring.standings(session, ids)
        more = details.of(session, ids, request.args)
    return jsonify([cells.detail(card, read.get(card.id, []), cold.get(card.id), **more(card.id)) for card in cards])


@assets.post("/list-columns")
def choose_columns() -> Any:
    """Keeps the columns that the reader wants in lists, and goes back."""
    came_from = urlsplit(request.referrer or "")
    back = safe_target(f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path)
    wanted = [name for name in columns.COLUMNS if name == "title" or name in request.form.getlist("column")]
    response = redirect(back, HTTPStatus.SEE_OTHER)
    secure = archive().settings.secure_cookies
    response.set_cookie(columns.COOKIE, ".".join(wanted), YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def _ids(text: str) -> list[UUID]:
    parts = [part for part in text.split(",") if part]
    if len(parts) > WINDOW:
        raise Invalid("At most {most} assets can be asked for at once.", most=WINDOW)
    try:
        return [UUID(part) for part in parts]
    except ValueError as exc:
        raise NotFound("An id in the address is none. Reload the page.") from exc


@assets.get("/assets/<id:asset_id>")
def page(asset_id: UUID) -> str:
    """One asset: the picture, film or sound, and all that is known of it."""
    choice = Choice.of(request.args)
    with reading() as session:
        asset = shown.asset(session, asset_id)
        told = catalogue.describe(session, asset_id)
        keeping = disposals.keeping(session, asset)
        made = queries.renditions(session, asset_id)
        alike = likeness.beside(session, asset_id)
        around = neighbours.of(session, asset, choice)
        panel = renditions.panel(session, asset_id, archive().settings.chosen_recipes)
        _, analysis = queries.files(session, asset_id).get("analysis", (None, None))
        heard = tracks.of(session, asset_id, made) if asset.kind == Kind.FILM else tracks.Tracks()
        matches = [one.line_id for one in passages(session, [asset_id], choice.q).get(asset_id, [])]
        standing = restoring.standing(session, asset_id)
        described = fields.told(asset, asset.shoot, describing.declared(archive().settings))
        cut = cutting.beside(session, asset)
        suspected = suggesting.of_asset(session, asset_id) if access.may(user(), "describe") else []
    # what a browser fetches ahead of its reader is not opened
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        opening.note(archive(), asset_id)
    mending = request.args.get("mend") == "texts" and access.may(user(), "describe")
    found = noticed(analysis, asset.record or {}) if analysis else None
    whole = shown_page(asset, told, made, matches=matches, mending=mending)
    return render_template(
        "asset.html",
        choice=choice,
        around=around,
        alike=alike,
        panel=panel,
        noticed=found,
        tracks=heard,
        words=words,
        keeping=keeping,
        disposal_words=disposal_words,
        standing=standing,
        described=described,
        state_words=state_words,
        state_since=asset.state_since,
        sent_back=asset.sent_back,
        suspected=suspected,
        cutting=cut,
        marker_colours=cutting.COLOURS,
        suggestion_words=suggestion_words,
        roles=ROLES,
        subject_kinds=SUBJECTS,
        **whole,
    )


@assets.get("/assets/<id:asset_id>/sprites.vtt")
def scrub(asset_id: UUID) -> Response:
    """Which part of which sheet shows which second, with addresses the browser can load."""
    with reading() as session:
        shown.asset(session, asset_id)
        text = sprites.track(session, asset_id)
    response = Response(text, content_type="text/vtt; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@assets.get("/assets/<id:asset_id>/<string(minlength=3,maxlength=20):name>.m3u8")
def playlist(asset_id: UUID, name: str) -> Response:
    """The film by HLS: `hls` of the proxy, `hls-1080` of the larger one, and `film`, from which a player chooses."""
    with reading() as session:
        shown.asset(session, asset_id)
        text = playlists.choice(session, asset_id) if name == "film" else playlists.media(session, asset_id, name)
    response = Response(text, content_type="application/vnd.apple.mpegurl")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
