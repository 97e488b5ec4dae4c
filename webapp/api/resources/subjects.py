"""The city's subjects: lists by kind, words and place, one subject, and the same as GeoJSON."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import url_for
from pydantic import Field
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.shown import shows
from media_archive.catalogue.subjects import families
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind, SubjectName
from media_archive.errors import NotFound
from webapp.api import paging
from webapp.api.resources.searching import BOX, box_of
from webapp.api.routes import Answer, Routes
from webapp.api.shapes import Page, Paged, Told
from webapp.translated import lazy_gettext

routes = Routes("subjects")
GEO_JSON = "application/geo+json"
#: children and relations that one subject tells of
MOST = 1000


class NameTold(Told):
    """A name and the time it was in force."""

    name: str
    kind: str
    valid_from: str | None
    valid_to: str | None


class SubjectLine(Told):
    """A subject of a list."""

    id: UUID
    version: int
    kind: SubjectKind
    code: str | None
    name: str
    description: str
    details: dict[str, Any]
    sources: list[Any]
    parent: UUID | None = Field(validation_alias="parent_id")
    west: float | None
    south: float | None
    east: float | None
    north: float | None
    names: list[NameTold]
    created_at: datetime
    changed_at: datetime


class RelationTold(Told):
    """What the subject is to another one."""

    id: UUID
    kind: str
    other: UUID
    name: str = Field(description="Of the other one.")
    since: str | None
    note: str


class SubjectTold(SubjectLine):
    """Everything about one subject."""

    geometry: dict[str, Any] | None = Field(description="GeoJSON, WGS-84 degrees.")
    geometry_given: dict[str, Any] | None = Field(description="As it was given, with datum, source and accuracy.")
    relations: list[RelationTold]
    children: list[UUID]
    assets: int = Field(description="How many assets are linked to it.")
    self: str
    page: str


class SubjectPage(Page[SubjectLine]):
    """A page of subjects, the latest first."""


class SubjectsWanted(Paged):
    """Which subjects: all that are given must hold."""

    kind: SubjectKind | None = None
    q: Annotated[str, Field(max_length=200)] = Field("", description="A part of a name, former ones too, or the code.")
    code: Annotated[str, Field(max_length=128)] | None = None
    parent: UUID | None = None
    box: Annotated[str, Field(pattern=BOX)] | None = Field(
        None, description="west,south,east,north in WGS-84 degrees: those whose own box touches it."
    )


@routes.get("/subjects", lazy_gettext("Subjects by kind, words and place"), SubjectPage, query=SubjectsWanted)
def subjects(session: Session, query: SubjectsWanted) -> SubjectPage:
    found, following = _found(session, query)
    return SubjectPage(items=[SubjectLine.model_validate(one) for one in found], next=following)


def _found(session: Session, query: SubjectsWanted) -> tuple[Sequence[Subject], str | None]:
    chosen = select(Subject).where(Subject.merged_into.is_(None)).options(selectinload(Subject.names))
    for column, value in ((Subject.kind, query.kind), (Subject.code, query.code), (Subject.parent_id, query.parent)):
        if value is not None:
            chosen = chosen.where(column == value)
    if query.q:
        chosen = chosen.where(_called(query.q))
    return paging.page(session, _within(chosen, query.box), Subject.id, query)


def _called(words: str) -> Any:
    others = select(SubjectName.subject_id).where(SubjectName.name.contains(words, autoescape=True))
    named = Subject.name.contains(words, autoescape=True)
    return or_(named, Subject.code.contains(words, autoescape=True), Subject.id.in_(others))


def _within(chosen: Select[Subject], box: str | None) -> Select[Subject]:
    if box is None:
        return chosen
    west, south, east, north = box_of(box, "query.box")
    return chosen.where(Subject.west <= east, Subject.east >= west, Subject.south <= north, Subject.north >= south)


class Feature(Told):
    """A subject as GeoJSON."""

    type: Literal["Feature"] = "Feature"
    id: UUID
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class Features(Told):
    """Subjects as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Feature]
    next: str | None = None


@routes.get(
    "/subjects.geojson",
    lazy_gettext("The same as GeoJSON, for maps"),
    Features,
    query=SubjectsWanted,
    media_type=GEO_JSON,
)
def features(session: Session, query: SubjectsWanted) -> Features:
    found, following = _found(session, query)
    return Features(features=list(map(_feature, found)), next=following)


def _feature(one: Subject) -> Feature:
    line = SubjectLine.model_validate(one).model_dump(mode="json", exclude={"id", "west", "south", "east", "north"})
    return Feature(id=one.id, geometry=one.geometry, properties=line)


@routes.get(
    "/subjects/{subject_id}",
    lazy_gettext("One subject, with its names, its place and its relations"),
    SubjectTold,
    others=(HTTPStatus.PERMANENT_REDIRECT,),
)
def subject(session: Session, subject_id: UUID) -> SubjectTold | Answer:
    one = session.get(Subject, subject_id)
    if one is None:
        raise NotFound("There is no such subject. It may have been typed wrongly, or is gone.")
    if one.merged_into is not None:
        there = url_for("api.subject", subject_id=one.merged_into)
        return Answer(None, location=there, status=HTTPStatus.PERMANENT_REDIRECT)
    return told(session, one)


def told(session: Session, one: Subject) -> SubjectTold:
    """The subject as it stands."""
    linked = select(func.count(Link.asset_id.distinct())).where(Link.subject_id == one.id, shows(Link.asset_id))
    children = select(Subject.id).where(Subject.parent_id == one.id, Subject.merged_into.is_(None))
    line = SubjectLine.model_validate(one).model_dump()
    return SubjectTold(
        **line | {"parent_id": line["parent"]},
        geometry=one.geometry,
        geometry_given=one.geometry_given,
        relations=[
            RelationTold(
                id=one.id, kind=one.kind, other=one.other.id, name=one.other.name, since=one.since, note=one.note
            )
            for one in families.relations(session, one.id)
        ],
        children=list(session.scalars(children.order_by(Subject.name, Subject.id).limit(MOST))),
        assets=session.scalar(linked) or 0,
        self=url_for("api.subject", subject_id=one.id),
        page=url_for("subjects.page", subject_id=one.id),
    )
