"""Brings the demonstration archive into the catalogue, the way any shoot comes in."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive, Asset
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import Subject, SubjectName
from media_archive.context import Context
from media_archive.db import now
from media_archive.demo import arranging
from media_archive.demo.city import CITY, Place
from media_archive.demo.making import make
from media_archive.errors import NotFound
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Summary
from media_archive.tools import ffmpeg

WHO = "demo"
#: files in the home that say how far the loading came
BEGUN, DONE = "demo.begun", "demo.done"


def is_wanted(context: Context) -> bool:
    """Whether the demonstration archive belongs in this catalogue: it is empty, or the loading was interrupted."""
    home = context.settings.home
    if (home / DONE).exists():
        return False
    with context.reading() as session:
        return (home / BEGUN).exists() or session.scalar(select(Asset.id).limit(1)) is None


def load(context: Context, tell: Callable[[int, int], None] = lambda _done, _all: None) -> list[Summary]:
    """Founds the city's subjects, draws everything, ingests and arranges it; safe to call again."""
    home = context.settings.home
    (home / BEGUN).touch()
    with context.transaction() as session:
        found_city(session, catalogue.archive_by_code(session, context.settings.archive_code))
    with tempfile.TemporaryDirectory(prefix="media-archive-demo-") as folder:
        shoots = make(Path(folder), ffmpeg.find(context.settings), tell)
        summaries = [receive(context, [one.folder], one.wish, who=WHO) for one in shoots]
    with context.transaction() as session:
        arranging.arrange(session, catalogue.archive_by_code(session, context.settings.archive_code), WHO)
    (home / DONE).write_text(now().isoformat(), "utf-8")
    (home / BEGUN).unlink(missing_ok=True)
    return summaries


def found_city(session: Session, archive: Archive) -> None:
    """The subjects that are not there yet."""
    for place in CITY.places:
        if city.subject_called(session, archive, place.kind, place.code or place.name) is None:
            _found(session, archive, place)


def _found(session: Session, archive: Archive, place: Place) -> Subject:
    former = [
        SubjectName(name=one.name, kind=one.kind, valid_from=one.valid_from, valid_to=one.valid_to)
        for one in place.names
    ]
    parent = city.subject_called(session, archive, place.kind, place.parent) if place.parent else None
    if place.parent and parent is None:
        raise NotFound("There is no subject {name}. Name parents before their parts.", name=place.parent)
    return city.add_subject(
        session,
        archive,
        place.kind,
        place.name,
        code=place.code,
        description=place.description,
        geometry=place.geometry,
        parent=parent,
        names=[*former, SubjectName(name=place.name)],
        who=WHO,
    )
