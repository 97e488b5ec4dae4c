"""What keys do with a few pictures of a list: stars, keywords, favourites (收藏). Many are for the bulk edit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from media_archive.access import service as access
from media_archive.catalogue import describing
from media_archive.catalogue.collections import favourites
from media_archive.catalogue.models import Archive
from media_archive.catalogue.shown import there
from media_archive.errors import Invalid, NotFound, Refused
from webapp.door import archive, transaction, user
from webapp.languages import say
from webapp.translated import gettext

marking = Blueprint("marking", __name__)
#: assets in one request
MOST = 200


@marking.post("/marks/rating")
def rate() -> Response:
    """Sets the stars of some assets: {"ids": [...], "value": 3}, 0 takes them away."""
    access.require(user(), "describe")
    given, ids = _given()
    value = given.get("value")
    if not isinstance(value, int) or value not in range(6):
        raise Invalid("A rating has 0 to 5 stars.")
    return _each(ids, {"rating": value or None})


@marking.post("/marks/keywords")
def tag() -> Response:
    """Adds keywords to some assets: {"ids": [...], "add": ["夜景"]}."""
    access.require(user(), "describe")
    given, ids = _given()
    words = given.get("add")
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise Invalid("Write at least one keyword.")
    return _each(ids, {"keywords": {"add": words}})


def _given() -> tuple[Mapping[str, Any], list[UUID]]:
    given = request.get_json(silent=True)
    ids = given.get("ids") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(ids, list) or not ids:
        raise Invalid("Nothing is selected. Select some assets first.")
    if len(ids) > MOST:
        raise Invalid("Keys change at most {most} assets at once. Use the bulk edit for more.", most=MOST)
    try:
        return given, [UUID(str(one)) for one in ids]
    except ValueError as exc:
        raise NotFound("An id in the address is none. Reload the page.") from exc


def _each(ids: list[UUID], changes: Mapping[str, Any]) -> Response:
    """Does the changes; what is refused is told beside the others, which are done."""
    problems = [problem for one in ids if (problem := _change(one, changes))]
    return jsonify(done=len(ids) - len(problems), problems=problems)


def _change(asset_id: UUID, changes: Mapping[str, Any]) -> dict[str, str] | None:
    settings = archive().settings
    try:
        with transaction() as session:
            asset = there(session, asset_id)
            scheme = describing.declared(settings)
            describing.edit(session, asset, changes, user().login, settings.time_zone, scheme=scheme)
    except Refused as refused:
        return {"id": str(asset_id), "problem": say(refused.message)}
    return None


@marking.post("/marks/favourite")
def favour() -> Response:
    """Puts assets among one's own favourites, or takes them out: {"ids": [...], "liked": true}."""
    given, ids = _given()
    liked = bool(given.get("liked"))
    with transaction() as session:
        institution = session.get_one(Archive, user().archive_id)
        seen = [there(session, one).id for one in ids]
        changed = favourites.mark(session, institution, user().login, seen, liked=liked, name=gettext("Favourites"))
    return jsonify(done=changed, problems=[])
