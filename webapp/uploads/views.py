"""The page Upload: what is sent is said first, then files are chosen, sent, and handed over."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue.models import Archive
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.errors import Invalid, Refused
from media_archive.uploads import deliveries, overseeing, safety
from media_archive.uploads.deliveries import Template
from media_archive.uploads.models import Stage
from webapp.door import archive, reading, transaction, user
from webapp.languages import say
from webapp.refusals import wants_json
from webapp.signin import bearer
from webapp.translated import gettext
from webapp.uploads import headers, shown
from webapp.uploads.forms import take_files

uploads = Blueprint("uploads", __name__)
#: names offered while typing; files that one answer lists; digests that one request asks about
MOST_NAMES, MOST_FILES, MOST_DIGESTS = 500, 5000, 1000


@uploads.before_request
def _check() -> None:
    access.require(user(), "ingest")
    bearer.check_form_token()


@uploads.get("/uploads")
def index() -> str:
    """What was sent, and the form that begins another delivery."""
    return _index(Template(""))


def _index(template: Template, problem: str = "") -> str:
    with reading() as session:
        lines = deliveries.listed(session, user().login)
        seen = overseeing.standings(session, archive().settings, [line.delivery for line in lines])
        names = {
            kind.value: session.execute(
                select(Subject.code, Subject.name)
                .where(Subject.kind == kind, Subject.merged_into.is_(None))
                .order_by(Subject.name)
                .limit(MOST_NAMES)
            ).all()
            for kind in SubjectKind
        }
    return render_template("uploads.html", lines=lines, asked=template, names=names, problem=problem,
                           ending=[one for one in seen if one.is_ending])  # fmt: skip


@uploads.post("/uploads/deliveries")
def begin() -> AnyResponse:
    """Begins a delivery."""
    given: Mapping[str, Any] = _json() if request.is_json else request.form
    template = Template("")
    try:
        template = Template.of(given)
        with transaction() as session:
            home = session.get_one(Archive, user().archive_id)
            delivery = deliveries.begin(session, home, template, user().login)
    except Refused as refused:
        if wants_json():
            raise
        return make_response(_index(template, say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY)
    there = url_for("uploads.page", delivery_id=delivery.id)
    if not wants_json():
        return redirect(there, HTTPStatus.SEE_OTHER)
    response = make_response(jsonify({"id": str(delivery.id), "self": there}), HTTPStatus.CREATED)
    response.headers["Location"] = there
    return response


def _json() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise Invalid("The request must be a JSON object.")
    return given


@uploads.get("/uploads/deliveries/<id:delivery_id>")
def page(delivery_id: UUID) -> AnyResponse | str:
    """One delivery: how far it is, and whether the card may be formatted."""
    with reading() as session:
        delivery = deliveries.own(session, delivery_id, user().login)
        standing = safety.standing(session, archive().stores.profile, delivery)
        if wants_json():
            return jsonify(shown.facts(delivery, standing))
        files = deliveries.files(session, delivery_id, most=shown.MOST_LISTED)
    lines = [shown.file(archive().settings, one, standing) for one in files]
    open_ = delivery.stage == Stage.OPEN
    return render_template(
        "upload.html",
        delivery=delivery,
        template=Template.of(delivery.template),
        standing=standing,
        facts=shown.facts(delivery, standing),
        lines=lines,
        is_open=open_,
        days=archive().settings.upload_days,
    )


@uploads.get("/uploads/deliveries/<id:delivery_id>/files")
def files(delivery_id: UUID) -> Response:
    """Its files by path, some at a time: what is there already need not be sent again."""
    with reading() as session:
        delivery = deliveries.own(session, delivery_id, user().login)
        standing = safety.standing(session, archive().stores.profile, delivery)
        found = deliveries.files(session, delivery_id, request.args.get("after", ""), MOST_FILES)
    lines = [shown.file(archive().settings, one, standing) for one in found]
    return jsonify({"items": lines, "next": found[-1].path if len(found) == MOST_FILES else None})


@uploads.post("/uploads/deliveries/<id:delivery_id>/files")
def send(delivery_id: UUID) -> AnyResponse:
    """Files of a plain form: for browsers without scripts."""
    count = take_files(delivery_id)
    if not count:
        flash(gettext("Choose files first."), "bad")
    elif request.form.get("hand-over"):
        _hand_over(delivery_id)
    return redirect(url_for("uploads.page", delivery_id=delivery_id), HTTPStatus.SEE_OTHER)


@uploads.post("/uploads/deliveries/<id:delivery_id>/known")
def known(delivery_id: UUID) -> Response:
    """Which of the fingerprints, and of the SHA-256 digests, files of the archive have."""
    given = _json()
    with reading() as session:
        delivery = deliveries.own(session, delivery_id, user().login)
        prints = safety.suspected(session, delivery.archive_id, _digests(given, "fingerprints"))
        there = safety.known(session, delivery.archive_id, _digests(given, "sha256"))
    assets = {sha256: url_for("assets.page", asset_id=asset_id) for sha256, asset_id in there.items()}
    return jsonify({"fingerprints": sorted(prints), "sha256": assets})


def _digests(given: Mapping[str, Any], name: str) -> list[str]:
    found = given.get(name) or []
    if not isinstance(found, list) or len(found) > MOST_DIGESTS or not all(map(headers.is_sha256, found)):
        raise Invalid("{name} must be a list of at most {most} SHA-256 digests in hex.", name=name, most=MOST_DIGESTS)
    return found


@uploads.post("/uploads/deliveries/<id:delivery_id>/left-out")
def leave_out(delivery_id: UUID) -> Response:
    """Notes files that stay on the card because the archive has their bytes; those of which that is true are told."""
    files = [one for one in _json().get("files") or [] if _is_file(one)][:MOST_DIGESTS]
    with transaction() as session:
        delivery = deliveries.own(session, delivery_id, user().login, locked=True)
        there = safety.known(session, delivery.archive_id, [one["sha256"] for one in files])
        noted = [
            deliveries.leave_out(session, delivery, _raw(one["path"]), one["size"], one["sha256"]).path
            for one in files
            if one["sha256"] in there
        ]
    return jsonify({"left_out": noted})


def _raw(path: str) -> bytes:
    return path.encode("utf-8", "surrogatepass")


def _is_file(one: object) -> bool:
    if not isinstance(one, dict) or not headers.is_sha256(one.get("sha256")):
        return False
    size = one.get("size")
    return isinstance(one.get("path"), str) and isinstance(size, int) and 0 <= size < headers.MOST_BYTES


@uploads.post("/uploads/deliveries/<id:delivery_id>/digests")
def digests(delivery_id: UUID) -> Response:
    """SHA-256 of files, computed by their sender while they were sent."""
    given = _json().get("sha256")
    told = given if isinstance(given, dict) and len(given) <= MOST_DIGESTS else {}
    sound = {path: digest for path, digest in told.items() if headers.is_sha256(digest)}
    with transaction() as session:
        delivery = deliveries.own(session, delivery_id, user().login)
        return jsonify({"noted": deliveries.digests_told(session, delivery, sound)})


@uploads.post("/uploads/deliveries/<id:delivery_id>/hand-over")
def hand_over(delivery_id: UUID) -> AnyResponse:
    """Has everything taken in; asking again is safe."""
    if request.form.get("without"):
        deliveries.drop_unfinished(archive(), delivery_id, user().login)
    _hand_over(delivery_id)
    if not wants_json():
        return redirect(url_for("uploads.page", delivery_id=delivery_id), HTTPStatus.SEE_OTHER)
    with reading() as session:
        delivery = deliveries.own(session, delivery_id, user().login)
        standing = safety.standing(session, archive().stores.profile, delivery)
        return make_response(jsonify(shown.facts(delivery, standing)), HTTPStatus.ACCEPTED)


def _hand_over(delivery_id: UUID) -> None:
    with transaction() as session:
        delivery = deliveries.own(session, delivery_id, user().login, locked=True)
        deliveries.hand_over(session, archive().settings, delivery)


@uploads.post("/uploads/deliveries/<id:delivery_id>/discard")
def discard(delivery_id: UUID) -> AnyResponse:
    """Removes a delivery that was not handed over, and all that has come of it."""
    deliveries.discard(archive(), delivery_id, user().login)
    if wants_json():
        return Response(status=HTTPStatus.NO_CONTENT)
    return redirect(url_for("uploads.index"), HTTPStatus.SEE_OTHER)
