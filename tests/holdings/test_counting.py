"""What is counted of the holdings: the same on both databases, and for each viewer what he sees."""

from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.shown import VIEWER, Sight, Viewer
from media_archive.catalogue.subjects.models import Link, Subject, SubjectKind
from media_archive.events import service as events
from media_archive.holdings import queries, service
from media_archive.holdings.counting import count
from media_archive.holdings.figures import Figures, sums
from media_archive.holdings.work import CountWork
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job


def _fill(archive: Archive) -> tuple[UUID, list[UUID]]:
    """Assets of every sort in two archives; the first two of the own one show two stages of one of two projects."""
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        other = Institution(code="B002", name="县档案馆")
        session.add(other)
        session.flush()
        made = []
        for one in (own, other):
            shoot = catalogue.open_shoot(session, one, "s")
            for secret, closed, state in product((None, "secret"), (None, "closed"), ("received", "published")):
                made.append(
                    Asset(archive_id=one.id, shoot_id=shoot.id, kind=Kind.PHOTO, classification=secret, openness=closed,
                          state=state, year=2001 + len(made), created_at=datetime(2026, 5, 31, 17, tzinfo=UTC))
                )  # fmt: skip
        session.add_all(made)
        made[0].opened_at = made[0].created_at
        subjects = [Subject(archive_id=own.id, kind=SubjectKind.PROJECT, name=name) for name in ("解放路改造", "二期")]
        session.add_all(subjects)
        session.flush()
        for asset, stage in zip(made[:2], ("before", "outdoor"), strict=True):
            session.add(Link(asset_id=asset.id, subject_id=subjects[0].id, stage=stage, said_by="x"))
        # the same project in another stretch is no further picture of it
        session.add(Link(asset_id=made[0].id, subject_id=subjects[0].id, starts="1/1", said_by="x"))
        events.record(session, "reader", "download", "asset", made[0].id)
        return own.id, [one.id for one in subjects]


@pytest.mark.slow
def test_counts_are_what_the_viewer_would_count(either_archive: Archive) -> None:
    archive = either_archive
    own, (project, second) = _fill(archive)
    figures = Figures.from_json(count(archive).to_json())
    for sight in Sight:
        viewer = Viewer(((own, sight),))
        seen = figures.of(viewer)
        with archive.reading() as session:
            session.info[VIEWER] = viewer
            right = dict(session.execute(select(Asset.year, func.count()).group_by(Asset.year)).all())
        assert {year: one.assets for year, one in sums(seen.held, "year").items()} == right, sight
    assert sum(one.assets for one in figures.of(Viewer(everything=True)).held) == 16
    # a month begins at midnight in China
    assert {one.month for one in figures.months} == {"2026-06"}
    assert sorted((one.what, one.times) for one in figures.used) == [("downloaded", 1), ("opened", 1)]
    assert sums(figures.pictured, "subject")[project.hex].assets == 2
    with archive.reading() as session:
        session.info[VIEWER] = Viewer(((own, Sight.EVERYTHING),))
        # outdoor works are part of the completion
        assert [one[0] for one in queries.unstaged(session, figures, "completion").subjects] == [second]
        assert queries.unstaged(session, figures, "foundation").lacking == 2
        assert queries.unpictured(session, figures, SubjectKind.PROJECT).lacking == 1
        since = queries.unseen_since(session, figures, SubjectKind.PROJECT, 2003).subjects
        assert [(one[0], one[3]) for one in since] == [(project, 2002), (second, None)]


def test_of_a_large_catalogue_a_job_keeps_the_answer(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(archive)
    monkeypatch.setattr(service, "SMALL", 3)
    assert service.seen(archive) is None
    with archive.reading() as session:
        assert jobs.counts(session)["wanted"] >= 1
    job = Job(kind=service.KIND)
    conclude = CountWork(archive).do(job)
    with archive.transaction() as session:
        assert conclude is not None
        conclude(session)
    kept = service.seen(archive)
    assert kept is not None
    assert sum(one.assets for one in kept.held) == 16
