"""A thousand geotagged pictures of a generated city get the right suggestions."""

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from time import process_time
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.subjects.models import Subject, SubjectKind, SubjectName, Suggestion
from media_archive.db import new_id, now
from media_archive.suggesting.rules import rules
from tests.suggesting.city import Shot, Thing, geojson, shots, things

PICTURES = int(os.environ.get("MEDIA_ARCHIVE_SUGGEST_PICTURES", "1000"))
SEED = int(os.environ.get("MEDIA_ARCHIVE_SUGGEST_SEED", "7"))
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.45


def _enter_city(archive: Archive, known: list[Thing]) -> list[UUID]:
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        made = []
        for one in known:
            subject = Subject(
                archive_id=institution.id, kind=SubjectKind(one.kind), name=one.name, geometry=geojson(one.shape)
            )
            subject.names = [SubjectName(name=one.name)]
            if one.former:
                name, since, until = one.former
                subject.names.append(SubjectName(name=name, kind="former", valid_from=since, valid_to=until))
            session.add(subject)
            made.append(subject)
        session.flush()
        return [one.id for one in made]


def _enter_pictures(archive: Archive, pictures: list[Shot]) -> list[UUID]:
    with archive.transaction() as session:
        institution = session.scalars(select(Institution)).one()
        shoot = catalogue.open_shoot(session, institution, "航拍以外")
        rows = [
            {
                "id": new_id(),
                "archive_id": institution.id,
                "shoot_id": shoot.id,
                "kind": Kind.PHOTO,
                "probed_version": 1,
                "caption": one.caption,
                "taken_text": one.taken,
                "year": int(one.taken[:4]),
                "latitude": one.latitude,
                "longitude": one.longitude,
                "record": one.record,
                "shown_at": now(),
            }
            for one in pictures
        ]
        session.execute(insert(Asset), rows)
    return [row["id"] for row in rows]


@dataclass
class Measured:
    """Suggestions at the default threshold, against the truth."""

    made: int = 0
    right: int = 0
    #: what only the edge of sight holds: counted as wrong
    doubtful: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.made)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.wanted)


def _measure(
    archive: Archive, known: list[Thing], subjects: list[UUID], shown: dict[UUID, Shot]
) -> dict[str, Measured]:
    found = {one.kind: Measured() for one in known}
    number = {subject: place for place, subject in enumerate(subjects)}
    for shot in shown.values():
        for place in shot.truth:
            found[known[place].kind].wanted += 1
    with archive.reading() as session:
        for one in session.scalars(select(Suggestion).where(Suggestion.confidence >= rules().thresholds.shown)):
            place, shot = number[one.subject_id], shown[one.asset_id]
            kind = found[known[place].kind]
            kind.made += 1
            kind.right += place in shot.truth
            kind.doubtful += place in shot.doubtful
    return found


def _sum(ones: Iterable[Measured]) -> Measured:
    rows = [(one.made, one.right, one.doubtful, one.wanted) for one in ones]
    return Measured(*(sum(column) for column in zip(*rows, strict=True)))


@pytest.mark.slow
def test_a_thousand_pictures_get_the_right_suggestions(archive: Archive) -> None:
    chance = random.Random(SEED)
    known = things(chance)
    pictures = shots(chance, known, PICTURES)
    subjects = _enter_city(archive, known)
    ids = _enter_pictures(archive, pictures)
    before = process_time()
    archive.suggester.run(ids)
    print(f"{(process_time() - before) / PICTURES * 1000:.1f} ms of CPU for a picture")
    found = _measure(archive, known, subjects, dict(zip(ids, pictures, strict=True)))
    # in which township a picture was taken is easy to tell, and would hide the rest
    found["shown"] = _sum(one for kind, one in found.items() if kind != "place")
    for kind, one in found.items():
        print(f"{kind:10} {one}  precision {one.precision:.3f}  recall {one.recall:.3f}")
    assert found["shown"].precision >= LEAST_PRECISION
    assert found["place"].precision >= LEAST_PRECISION
    assert found["shown"].recall >= LEAST_RECALL
