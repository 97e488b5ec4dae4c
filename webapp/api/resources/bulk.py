"""Changes of everything that a query finds: tried first, done by a job, taken back by another."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import url_for
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.catalogue.bulk import changes as rules
from media_archive.catalogue.bulk import service
from media_archive.catalogue.bulk.models import BulkChange, BulkEdit
from media_archive.catalogue.describing import Scheme, declared
from media_archive.catalogue.models import Archive
from media_archive.search import chosen
from media_archive.search import service as search
from webapp.api import paging
from webapp.api.resources.searching import Search
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Body, Ids, Page, Paged, Told
from webapp.door import archive, user
from webapp.languages import say
from webapp.translated import gettext, lazy_gettext

routes = Routes("bulk")


class FieldChange(Body):
    """What is done with a field: `replace` puts `with` in the place of `value`."""

    how: Literal["set", "clear", "add", "remove", "replace"]
    value: Any = None
    put: Any = Field(None, alias="with")


class BulkAsked(Body):
    """Which assets, named or found, and what is done with which field."""

    assets: Ids | None = None
    search: Search | None = None
    changes: Annotated[dict[Annotated[str, Field(max_length=64)], FieldChange], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _one(self) -> "BulkAsked":
        if (self.assets is None) == (self.search is None):
            raise ValueError(gettext("Name assets, or say what is searched for: one of them."))
        return self

    def given(self) -> dict[str, Any]:
        """The changes, as `bulk.changes.read` takes them."""
        return {name: one.model_dump(by_alias=True, exclude_unset=True) for name, one in self.changes.items()}

    def chosen(self) -> dict[str, Any]:
        """The assets, as a job takes them."""
        if self.search is None:
            return {"ids": [str(one) for one in self.assets or []]}
        return chosen.plain(self.search.q, self.search.filters())


class BulkTold(Told):
    """A bulk edit, and how far it is."""

    id: UUID
    state: Literal["asked", "running", "done", "failed", "undone", "partly-undone"]
    changes: dict[str, Any]
    undoes: UUID | None
    wanted: int
    changed: int
    unchanged: int
    refused: int
    asked_by: str
    created_at: datetime
    ended_at: datetime | None
    self: str


class BulkPage(Page[BulkTold]):
    """A page of bulk edits, the latest first."""


class Refusal(Told):
    """An asset that was left as it is, and why."""

    asset: UUID
    detail: str


class Refusals(Page[Refusal]):
    """A page of what was refused."""


class SampleTold(Told):
    """What would become of one asset."""

    asset: UUID
    title: str
    before: dict[str, Any]
    after: dict[str, Any]


class TrialTold(Told):
    """What would be done, as far as those that were tried tell."""

    found: int
    tried: int
    changed: int
    refused: int
    samples: list[SampleTold]
    refusals: list[Refusal]


def _scheme(body: BulkAsked) -> Scheme:
    """The fields; Forbidden where one is changed that the person may not."""
    scheme = declared(archive().settings)
    given = rules.read(body.given(), scheme, archive().settings.time_zone)
    for action in sorted(rules.actions(given, scheme)):
        access.require(user(), action)
    return scheme


def _told(one: BulkEdit) -> BulkTold:
    names = ("id", "state", "changes", "undoes", "wanted", "changed", "unchanged", "refused", "asked_by")
    rest = {"created_at": one.created_at, "ended_at": one.ended_at}
    there = url_for("api.bulk_edit", edit_id=one.id)
    return BulkTold(**{name: getattr(one, name) for name in names}, **rest, self=there)


@routes.get("/bulk-edits", lazy_gettext("Bulk edits, the latest first"), BulkPage, query=Paged, action="describe")
def bulk_edits(session: Session, query: Paged) -> BulkPage:
    found = service.page(session, user().archive_id, paging.behind(query), query.limit + 1)
    following = str(found[query.limit - 1].id) if len(found) > query.limit else None
    return BulkPage(items=[_told(one) for one in found[: query.limit]], next=following)


@routes.get("/bulk-edits/{edit_id}", lazy_gettext("How far one bulk edit is"), BulkTold, action="describe")
def bulk_edit(session: Session, edit_id: UUID) -> BulkTold:
    return _told(service.one(session, edit_id))


@routes.get(
    "/bulk-edits/{edit_id}/refusals",
    lazy_gettext("What a bulk edit left as it was, and why"),
    Refusals,
    query=Paged,
    action="describe",
)
def bulk_refusals(session: Session, edit_id: UUID, query: Paged) -> Refusals:
    service.one(session, edit_id)
    found = service.refusals(session, edit_id, query.limit + 1, paging.behind(query))
    following = str(found[query.limit - 1].asset_id) if len(found) > query.limit else None
    return Refusals(items=[_refusal(one) for one in found[: query.limit]], next=following)


def _refusal(one: BulkChange) -> Refusal:
    return Refusal(asset=one.asset_id, detail=say(one.problem))


@routes.post(
    "/bulk-edits:try",
    lazy_gettext("What a bulk edit would do, with five samples; nothing is changed"),
    TrialTold,
    body=BulkAsked,
    action="describe",
    rolled_back=True,
)
def try_bulk_edit(session: Session, body: BulkAsked) -> TrialTold:
    scheme = _scheme(body)
    ids, found = _ids(session, body)
    trial = service.attempt(session, ids, body.given(), scheme, archive().settings.time_zone)
    return TrialTold(
        found=found,
        tried=trial.tried,
        changed=trial.changed,
        refused=trial.refused,
        samples=[
            SampleTold(asset=one.asset_id, title=one.title, before=one.before, after=one.after) for one in trial.samples
        ],
        refusals=[Refusal(asset=one, detail=say(words)) for one, words in trial.refusals],
    )


def _ids(session: Session, body: BulkAsked) -> tuple[list[UUID], int]:
    """The first of the assets, and how many there are."""
    if body.search is None:
        there = service.existing(session, body.assets or [])
        return there, len(there)
    found = search.find(session, body.search.q, body.search.filters(), limit=service.TRIED, facets=False)
    return found.ids, found.total


@routes.post(
    "/bulk-edits",
    lazy_gettext("Have everything changed that is named or found"),
    BulkTold,
    body=BulkAsked,
    status=HTTPStatus.ACCEPTED,
    action="describe",
)
def ask_bulk_edit(session: Session, body: BulkAsked) -> Answer:
    institution, scheme = session.get_one(Archive, user().archive_id), _scheme(body)
    zone = archive().settings.time_zone
    edit = service.ask(session, institution, body.chosen(), body.given(), user().login, scheme, zone)
    return _accepted(session, edit)


@routes.post(
    "/bulk-edits/{edit_id}/undo",
    lazy_gettext("Have a bulk edit taken back"),
    BulkTold,
    status=HTTPStatus.ACCEPTED,
    action="describe",
)
def undo_bulk_edit(session: Session, edit_id: UUID) -> Answer:
    return _accepted(session, service.ask_undo(session, edit_id, user().login))


def _accepted(session: Session, edit: BulkEdit) -> Answer:
    session.flush()
    told = _told(edit)
    return Answer(told, location=told.self)
