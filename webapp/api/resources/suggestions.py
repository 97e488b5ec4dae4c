"""Links that rules suspect, and what people decide of them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import url_for
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.suggesting import deciding, queries, work
from media_archive.suggesting.choosing import Chosen
from webapp.api import paging
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Body, Ids, Page, Paged, Text, Told
from webapp.door import user
from webapp.languages import say
from webapp.translated import gettext, lazy_gettext

routes = Routes("links")


class ReasonTold(Told):
    """What one rule says, and how much it counts."""

    rule: str
    weight: float
    said: str


class SuggestionTold(Told):
    """A link that is suspected."""

    id: UUID
    asset: UUID
    title: str
    subject: UUID
    name: str
    kind: SubjectKind
    role: str
    rule: str
    confidence: float
    why: list[ReasonTold]
    state: str
    decided_by: str | None
    decided_at: datetime | None


class SuggestionPage(Page[SuggestionTold]):
    """A page of what waits for a decision."""


class SuggestionsWanted(Paged):
    """Which suggestions: all that are given must hold."""

    subject: UUID | None = None
    shoot: UUID | None = None
    asset: UUID | None = None
    kind: SubjectKind | None = None
    rule: Annotated[str, Field(max_length=32)] | None = None
    above: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="The least confidence; the threshold of the rules if not given."
    )


class DecisionAsked(Body):
    """What is decided, of which suggestions: by their ids, or of all that are narrowed to."""

    verdict: Literal["accepted", "refused"]
    ids: Ids | None = None
    all: "Narrowed | None" = None

    @model_validator(mode="after")
    def _one(self) -> "DecisionAsked":
        if (self.ids is None) == (self.all is None):
            raise ValueError(gettext("Name suggestions by their ids, or say of which all is decided: one of them."))
        return self


class Narrowed(Body):
    """All open suggestions that this holds for."""

    subject: UUID | None = None
    shoot: UUID | None = None
    asset: UUID | None = None
    kind: SubjectKind | None = None
    rule: Annotated[Text, Field(max_length=32)] | None = None
    above: Annotated[float, Field(ge=0, le=1)] | None = None
    query: Annotated[Text, Field(max_length=200)] = Field("", description="Words of a search that finds the assets.")


class Decided(Told):
    """How many were decided; null where a job does it. What others decided meanwhile is left as it is."""

    count: int | None
    moment: datetime


@routes.get(
    "/suggestions",
    lazy_gettext("Links that wait for a decision"),
    SuggestionPage,
    query=SuggestionsWanted,
    action="describe",
)
def suggestions(session: Session, query: SuggestionsWanted) -> SuggestionPage:
    chosen = Chosen(**query.model_dump(exclude={"cursor", "limit"}))
    found, following = queries.listed(session, chosen, after=paging.behind(query), limit=query.limit)
    return SuggestionPage(items=[_told(one) for one in found], next=str(following) if following else None)


def _told(one: queries.Shown) -> SuggestionTold:
    plain: dict[str, Any] = queries.told(one)
    plain["why"] = [ReasonTold(rule=each.rule, weight=each.weight, said=say(each.said)) for each in one.reasons]
    return SuggestionTold.model_validate(plain)


@routes.post(
    "/suggestions:decide",
    lazy_gettext("Accept or refuse suggestions: named ones at once, all of something by a job"),
    Decided,
    body=DecisionAsked,
    action="describe",
    others=(HTTPStatus.ACCEPTED, HTTPStatus.NOT_FOUND),
)
def decide_suggestions(session: Session, body: DecisionAsked) -> Decided | Answer:
    if body.ids is not None:
        decided = deciding.decide(session, body.ids, body.verdict, user().login)
        return Decided(count=decided.count, moment=decided.moment)
    assert body.all
    moment = work.ask_to_decide(session, Chosen(**body.all.model_dump()), body.verdict, user().login)
    there = url_for("api.suggestions")
    return Answer(Decided(count=None, moment=moment), location=there, status=HTTPStatus.ACCEPTED)
