"""The description of the interface (OpenAPI 3.1), made from what the routes declare."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import media_archive
from webapp.api.once import HEADER
from webapp.api.routes import TOPICS, Route
from webapp.api.shapes import Problem
from webapp.translated import gettext

TEMPLATE = "#/components/schemas/{model}"
PROBLEM_TYPE = "application/problem+json"
_ID = re.compile(r"{(\w+)}")
Described = dict[str, Any]


def document(routes: Sequence[Route]) -> Described:
    """The whole description, its words in the language of the request."""
    schemas, named = _schemas(routes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": gettext("Media Archive"),
            "version": media_archive.version(),
            "description": gettext("What the pages of the archive show and change, for programs."),
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "tags": [{"name": name, "description": str(words)} for name, words in TOPICS.items()],
        "paths": _paths(routes, named, schemas),
        "components": {"schemas": schemas, "securitySchemes": _security()},
    }


def _security() -> Described:
    return {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "archive_session"},
    }


def _schemas(routes: Sequence[Route]) -> tuple[Described, dict[Any, Described]]:
    """The shapes by name, and the reference to each by (shape, mode)."""
    wanted: dict[tuple[type[BaseModel], Any], None] = {(Problem, "serialization"): None}
    for route in routes:
        for shape, mode in ((route.body, "validation"), (route.answers, "serialization")):
            if shape is not None:
                wanted[shape, mode] = None
    named, whole = models_json_schema(list(wanted), ref_template=TEMPLATE)
    return dict(whole.get("$defs", {})), dict(named)


def _paths(routes: Sequence[Route], named: dict[Any, Described], schemas: Described) -> Described:
    paths: Described = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, named, schemas)
    return paths


def _operation(route: Route, named: dict[Any, Described], schemas: Described) -> Described:
    described: Described = {
        "operationId": route.name,
        "tags": [route.topic],
        "summary": str(route.summary),
        "parameters": [*_ids(route), *_query(route, schemas), *_headers(route)],
        "responses": {str(int(status)): _response(route, status, named) for status in route.statuses},
        # beyond OpenAPI: the right that the person needs
        "x-action": route.action,
    }
    if route.body:
        content = {"schema": named[route.body, "validation"]}
        types = (
            ("application/json", "application/merge-patch+json") if route.method == "PATCH" else ("application/json",)
        )
        described["requestBody"] = {"required": True, "content": dict.fromkeys(types, content)}
    return described


def _ids(route: Route) -> Iterable[Described]:
    for name in _ID.findall(route.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def _query(route: Route, schemas: Described) -> Iterable[Described]:
    if route.query is None:
        return
    schema = route.query.model_json_schema(ref_template=TEMPLATE)
    schemas.update(schema.get("$defs", {}))
    required = schema.get("required", [])
    for name, told in schema.get("properties", {}).items():
        words = told.pop("description", "")
        yield {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": words,
            "schema": _without_null(told),
            "explode": True,
        }


def _without_null(told: Described) -> Described:
    """A query string has no null: what may be left out is."""
    given = {name: value for name, value in told.items() if name not in {"title", "default"} or value is not None}
    options = [one for one in given.pop("anyOf", []) if one.get("type") != "null"]
    if len(options) > 1:
        given["anyOf"] = options
    return given | (options[0] if len(options) == 1 else {})


def _headers(route: Route) -> Iterable[Described]:
    if route.versioned:
        yield {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": gettext(
                "The ETag of what was read, or its version in quotes: nothing is overwritten unseen."
            ),
            "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$', "example": '"1"'},
        }
    if route.takes_key:
        yield {
            "name": HEADER,
            "in": "header",
            "required": False,
            "description": gettext("The same request with the same key is done once, and answered the same for a day."),
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }


def _response(route: Route, status: HTTPStatus, named: dict[Any, Described]) -> Described:
    told: Described = {"description": status.phrase}
    if status >= HTTPStatus.BAD_REQUEST:
        told["content"] = {PROBLEM_TYPE: {"schema": named[Problem, "serialization"]}}
        return told
    if status < HTTPStatus.MULTIPLE_CHOICES and route.answers is not None:
        told["content"] = {route.media_type: {"schema": named[route.answers, "serialization"]}}
        told["headers"] = {"ETag": {"schema": {"type": "string"}}}
    if status in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.PERMANENT_REDIRECT}:
        told.setdefault("headers", {})["Location"] = {"schema": {"type": "string"}}
    return told
