"""A request at a declared route: checked, done in one transaction, answered."""

import hashlib
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response, make_response, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from media_archive.access import service as access
from webapp.api import once, parsing
from webapp.api.routes import Answer, Route
from webapp.door import reading, transaction, user
from webapp.languages import TAGS, chosen
from webapp.signin import bearer

ETAG_DIGITS = 16


def view_of(route: Route) -> Callable[..., Response]:
    """What the router calls."""

    def view(**ids: Any) -> Response:
        bearer.check_form_token()
        access.require(user(), route.action)
        given = ids | parsing.arguments(route, request)
        return _read(route, given) if route.reads else _write(route, given)

    view.__name__ = route.name
    return view


def _read(route: Route, given: dict[str, Any]) -> Response:
    with reading() as session:
        response = _response(route, route.view(session, **given))
    return response.make_conditional(request)  # type: ignore[return-value]


def _write(route: Route, given: dict[str, Any]) -> Response:
    """Does it; a request with an Idempotency-Key that was answered before is answered the same."""

    def do(session: Session) -> Response:
        answered = route.view(session, **given)
        # what the database refuses is refused before it is answered
        session.flush()
        return _response(route, answered)

    if route.rolled_back:
        with reading() as session:
            return _response(route, route.view(session, **given))
    if route.takes_key:
        return once.answered(do)
    with transaction() as session:
        return do(session)


def _response(route: Route, answered: BaseModel | Answer | dict[str, Any] | None) -> Response:
    answer = answered if isinstance(answered, Answer) else Answer(answered)
    data = _json(answer.body)
    response = make_response(data, answer.status or route.status)
    response.headers.pop("Content-Type", None)
    if answer.body is not None:
        response.content_type = route.media_type
        response.headers["Content-Language"] = TAGS[chosen()]
        if HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            response.set_etag(_etag(answer.body, data))
    if answer.location:
        response.headers["Location"] = answer.location
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _json(body: BaseModel | dict[str, Any] | None) -> bytes:
    if body is None:
        return b""
    if isinstance(body, BaseModel):
        return body.model_dump_json(by_alias=True).encode()
    return json.dumps(body, ensure_ascii=False).encode()


def _etag(body: BaseModel | dict[str, Any], data: bytes) -> str:
    """The version, where there is one, and what else may change: files that arrive, the language of messages."""
    digest = hashlib.sha256(data).hexdigest()[:ETAG_DIGITS]
    version = getattr(body, "version", None)
    return f"{version}-{digest}" if isinstance(version, int) else digest
