"""Entering subjects and changing them: what is known of them, their relations, merging two that are one."""

from http import HTTPStatus
from typing import Annotated, Any, cast
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy.orm import Session

from media_archive.catalogue.models import Archive
from media_archive.catalogue.subjects import families, kinds, merging, service
from media_archive.catalogue.subjects.models import Relation, Subject, SubjectKind
from media_archive.catalogue.subjects.placing import Place
from media_archive.catalogue.subjects.service import Given
from media_archive.errors import NotFound
from media_archive.geo.datums import Datum
from webapp.api.parsing import Seen
from webapp.api.resources.subjects import SubjectTold, told
from webapp.api.routes import MEBIBYTE, Answer, Routes
from webapp.api.shapes import Body, Date, Ids, Name, Text
from webapp.door import archive, user
from webapp.translated import lazy_gettext

routes = Routes("subjects")
#: kinds of relations, as the rules name them
RelationKind = Annotated[
    Text, Field(max_length=32, json_schema_extra={"enum": [one.code for one in kinds.rules().relations]})
]


class NameGiven(Body):
    """A name and the time it was in force."""

    name: Name
    kind: Annotated[Text, Field(max_length=32)] = "official"
    valid_from: Date | None = None
    valid_to: Date | None = None


class PlaceGiven(Body):
    """Where it lies."""

    geometry: dict[str, Any] = Field(description="GeoJSON, longitude first, at most 50,000 points.")
    datum: Annotated[Text, Field(min_length=1, max_length=64)] = Field(
        "WGS-84",
        description="What the coordinates are counted from: WGS-84, CGCS2000, GCJ-02, BD-09, local, EPSG:4548.",
    )
    source: Annotated[Text, Field(max_length=255)] = ""
    accuracy: Annotated[float, Field(ge=0, le=100_000)] | None = Field(None, description="Metres.")

    def place(self) -> Place:
        """The same for the catalogue."""
        return Place(self.geometry, Datum.of(self.datum, archive().settings.local_grid), self.source, self.accuracy)


class SubjectChange(Body):
    """What is to be said of a subject; what is not named stays."""

    name: Name | None = None
    code: Annotated[Text, Field(max_length=128)] | None = None
    description: Annotated[Text, Field(max_length=20_000)] | None = None
    details: dict[str, Any] | None = Field(None, description="By field of its kind; null takes one away.")
    sources: Annotated[list[Text], Field(max_length=100)] | None = None
    names: Annotated[list[NameGiven], Field(max_length=200)] | None = Field(None, description="All its names.")
    place: PlaceGiven | None = None
    parent: UUID | None = None

    def given(self) -> Given:
        """The same for `subjects.service.change`."""
        found: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        for name in ("name", "names"):
            if found.get(name) is None:
                found.pop(name, None)
        for name, nothing in (("description", ""), ("sources", []), ("details", {})):
            if name in found and found[name] is None:
                found[name] = nothing
        if self.place is not None:
            found["place"] = self.place.place()
        if self.names is not None:
            found["names"] = [one.model_dump() for one in self.names]
        return cast(Given, found)


class SubjectAsked(SubjectChange):
    """A subject that is to be entered."""

    kind: SubjectKind
    name: Name


class MergeAsked(Body):
    """The subject that takes this one over."""

    into: UUID


class SplitAsked(Body):
    """A new subject of the same kind, and the links that it takes over."""

    name: Name
    links: Ids


class RelationAsked(Body):
    """What the subject is to another one."""

    kind: RelationKind
    other: UUID
    since: Date | None = None
    note: Annotated[Text, Field(max_length=2000)] = ""


@routes.post(
    "/subjects",
    lazy_gettext("Enter a subject"),
    SubjectTold,
    body=SubjectAsked,
    status=HTTPStatus.CREATED,
    action="describe",
    others=(HTTPStatus.NOT_FOUND,),
    most_bytes=8 * MEBIBYTE,
)
def enter_subject(session: Session, body: SubjectAsked) -> Answer:
    archive, given = session.get_one(Archive, user().archive_id), body.given()
    parent = _subject(session, body.parent) if body.parent else None
    made = service.add_subject(
        session,
        archive,
        body.kind,
        body.name,
        code=given.get("code"),
        description=given.get("description", ""),
        details=given.get("details"),
        sources=given.get("sources", ()),
        place=given.get("place"),
        parent=parent,
        names=given.get("names", ()),
        who=user().login,
    )
    answer = told(session, made)
    return Answer(answer, location=answer.self)


@routes.patch(
    "/subjects/{subject_id}",
    lazy_gettext("Change what is said of a subject"),
    SubjectTold,
    body=SubjectChange,
    action="describe",
    most_bytes=8 * MEBIBYTE,
)
def change_subject(session: Session, subject_id: UUID, seen: Seen, body: SubjectChange) -> SubjectTold:
    seen.check(service.claimed(session, subject_id).version)
    return told(session, service.change(session, subject_id, body.given(), user().login))


@routes.post(
    "/subjects/{subject_id}/merge",
    lazy_gettext("Let another subject take this one over"),
    SubjectTold,
    body=MergeAsked,
    action="describe",
    versioned=True,
)
def merge_subject(session: Session, subject_id: UUID, seen: Seen, body: MergeAsked) -> SubjectTold:
    seen.check(service.claimed(session, subject_id).version)
    return told(session, merging.merge(session, subject_id, body.into, user().login))


@routes.post(
    "/subjects/{subject_id}/unmerge", lazy_gettext("Give back what was taken over"), SubjectTold, action="describe"
)
def unmerge_subject(session: Session, subject_id: UUID) -> SubjectTold:
    return told(session, merging.unmerge(session, subject_id, user().login))


@routes.post(
    "/subjects/{subject_id}/split",
    lazy_gettext("Make a new subject of some of its links"),
    SubjectTold,
    body=SplitAsked,
    status=HTTPStatus.CREATED,
    action="describe",
    versioned=True,
)
def split_subject(session: Session, subject_id: UUID, seen: Seen, body: SplitAsked) -> Answer:
    seen.check(service.claimed(session, subject_id).version)
    answer = told(session, merging.split(session, subject_id, body.name, body.links, user().login))
    return Answer(answer, location=answer.self)


@routes.post(
    "/subjects/{subject_id}/relations",
    lazy_gettext("Say what a subject is to another one"),
    SubjectTold,
    body=RelationAsked,
    status=HTTPStatus.CREATED,
    action="describe",
)
def relate_subject(session: Session, subject_id: UUID, body: RelationAsked) -> Answer:
    one, other = _subject(session, subject_id), _subject(session, body.other)
    families.relate(session, one, body.kind, other, user().login, since=body.since, note=body.note)
    session.flush()
    return Answer(told(session, one), location=url_for("api.subject", subject_id=one.id))


@routes.delete(
    "/subjects/{subject_id}/relations/{relation_id}", lazy_gettext("Take a relation back"), action="describe"
)
def unrelate_subject(session: Session, subject_id: UUID, relation_id: UUID) -> None:
    found = session.get(Relation, relation_id)
    if found is None or subject_id not in (found.subject_id, found.other_id):
        raise NotFound("There is no such relation. Somebody may have taken it back already.")
    families.unrelate(session, relation_id, user().login)


def _subject(session: Session, subject_id: UUID) -> Subject:
    found = session.get(Subject, subject_id)
    if found is None:
        raise NotFound(service.GONE)
    return families.current(session, found)
