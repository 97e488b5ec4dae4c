"""The interface for programs, version 1: every declared route, and its description."""

from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from webapp.api import document
from webapp.api.calling import view_of
from webapp.api.resources import TOPICS
from webapp.api.routes import Route, Routes
from webapp.api.shapes import Told
from webapp.translated import lazy_gettext

api = Blueprint("api", __name__, url_prefix="/api/v1")
about = Routes("archive")


class Description(Told):
    """An OpenAPI document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


@about.get("/openapi.json", lazy_gettext("This description"), Description)
def openapi(_session: Session) -> dict[str, Any]:
    return document.document(ROUTES)


ROUTES: list[Route] = [route for topic in (*TOPICS, about) for route in topic.declared]
for one in ROUTES:
    # HEAD and OPTIONS are answered by the framework, from what is declared here
    api.add_url_rule(one.rule, endpoint=one.name, view_func=view_of(one), methods=[one.method])
