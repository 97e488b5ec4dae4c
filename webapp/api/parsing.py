"""What a request says, checked against what its route declares."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from media_archive.errors import Outdated
from webapp.api.faults import Faulty, faults_of
from webapp.api.routes import Route
from webapp.translated import gettext

JSON = "application/json"
#: what describes a change is JSON by another name (RFC 7396)
MERGE_PATCH = "application/merge-patch+json"
_TAGS = re.compile(r'^(\*|(W/)?"[^"]*"(\s*,\s*(W/)?"[^"]*")*)$')
_VERSION = re.compile(r"^(\d{1,9})(?:-[0-9a-f]+)?$")


class VersionMissing(BadRequest):
    """The request changes something and does not say which version of it (RFC 6585)."""

    code = 428


@dataclass(frozen=True)
class Seen:
    """The versions that the request takes for the present one."""

    versions: frozenset[int]
    #: `If-Match: *`: whatever it is
    anything: bool = False

    def check(self, version: int) -> int:
        """`version`, if it is the one that was seen; Outdated otherwise."""
        if self.anything or version in self.versions:
            return version
        raise Outdated(
            "It was changed meanwhile: its version is {version} now. Read it again, then decide anew.", version=version
        )


def arguments(route: Route, request: Request) -> dict[str, Any]:
    """What the view of `route` is called with, the ids of the path apart."""
    given: dict[str, Any] = {}
    query = _query(route, request)
    if route.query:
        given["query"] = query
    if route.versioned:
        given["seen"] = seen(request)
    if route.body:
        given["body"] = _body(route, request, route.body)
    return given


def seen(request: Request) -> Seen:
    """The versions that If-Match names; an ETag begins with the version."""
    given, matching = request.headers.get("If-Match", "").strip(), request.if_match
    if not given:
        raise VersionMissing(
            gettext("Say which version you saw: send the ETag of what you read as If-Match, so that no change is lost.")
        )
    if not _TAGS.match(given):
        raise BadRequest(gettext("If-Match is no ETag. Send the one of what you read, or its version in quotes."))
    if matching.star_tag:
        return Seen(frozenset(), anything=True)
    found = [_VERSION.match(tag) for tag in matching.as_set(include_weak=True)]
    return Seen(frozenset(int(one[1]) for one in found if one))


def _query(route: Route, request: Request) -> Any:
    given = {name: _values(route, name, values) for name, values in request.args.lists()}
    if any("\0" in value for values in request.args.listvalues() for value in values):
        raise Faulty([("query", gettext("A text contains a character that cannot be kept (NUL)."))])
    if route.query is None:
        if given:
            raise Faulty([(f"query.{name}", gettext("This is not known here.")) for name in given])
        return None
    return _checked(route.query, lambda shape: shape.model_validate(given), "query")


def _values(route: Route, name: str, values: list[str]) -> Any:
    fields: Mapping[str, Any] = route.query.model_fields if route.query else {}
    is_list = name in fields and getattr(fields[name].annotation, "__origin__", None) is list
    return values if is_list or len(values) > 1 else values[0]


def _body(route: Route, request: Request, shape: type[BaseModel]) -> Any:
    if request.mimetype != JSON and not (route.method == "PATCH" and request.mimetype == MERGE_PATCH):
        raise UnsupportedMediaType(
            gettext("The body has to be JSON: send it with the header Content-Type: %(type)s.", type=JSON)
        )
    request.max_content_length = route.most_bytes
    if (request.content_length or 0) > route.most_bytes:
        raise RequestEntityTooLarge
    sent = request.get_data()
    return _checked(shape, lambda one: one.model_validate_json(sent), "body")


def _checked(shape: type[BaseModel], check: Any, where: str) -> Any:
    try:
        return check(shape)
    except ValidationError as exc:
        if where == "body" and any(one["type"] == "json_invalid" for one in exc.errors(include_input=False)):
            raise BadRequest(gettext("The body is no JSON: %(reason)s.", reason=_reason(exc))) from None
        raise Faulty(faults_of(exc, where)) from None


def _reason(exc: ValidationError) -> str:
    facts = exc.errors(include_input=False)[0].get("ctx") or {}
    return str(facts.get("error", ""))[:200]
