"""From a row of a table to what it says of a subject."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from media_archive.catalogue.subjects import kinds
from media_archive.catalogue.subjects.exchange.mapping import DETAIL, Mapping
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.catalogue.subjects.placing import Place
from media_archive.catalogue.subjects.service import Given
from media_archive.catalogue.subjects.values import SEPARATORS, NameGiven, checked_details, checked_names, name_from
from media_archive.errors import ArchiveError, Invalid
from media_archive.geo import wkt
from media_archive.geo.datums import Datum, normalise
from media_archive.geo.files.table import Table
from media_archive.words import Message

#: targets that are names, by their kind
NAMES = ("official", "former", "popular", "abbreviated", "script")


@dataclass
class Said:
    """What one row says. `given` has only what its cells say: an empty cell says nothing."""

    line: int
    cells: list[str]
    kind: SubjectKind | None = None
    code: str = ""
    name: str = ""
    given: Given = field(default_factory=Given)
    #: names by kind, where the table has a column of that kind
    names: dict[str, list[NameGiven]] = field(default_factory=dict)
    #: code or name of what it is part of
    parent: str = ""
    #: why it cannot be taken
    problem: Message | None = None

    @cached_property
    def geometry(self) -> dict[str, Any] | None:
        """Where it says it is, in WGS-84."""
        place = self.given.get("place")
        return normalise(place.geometry, place.datum) if place else None


def said(table: Table, mapping: Mapping, grid: str) -> list[Said]:
    """What the rows say, each with the reason where it cannot be taken. `grid` is the PROJ string of the local datum."""
    mapping.checked(table.columns)
    datum = mapping.datum_of(table.datum, grid)
    places = {target: table.columns.index(column) for column, target in mapping.columns.items() if target}
    return [_row(table, number, mapping, places, datum) for number in range(len(table.rows))]


def _row(table: Table, number: int, mapping: Mapping, places: dict[str, int], datum: Datum) -> Said:
    cells = table.rows[number]
    row = Said(table.lines[number], cells)
    if problem := table.problems.get(str(number)):
        row.problem = Message.from_json(problem)
        return row
    try:
        _read(row, {target: cells[place] for target, place in places.items()}, mapping, table.geometry(number), datum)
    except ArchiveError as exc:
        row.problem = exc.message
    return row


def _read(row: Said, cell: dict[str, str], mapping: Mapping, shape: Any, datum: Datum) -> None:
    row.kind = kinds.kind_called(cell["kind"]) if cell.get("kind") else mapping.kind
    if row.kind is None:
        raise Invalid("Nothing says of which kind it is.")
    row.code, row.name, row.parent = cell.get("code", ""), cell.get("name", ""), cell.get("parent", "")
    if not row.code and not row.name:
        raise Invalid("It has neither a name nor a code.")
    row.given = _given(row.kind, cell)
    if place := _place(cell, shape, datum):
        row.given["place"] = place
        assert row.geometry  # computed now, so that what cannot be is told of this row
    for kind in NAMES:
        if texts := [one for one in SEPARATORS.split(cell.get(kind, "")) if one.strip()]:
            found = [name_from(one, kind) for one in texts]
            row.names[kind] = [one for one in checked_names(found, found[0]["name"]) if one["kind"] == kind]


def _given(kind: SubjectKind, cell: dict[str, str]) -> Given:
    given = Given()
    if cell.get("code"):
        given["code"] = cell["code"]
    if cell.get("name"):
        given["name"] = cell["name"]
    if cell.get("description"):
        given["description"] = cell["description"]
    if cell.get("sources"):
        given["sources"] = [one.strip() for one in SEPARATORS.split(cell["sources"]) if one.strip()]
    details = {target.removeprefix(DETAIL): text for target, text in cell.items() if target.startswith(DETAIL) and text}
    if details:
        given["details"] = checked_details(kind, details)
    return given


def _place(cell: dict[str, str], shape: Any, datum: Datum) -> Place | None:
    """The geometry of the row: its own, or that of its cells."""
    if shape is None and cell.get("geometry"):
        shape = wkt.parse(cell["geometry"])
    longitude, latitude = cell.get("longitude"), cell.get("latitude")
    if shape is None and (longitude or latitude):
        shape = {"type": "Point", "coordinates": [_degrees(longitude), _degrees(latitude)]}
    if shape is None:
        return None
    accuracy = _degrees(cell["accuracy"]) if cell.get("accuracy") else None
    return Place(shape, datum, cell.get("place_source", ""), accuracy)


def _degrees(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise Invalid("{value} is no number of degrees or metres. Write digits.", value=(text or "")[:64]) from None
