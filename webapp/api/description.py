"""The OpenAPI 3.1 description, held to the routes by a test."""

from typing import Any

import media_archive

_TEXT = {"type": "string"}
_ID = {"type": "string", "format": "uuid"}
_NUMBER = {"type": ["number", "null"]}
_NULLABLE = {"type": ["string", "null"]}

CARD: dict[str, Any] = {
    "type": "object",
    "required": ["id", "kind", "title"],
    "properties": {
        "id": _ID,
        "self": _TEXT,
        "href": {**_TEXT, "description": "The page of the asset."},
        "kind": {"type": "string", "enum": ["photo", "film", "sound"]},
        "title": _TEXT,
        "taken": {**_NULLABLE, "description": "When it was taken, as precisely as was written."},
        "duration": {**_NULLABLE, "description": "h:mm:ss"},
        "width": {**_NUMBER, "description": "Pixels as displayed."},
        "height": {**_NUMBER, "description": "Pixels as displayed."},
        "thumb": {**_NULLABLE, "description": "Address of a small picture."},
        "problem": {**_NULLABLE, "description": "Why it cannot be shown, in the reader's language."},
        "rendered": {"type": "boolean"},
        "standing": {
            "type": "string",
            "enum": ["online", "offline", "under way", "ready"],
            "description": "Whether its original can be read now: not where it is offline or under way.",
        },
    },
}
FACET = {
    "type": "object",
    "properties": {"value": _TEXT, "label": _TEXT, "count": {"type": "integer"}},
}
PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["total", "items", "next"],
    "properties": {
        "total": {"type": "integer"},
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Card"}},
        "next": {**_NULLABLE, "description": "Cursor of the next page; null on the last."},
        "facets": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/Facet"}},
        },
    },
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
}
FILTERS = (
    ("q", "Words that must all occur.", _TEXT),
    ("kind", "photo, film or sound.", {"type": "string", "enum": ["photo", "film", "sound"]}),
    ("project", "Id of a project.", _ID),
    ("landmark", "Id of a landmark.", _ID),
    ("street", "Id of a street.", _ID),
    ("shoot", "Id of a shoot.", _ID),
    ("year", "Year of capture.", {"type": "integer"}),
    ("cursor", "Where to go on, from `next`.", _TEXT),
    ("limit", "At most so many, 1 to 1,000; 100 if not given.", {"type": "integer", "minimum": 1, "maximum": 1000}),
)


def document() -> dict[str, Any]:
    """The whole description."""
    listing = [{"name": name, "in": "query", "description": words, "schema": schema} for name, words, schema in FILTERS]
    one_asset = [{"name": "asset_id", "in": "path", "required": True, "schema": _ID}]
    one_shoot = [{"name": "shoot_id", "in": "path", "required": True, "schema": _ID}]
    ended = {"name": "ended", "in": "query", "schema": {"type": "boolean"}, "description": "Those that ended."}
    whole: dict[str, Any] = {"type": "object", "description": "As `media-archive show --json` prints it."}
    shoot: dict[str, Any] = {"type": "object", "description": "The shoot and its progress."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Media Archive", "version": media_archive.version()},
        "servers": [{"url": "/api/v1"}],
        "security": [{"session": []}],
        "paths": {
            "/assets": _get("Assets, newest first", listing, {"$ref": "#/components/schemas/Page"}),
            "/search": _get("Assets with the counts of each filter", listing, {"$ref": "#/components/schemas/Page"}),
            "/assets/{asset_id}": _get("Everything about one asset", one_asset, whole),
            "/trash": _get("Deletions under way, or ended", [*listing[-2:], ended], {"type": "object"}),
            "/shoots/{shoot_id}": _get("One shoot and how far it is", one_shoot, shoot),
            "/openapi.json": _get("This description", [], {"type": "object"}),
        },
        "components": {
            "schemas": {"Card": CARD, "Page": PAGE, "Facet": FACET, "Problem": PROBLEM},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "archive_session"}},
        },
    }


def _get(summary: str, parameters: list[dict[str, Any]], schema: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {"description": "OK", "content": {"application/json": {"schema": schema}}},
                "401": {"description": "No sign-in", "content": problem},
                "404": {"description": "Nothing has that id", "content": problem},
                "422": {"description": "A value breaks a rule", "content": problem},
            },
        }
    }
