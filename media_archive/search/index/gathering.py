"""What the catalogue knows of assets that their documents are made of, read in few queries a batch, whatever its size."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from media_archive.catalogue.coding.models import Alias
from media_archive.catalogue.models import Asset, Line, Shoot
from media_archive.catalogue.subjects.models import Link, Subject, SubjectName
from media_archive.storage.models import Copy, File, Phase, Role

#: assets read at a time
BATCH = 1000

_ASSET = (
    Asset.id,
    Asset.archive_id,
    Asset.shoot_id,
    Asset.kind,
    Asset.state,
    Asset.accession_code,
    Asset.title,
    Asset.caption,
    Asset.photographer,
    Asset.keywords,
    Asset.fields,
    Asset.classification,
    Asset.openness,
    Asset.embargo,
    Asset.label,
    Asset.flag,
    Asset.taken_text,
    Asset.year,
    Asset.latitude,
    Asset.longitude,
    Asset.width,
    Asset.height,
    Asset.duration,
    Asset.colour,
    Asset.rating,
    Asset.retention,
    Asset.shown_at,
    Asset.created_at,
    Asset.record["description"].label("description"),
    Asset.record["camera"].label("camera"),
)
_SHOOT = (Shoot.id, Shoot.name, Shoot.caption, Shoot.photographer, Shoot.fields)


@dataclass(frozen=True)
class Known:
    """A subject as documents tell of it: every name that it has or had."""

    id: UUID
    kind: str
    code: str | None
    names: tuple[str, ...]

    @cached_property
    def hex(self) -> str:
        """Its id as the index has it."""
        return self.id.hex

    @cached_property
    def called(self) -> tuple[str, ...]:
        """Its code and its names."""
        return (self.code, *self.names) if self.code else self.names


@dataclass(slots=True)
class Source:
    """All that one document is made of."""

    asset: Row[Any]
    shoot: Row[Any]
    #: names of its files as they came, originals first
    names: list[str] = field(default_factory=list)
    #: of the first original
    format: str | None = None
    #: bytes of its originals together
    size: int = 0
    #: storage classes in which its originals lie
    tiers: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    subjects: list[Known] = field(default_factory=list)


Chosen = Callable[[Any], ColumnElement[bool]]


def of_ids(session: Session, ids: Sequence[UUID]) -> list[Source]:
    """The sources of those of `ids` that are there and not in the trash."""
    return _gather(session, lambda column: column.in_(ids))


def behind(session: Session, after: UUID | None, batch: int = BATCH) -> tuple[list[Source], UUID | None]:
    """The sources of the next assets by id, those in the trash left out, and the id to go on behind; None at the end."""
    page = select(Asset.id).order_by(Asset.id).limit(batch)
    ids = session.scalars(page.where(Asset.id > after) if after else page).all()
    if not ids:
        return [], None
    first, last = ids[0], ids[-1]
    found = _gather(session, lambda column: column.between(first, last))
    return found, last if len(ids) == batch else None


def _gather(session: Session, chosen: Chosen) -> list[Source]:
    rows = session.execute(select(*_ASSET).where(chosen(Asset.id), Asset.trashed_at.is_(None))).all()
    shoots = _shoots(session, {row.shoot_id for row in rows})
    found = {row.id: Source(row, shoots[row.shoot_id]) for row in rows}
    for fill in (_fill_files, _fill_lines, _fill_codes, _fill_subjects):
        fill(session, chosen, found)
    return list(found.values())


def _shoots(session: Session, ids: set[UUID]) -> dict[UUID, Row[Any]]:
    return {row.id: row for row in session.execute(select(*_SHOOT).where(Shoot.id.in_(ids)))}


def _fill_files(session: Session, chosen: Chosen, found: dict[UUID, Source]) -> None:
    columns = (File.id, File.asset_id, File.role, File.name, File.format, File.size)
    files = select(*columns).where(chosen(File.asset_id), File.role != Role.RENDITION)
    originals: dict[UUID, UUID] = {}
    for one in sorted(session.execute(files), key=lambda row: (row.role != Role.ORIGINAL, row.id)):
        source = found.get(one.asset_id)
        if source is None:
            continue
        source.names.append(one.name)
        if one.role == Role.ORIGINAL:
            originals[one.id] = one.asset_id
            source.format = source.format or one.format
            source.size += one.size
    lie = select(Copy.file_id, Copy.storage_class).join(File, File.id == Copy.file_id)
    for copy in session.execute(lie.where(chosen(File.asset_id), File.role == Role.ORIGINAL, Copy.phase == Phase.HERE)):
        if copy.file_id in originals:
            found[originals[copy.file_id]].tiers.add(copy.storage_class)


def _fill_lines(session: Session, chosen: Chosen, found: dict[UUID, Source]) -> None:
    columns = (Line.asset_id, Line.recipe, Line.text)
    lines = select(*columns).where(chosen(Line.asset_id), Line.hidden.is_(False))
    for line in session.execute(lines.order_by(Line.asset_id, Line.recipe, Line.position)):
        if source := found.get(line.asset_id):
            (source.heard if line.recipe == "transcript" else source.read).append(line.text)


def _fill_codes(session: Session, chosen: Chosen, found: dict[UUID, Source]) -> None:
    for alias in session.execute(select(Alias.asset_id, Alias.code).where(chosen(Alias.asset_id))):
        if source := found.get(alias.asset_id):
            source.codes.append(alias.code)


def _fill_subjects(session: Session, chosen: Chosen, found: dict[UUID, Source]) -> None:
    links = session.execute(select(Link.asset_id, Link.subject_id).where(chosen(Link.asset_id)).distinct()).all()
    known = _known(session, {link.subject_id for link in links})
    for link in links:
        if source := found.get(link.asset_id):
            source.subjects.append(known[link.subject_id])


def _known(session: Session, ids: set[UUID]) -> dict[UUID, Known]:
    if not ids:
        return {}
    names: dict[UUID, list[str]] = defaultdict(list)
    for name in session.execute(
        select(SubjectName.subject_id, SubjectName.name).where(SubjectName.subject_id.in_(ids))
    ):
        names[name.subject_id].append(name.name)
    columns = (Subject.id, Subject.kind, Subject.code, Subject.name)
    return {
        row.id: Known(row.id, str(row.kind), row.code, tuple(dict.fromkeys([row.name, *names[row.id]])))
        for row in session.execute(select(*columns).where(Subject.id.in_(ids)))
    }
