"""Assets and subjects for suggestions, entered as probes and people would."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.subjects import service as subjects
from media_archive.catalogue.subjects.models import Subject, SubjectKind, SubjectName, Suggestion
from media_archive.db import new_id, now

Enter = Callable[..., UUID]


def _instant(taken: str) -> datetime:
    """Of a year too: its beginning."""
    return datetime.fromisoformat(taken) if len(taken) > 4 else datetime(int(taken), 1, 1, tzinfo=UTC)


def entering(archive: Archive) -> Enter:
    """Enters a photograph as it stands after its probe; returns its id."""

    def enter(shoot: str = "一号拍摄", taken: str | None = "2017-06-12T09:30:00+08:00", **more: Any) -> UUID:
        with archive.transaction() as session:
            institution = session.scalars(select(Institution)).one()
            one = catalogue.open_shoot(session, institution, shoot)
            instant = _instant(taken) if taken else None
            asset = Asset(
                id=new_id(),
                archive_id=institution.id,
                shoot_id=one.id,
                kind=more.pop("kind", Kind.PHOTO),
                probed_version=1,
                taken_text=taken,
                taken_at=instant,
                year=int(taken[:4]) if taken else None,
                shown_at=instant or now(),
                **more,
            )
            session.add(asset)
            session.flush()
            catalogue.touch(session, asset.id)
            return asset.id

    return enter


@pytest.fixture
def enter(archive: Archive) -> Enter:
    """See `entering`."""
    return entering(archive)


@pytest.fixture
def add(archive: Archive) -> Callable[..., UUID]:
    """Adds a subject; returns its id."""

    def make(kind: str, name: str, geometry: dict[str, Any] | None = None, **more: Any) -> UUID:
        names = [SubjectName(name=name), *more.pop("names", ())]
        details = more.pop("details", None)
        with archive.transaction() as session:
            institution = session.scalars(select(Institution)).one()
            parent = session.get(Subject, more.pop("parent", None)) if "parent" in more else None
            made = subjects.add_subject(
                session, institution, SubjectKind(kind), name, geometry=geometry, names=names, parent=parent, **more
            )
            if details:
                made.details = details
            return made.id

    return make


def suggested(archive: Archive, asset_id: UUID, least: float = 0.0) -> dict[UUID, Suggestion]:
    """Open suggestions of an asset, by subject, after everything on the list was looked at."""
    archive.suggester.work_off()
    with archive.reading() as session:
        rows = session.scalars(select(Suggestion).where(Suggestion.asset_id == asset_id, Suggestion.state == "open"))
        return {one.subject_id: one for one in rows if one.confidence >= least}
