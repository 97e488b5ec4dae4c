"""Subjects as a table, in the columns that an import knows again."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from media_archive.catalogue.subjects import kinds
from media_archive.catalogue.subjects.exchange.mapping import TARGETS
from media_archive.catalogue.subjects.models import Subject, SubjectKind, SubjectName
from media_archive.catalogue.subjects.values import name_to, written
from media_archive.geo.datums import BD09, GCJ02, LOCAL, WGS84, Datum, expressed
from media_archive.geo.files import writing
from media_archive.geo.files.table import FORMATS, Table

BATCH = 500
NAMES = ("official", "former", "popular", "abbreviated", "script")
#: what PROJ calls a datum; it does not know those of map services
CRS = {WGS84: "EPSG:4326", "CGCS2000": "EPSG:4490", GCJ02: None, BD09: None}


def table(session: Session, archive_id: UUID, wanted: Sequence[SubjectKind], datum: Datum, *, chinese: bool) -> Table:
    """All subjects of the kinds, by kind, code and name, with their geometry in `datum`; merged ones left out."""
    fields = {one.name: one for kind in wanted for one in kinds.of_kind(kind).fields}
    plain = [name for name in TARGETS if name not in {"longitude", "latitude", "geometry"}]
    found = Table([*(TARGETS[name][0] if chinese else name for name in plain)])
    found.columns += [one.zh if chinese else name for name, one in fields.items()]
    for line, subject in enumerate(_subjects(session, archive_id, wanted), 2):
        cells = _cells(subject)
        details = (written(one, subject.details.get(name), "zh" if chinese else "") for name, one in fields.items())
        found.rows.append([*(cells[name] for name in plain), *details])
        found.lines.append(line)
        found.geometries.append(expressed(subject.geometry, datum) if subject.geometry else None)
    return found


def _subjects(session: Session, archive_id: UUID, wanted: Sequence[SubjectKind]) -> Iterator[Subject]:
    query = select(Subject).where(
        Subject.archive_id == archive_id, Subject.kind.in_(wanted), Subject.merged_into.is_(None)
    )
    query = query.order_by(Subject.kind, Subject.code, Subject.name, Subject.id)
    options = (selectinload(Subject.names), selectinload(Subject.parent))
    yield from session.scalars(query.options(*options).execution_options(yield_per=BATCH))


def _cells(subject: Subject) -> dict[str, str]:
    given = subject.geometry_given or {}
    names = {kind: "; ".join(_written_name(one) for one in subject.names if one.kind == kind) for kind in NAMES}
    accuracy = given.get("accuracy")
    return names | {
        "kind": kinds.of_kind(subject.kind).zh,
        "code": subject.code or "",
        "name": subject.name,
        "description": subject.description,
        "parent": (subject.parent.code or subject.parent.name) if subject.parent else "",
        "accuracy": "" if accuracy is None else f"{accuracy:g}",
        "place_source": given.get("source") or "",
        "sources": "; ".join(map(str, subject.sources)),
    }


def _written_name(one: SubjectName) -> str:
    return name_to({"name": one.name, "valid_from": one.valid_from, "valid_to": one.valid_to})


def write(file: Path, found: Table, datum: Datum) -> int:
    """Writes the table; returns how many texts a Shapefile had to shorten."""
    crs = datum.grid if datum.name == LOCAL else CRS.get(datum.name, datum.name)
    return writing.write(file, found, crs)


def is_for_people(file: Path) -> bool:
    """Whether the headings are Chinese: tables for spreadsheets; formats of programs keep to short Latin names."""
    return FORMATS.get(file.suffix.lower()) == "csv"
