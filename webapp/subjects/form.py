"""What the form of a subject shows and asks for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from media_archive.catalogue.subjects import kinds, placing, queries
from media_archive.catalogue.subjects.kinds import KindRule
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.catalogue.subjects.placing import Place
from media_archive.catalogue.subjects.service import Given, name_of
from media_archive.catalogue.subjects.values import NameGiven, written
from media_archive.errors import Invalid
from media_archive.geo import wkt
from media_archive.geo.datums import LOCAL, WGS84, Datum
from media_archive.geo.shapes import points
from webapp.languages import chosen
from webapp.translated import lazy_gettext

#: empty rows for further names
MORE_NAMES = 2
#: a geometry with more points is not written into the form
WRITTEN_POINTS = 1000
DATUMS = {
    "WGS-84": lazy_gettext("WGS-84 (GPS, cameras, drones)"),
    "CGCS2000": lazy_gettext("CGCS2000 (taken for WGS-84)"),
    "GCJ-02": lazy_gettext("GCJ-02 (AMap, Tencent)"),
    "BD-09": lazy_gettext("BD-09 (Baidu)"),
    "local": lazy_gettext("the city's own grid"),
}


@dataclass(frozen=True)
class Form:
    """The texts of the form, by name of the input; `version` is the one that the person saw."""

    kind: SubjectKind
    values: Mapping[str, str]
    names: list[NameGiven]
    version: int | None = None
    #: whether the place is too large to be written here, and stays unless another is given
    keeps_place: bool = False

    @property
    def rule(self) -> KindRule:
        """What is recorded of the kind."""
        return kinds.of_kind(self.kind)


def of(subject: Subject) -> Form:
    """The form as it shows what is known."""
    place = placing.of(subject)
    large = place is not None and len(points(subject.geometry or {})) > WRITTEN_POINTS
    details = {
        f"details.{one.name}": written(one, subject.details.get(one.name), "" if one.choices else chosen()).replace(
            "; ", "\n"
        )
        for one in kinds.of_kind(subject.kind).fields
    }
    values = details | {
        "name": subject.name,
        "code": subject.code or "",
        "description": subject.description,
        "sources": "\n".join(map(str, subject.sources)),
        "parent": (subject.parent.code or subject.parent.name) if subject.parent else "",
        "geometry": "" if place is None or large else wkt.written(place.geometry),
        "datum": place.datum.name if place else WGS84,
        "place_source": place.source if place else "",
        "accuracy": "" if place is None or place.accuracy is None else f"{place.accuracy:g}",
    }
    return Form(SubjectKind(subject.kind), values, [name_of(one) for one in subject.names], subject.version, large)


def sent(kind: SubjectKind, form: "MultiDict[str, str]") -> Form:
    """The form as it was sent."""
    rows = zip(*(form.getlist(f"name.{part}") for part in ("name", "kind", "from", "to")), strict=False)
    names: list[NameGiven] = [
        {
            "name": name.strip(),
            "kind": sort or "official",
            "valid_from": since.strip() or None,
            "valid_to": until.strip() or None,
        }
        for name, sort, since, until in rows
        if name.strip()
    ]
    version = form.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    values = {name: form[name].replace("\r\n", "\n") for name in form if name not in {"csrf_token", "version"}}
    return Form(kind, values, names, seen, bool(form.get("keeps_place")))


def given(session: Session, archive_id: UUID, form: Form, grid: str) -> Given:
    """What the form says; Invalid, NotFound or Conflict where it cannot be."""
    values = form.values
    found = Given(
        name=values.get("name", ""),
        code=values.get("code"),
        description=values.get("description", ""),
        sources=values.get("sources", "").split("\n"),
        details={one.name: values.get(f"details.{one.name}", "") for one in form.rule.fields},
        names=form.names,
    )
    parent = values.get("parent", "").strip()
    found["parent"] = queries.called(session, archive_id, parent, form.kind).id if parent else None
    if not (form.keeps_place and not values.get("geometry", "").strip() and not values.get("remove_place")):
        found["place"] = _place(values, grid)
    return found


def _place(values: Mapping[str, str], grid: str) -> Place | None:
    text = values.get("geometry", "").strip()
    if not text:
        return None
    accuracy = values.get("accuracy", "").strip()
    try:
        metres = float(accuracy) if accuracy else None
    except ValueError:
        raise Invalid("{value} is no number of degrees or metres. Write digits.", value=accuracy[:64]) from None
    datum = Datum.of(values.get("datum") or WGS84, grid)
    return Place(_pair(text) or wkt.parse(text), datum, values.get("place_source", ""), metres)


def _pair(text: str) -> dict[str, Any] | None:
    """A point written as two numbers: longitude, latitude."""
    parts = text.replace("，", ",").split(",")
    try:
        position = [float(one) for one in parts]
    except ValueError:
        return None
    return {"type": "Point", "coordinates": position} if len(position) == 2 else None


def datums(grid: str) -> dict[str, str]:
    """The datums to choose from: the local one where it is described."""
    return {name: str(words) for name, words in DATUMS.items() if name != LOCAL or grid}


def given_text(subject: Subject) -> str:
    """The coordinates as they were given, shortened for reading."""
    place = placing.of(subject)
    if place is None:
        return ""
    if place.geometry["type"] == "Point":
        return ", ".join(f"{number:.10g}" for number in place.geometry["coordinates"][:2])
    return json.dumps({"type": place.geometry["type"], "points": len(points(place.geometry))})
