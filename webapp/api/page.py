"""The interface as a page for people: made from the same description that programs read."""

from typing import Any

from flask import Blueprint, render_template

from webapp.api import document
from webapp.api.routes import TOPICS
from webapp.api.views import ROUTES

pages = Blueprint("interface", __name__)


@pages.get("/api")
def index() -> str:
    """Every request, by what it is about."""
    told = document.document(ROUTES)
    topics = {name: (str(words), _of_topic(told, name)) for name, words in TOPICS.items()}
    return render_template("api.html", told=told, topics=topics, shape=_shape, shapes=told["components"]["schemas"])


def _of_topic(told: dict[str, Any], topic: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of a topic, in the order of the paths."""
    return [
        (method.upper(), path, operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if topic in operation["tags"]
    ]


def _shape(schema: dict[str, Any]) -> str:
    """A schema in few words: a name, a type, a list of one."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(_shape(one) for one in options)
    if schema.get("type") == "array":
        return f"[{_shape(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "…")
