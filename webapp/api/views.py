"""The HTTP interface, version 1: reading the catalogue. Signed in by the same cookie as the pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue import opening, shown
from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Shoot
from media_archive.disposal import service as disposal
from media_archive.disposal.models import OPEN, DisposalState
from media_archive.disposal.telling import told
from media_archive.errors import Invalid, NotFound
from media_archive.search import service as search
from media_archive.search.service import Found
from webapp.api import description
from webapp.assets.cells import detail
from webapp.assets.choice import Choice
from webapp.door import archive, optional_id, reading, user
from webapp.restoring import shown as restoring
from webapp.shoots import progress

api = Blueprint("api", __name__, url_prefix="/api/v1")
USUAL, MOST = 100, 1000


@api.get("/assets")
def assets() -> Response:
    """Assets, narrowed by filters, newest first."""
    return _listed(facets=False)


@api.get("/search")
def found() -> Response:
    """The same with the counts of each filter."""
    return _listed(facets=True)


def _listed(*, facets: bool) -> Response:
    choice = Choice.of(request.args)
    with reading() as session:
        page = search.find(
            session,
            choice.q,
            choice.filters(),
            cursor=request.args.get("cursor"),
            limit=_limit(),
            facets=facets,
        )
        body = _body(session, page)
    if facets:
        body["facets"] = {
            name: [{"value": one.value, "label": one.label, "count": one.count} for one in values]
            for name, values in page.facets.items()
        }
    return _tagged(body)


def _body(session: Session, page: Found) -> dict[str, Any]:
    cold = restoring.standings(session, page.ids)
    items = [detail(card, cold=cold.get(card.id)) for card in catalogue.cards(session, page.ids)]
    for item in items:
        item["self"] = url_for("api.asset", asset_id=item["id"])
    return {"total": page.total, "items": items, "next": page.next}


def _limit() -> int:
    text = request.args.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST):
        raise Invalid("The limit {limit} is not between 1 and {most}. Give another.", limit=text[:20], most=MOST)
    return int(text)


@api.get("/assets/<id:asset_id>")
def asset(asset_id: UUID) -> Response:
    """Everything about one asset, as `show --json` prints it."""
    with reading() as session:
        shown.asset(session, asset_id)
        original = restoring.as_json(restoring.standing(session, asset_id))
        told = catalogue.describe(session, asset_id)
    opening.note(archive(), asset_id)
    return _tagged({**told, "original": original})


@api.get("/trash")
def trash() -> Response:
    """Deletions that wait, or whose assets lie in the trash; with `ended` those that ended."""
    access.require(user(), "see the trash")
    states = (DisposalState.DELETED, DisposalState.WITHDRAWN) if request.args.get("ended") == "true" else OPEN
    with reading() as session:
        found, following = disposal.page(session, states, optional_id(request.args.get("cursor")), _limit())
    return _tagged({"items": [told(one) for one in found], "next": str(following) if following else None})


@api.get("/shoots/<id:shoot_id>")
def shoot(shoot_id: UUID) -> Response:
    """One shoot and how far it is."""
    with reading() as session:
        one = session.get(Shoot, shoot_id)
        if one is None:
            raise NotFound("There is no such shoot. It may have been typed wrongly, or is gone.")
        body = {
            "id": str(one.id),
            "name": one.name,
            "caption": one.caption,
            "photographer": one.photographer,
            "created_at": one.created_at.isoformat(),
            "created_by": one.created_by,
            "progress": progress.of(session, shoot_id),
        }
    return _tagged(body)


@api.get("/openapi.json")
def openapi() -> Response:
    """This interface, described in OpenAPI 3.1."""
    return _tagged(description.document())


def _tagged(body: dict[str, Any]) -> Response:
    """JSON with an ETag, so that asking again for what has not changed costs little."""
    response = make_response(jsonify(body))
    response.add_etag(weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]
