"""A thousand geotagged pictures of a generated city get the right suggestions."""

import os
import random
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
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.5


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


@pytest.mark.slow
def test_a_thousand_pictures_get_the_right_suggestions(
    archive: Archive, record_property: pytest.FixtureRequest
) -> None:
    chance = random.Random(SEED)
    known = things(chance)
    pictures = shots(chance, known, PICTURES)
    subjects = _enter_city(archive, known)
    ids = _enter_pictures(archive, pictures)
    archive.suggester.run(ids)
    with archive.reading() as session:
        sure = select(Suggestion).where(Suggestion.confidence >= rules().thresholds.shown)
        made = {(one.asset_id, one.subject_id): one for one in session.scalars(sure)}
    number = {subject: place for place, subject in enumerate(subjects)}
    picture = dict(zip(ids, pictures, strict=True))
    right = [pair for pair in made if number[pair[1]] in picture[pair[0]].truth]
    doubtful = [pair for pair in made if number[pair[1]] in picture[pair[0]].doubtful]
    wrong = [pair for pair in made if pair not in set(right)]
    wanted = sum(len(one.truth) for one in pictures)
    precision, recall = len(right) / len(made), len(right) / wanted
    record_property("precision", round(precision, 4))  # type: ignore[operator]
    record_property("recall", round(recall, 4))  # type: ignore[operator]
    print(f"{len(made)} suggestions, {len(right)} right, {len(doubtful)} at the edge of sight, of {wanted}")
    print(f"precision {precision:.3f}, recall {recall:.3f}")
    if os.environ.get("MEDIA_ARCHIVE_SUGGEST_TOLD"):
        for pair in wrong[:60]:
            one = made[pair]
            print(known[number[pair[1]]].kind, one.rule, one.confidence, [(r, w["weight"], w["said"]["facts"]) for r, w in one.why.items()], pair in doubtful)
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL
