"""One declaration a route: what it takes and answers, who may, and what it may be refused for.

From it come the checks of requests (`calling`), the description for programs (`document`) and the page for people.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from webapp.api.shapes import Body, Query
from webapp.translated import lazy_gettext

READ = frozenset({"GET"})
MEBIBYTE = 1 << 20
#: what the routes are about, in the order of the description
TOPICS = {
    "assets": lazy_gettext("Photographs, films and recordings"),
    "search": lazy_gettext("Search"),
    "files": lazy_gettext("Files and copies"),
    "shoots": lazy_gettext("Shoots"),
    "subjects": lazy_gettext("Subjects"),
    "links": lazy_gettext("Links and suggestions"),
    "collections": lazy_gettext("Collections"),
    "bulk": lazy_gettext("Bulk edits"),
    "keeping": lazy_gettext("Trash and holds"),
    "restores": lazy_gettext("Cold storage"),
    "work": lazy_gettext("Work and bringing in"),
    "archive": lazy_gettext("The archive itself"),
}


@dataclass(frozen=True)
class Answer:
    """A body with what its head says."""

    body: BaseModel | dict[str, Any] | None
    #: where the thing is that was made
    location: str | None = None
    #: instead of the status that the route declares, one of its `others`
    status: HTTPStatus | None = None


View = Callable[..., BaseModel | Answer | dict[str, Any] | None]


@dataclass(frozen=True)
class Route:
    """A declared route."""

    method: str
    #: with names of ids in braces: /assets/{asset_id}
    path: str
    view: View
    topic: str
    summary: Any
    #: what is answered; None for an answer without a body
    answers: type[BaseModel] | None
    query: type[Query] | None = None
    body: type[Body] | None = None
    status: HTTPStatus = HTTPStatus.OK
    #: key of `access.service.MAY`
    action: str = "look"
    #: whether the request has to say which version it changes
    versioned: bool = False
    #: answers beside the usual ones
    others: tuple[HTTPStatus, ...] = ()
    media_type: str = "application/json"
    most_bytes: int = MEBIBYTE
    #: whether it only tries something: nothing of it is kept
    rolled_back: bool = False
    name: str = field(default="")

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method in READ

    @property
    def takes_key(self) -> bool:
        """Whether an Idempotency-Key makes sense: what is asked for twice would be done twice."""
        return self.method == "POST" and not self.rolled_back

    @property
    def has_ids(self) -> bool:
        return "{" in self.path

    @property
    def rule(self) -> str:
        """The path as the router writes it."""
        return self.path.replace("{", "<id:").replace("}", ">")

    @property
    def statuses(self) -> list[HTTPStatus]:
        """Every status that it may answer, failures of the server apart."""
        found = {self.status, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE}
        found |= set(self.others)
        if self.reads:
            found.add(HTTPStatus.NOT_MODIFIED)
        if self.has_ids:
            found.add(HTTPStatus.NOT_FOUND)
        # a query that a route does not take is refused too
        found.add(HTTPStatus.UNPROCESSABLE_ENTITY)
        if self.body:
            found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
        if self.versioned:
            found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}
        if not self.reads:
            found.add(HTTPStatus.CONFLICT)
        return sorted(found)


class Routes:
    """The declared routes of a topic."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.declared: list[Route] = []

    def get(self, path: str, summary: Any, answers: type[BaseModel], **more: Any) -> Callable[[View], View]:
        """Declares a route that reads."""
        return self._declare("GET", path, summary, answers, more)

    def post(self, path: str, summary: Any, answers: type[BaseModel] | None, **more: Any) -> Callable[[View], View]:
        """Declares a route that makes or does something."""
        return self._declare("POST", path, summary, answers, more)

    def put(self, path: str, summary: Any, answers: type[BaseModel] | None, **more: Any) -> Callable[[View], View]:
        """Declares a route that sets something to what the request says."""
        return self._declare("PUT", path, summary, answers, more)

    def patch(self, path: str, summary: Any, answers: type[BaseModel], **more: Any) -> Callable[[View], View]:
        """Declares a route that changes what the request names, of the version it has seen."""
        return self._declare("PATCH", path, summary, answers, {"versioned": True, **more})

    def delete(self, path: str, summary: Any, **more: Any) -> Callable[[View], View]:
        """Declares a route that takes something away."""
        return self._declare("DELETE", path, summary, None, {"status": HTTPStatus.NO_CONTENT, **more})

    def _declare(
        self, method: str, path: str, summary: Any, answers: type[BaseModel] | None, more: dict[str, Any]
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            name = view.__name__.strip("_")
            self.declared.append(Route(method, path, view, self.topic, summary, answers, name=name, **more))
            return view

        return declare
