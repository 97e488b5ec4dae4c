"""The pages about storage: sums that are true, plans with their reasons."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from media_archive.archive import Archive
from media_archive.placement import overview
from media_archive.placement.models import Action, Plan, PlanState, Step, StepState
from media_archive.placement.planner import make
from media_archive.storage.models import Copy, File
from media_archive.words import Message
from tests.webapp import sample as samples
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample
from webapp.storage import charts


@pytest.mark.slow
def test_the_sums_are_those_of_the_copies(either_archive: Archive) -> None:
    samples.fill(either_archive, photos=3)
    seen = overview.look(either_archive)
    with either_archive.reading() as session:
        copies, size = session.execute(select(func.count(), func.sum(File.size)).join(Copy.file)).one()
        files = session.scalar(select(func.count()).select_from(File).where(File.role != "rendition"))
        once = session.scalar(select(func.sum(File.size)))
    for sums in (seen.tiers, seen.archives, seen.kinds, seen.roles, seen.ages):
        assert (sum(one.copies for one in sums.values()), sum(one.bytes for one in sums.values())) == (copies, size)
    assert sum(seen.copies.values()) == files
    assert sum(seen.growth.values()) == once
    assert "解放路改造一期" in seen.projects
    assert overview.from_json(overview.to_json(seen)) == seen


@pytest.mark.slow
def test_a_large_catalogue_is_summed_up_by_a_job(
    browser: FlaskClient, archive: Archive, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "SMALL", 3)
    assert '<svg class="chart"' not in browser.get("/storage").get_data(as_text=True)
    archive.runner().drain("upkeep")
    assert '<svg class="chart"' in browser.get("/storage").get_data(as_text=True)


def test_what_was_read_long_ago_is_due(archive: Archive, sample: Sample) -> None:
    with archive.transaction() as session:
        session.execute(update(Copy).values(audited_at=datetime(2001, 1, 1, tzinfo=UTC)))
    seen = overview.look(archive)
    assert sum(one.due for one in seen.stores.values()) == seen.total.copies
    assert {one.recent for one in seen.stores.values()} == {0}


def test_months_in_which_nothing_came_in_are_in_the_growth() -> None:
    assert overview.cumulated([("2025-11", 5), ("2026-02", 7)]) == [
        ("2025-11", 5, 5),
        ("2025-12", 0, 5),
        ("2026-01", 0, 5),
        ("2026-02", 7, 12),
    ]
    assert [one.width for one in charts.bars([("a", 10), ("b", 0), ("c", 0.001)])] == [100, 0, 0.5]


@pytest.mark.slow
def test_every_chart_says_what_it_shows_and_has_a_table(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get("/storage").get_data(as_text=True)
    drawn = re.findall(r'<svg class="chart[^"]*"[^>]*role="img" aria-labelledby="([\w-]+) ([\w-]+)"', page)
    assert len(drawn) >= 7
    for title, words in drawn:
        assert f'id="{title}"' in page
        assert f'id="{words}"' in page
    assert page.count('<table class="table') >= len(drawn)


@pytest.mark.slow
def test_a_plan_is_asked_for_shown_with_its_reasons_and_applied_by_an_administrator(
    browser: FlaskClient, archive: Archive, sample: Sample, signed_in: SignedIn
) -> None:
    administrator = signed_in("administrator")
    assert browser.post("/storage/plans").status_code == 403
    assert administrator.post("/storage/plans").status_code == 303
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        plan = session.scalars(select(Plan).where(Plan.made_by == "administrator")).one()
    page = browser.get("/storage/plans").get_data(as_text=True)
    for one in plan.figures["steps"]:
        assert one["rule"] in page
    assert administrator.get(f"/storage/plans/{plan.id}").status_code == 200
    other = make(archive, "administrator")
    assert administrator.post(f"/storage/plans/{other}/apply").status_code == 303
    with archive.reading() as session:
        assert session.get_one(Plan, other).state == PlanState.APPLYING
    assert administrator.post(f"/storage/plans/{other}/cancel").status_code == 303
    assert administrator.get(f"/storage/plans/{sample.shoot}").status_code == 404


@pytest.mark.slow
def test_a_plan_says_what_waits_and_what_was_dropped(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    with archive.transaction() as session:
        file = session.scalars(select(File).where(File.role == "original").limit(1)).one()
        why = Message("The rule for {name} no longer wants a copy in {tier}.", {"name": file.name, "tier": "hot"})
        plan = Plan(profile="p", edition="e", state=PlanState.APPLYING)
        plan.figures = {
            "waiting": [{"reason": "held", "tier": "hot", "files": 7, "bytes": 8}],
            "rules": [{"rule": "精品", "copies": ["hot"], "files": {"files": 9, "bytes": 9}, "short": {"files": 5}}],
        }
        session.add(plan)
        session.flush()
        step = {"position": 1, "action": Action.COPY, "rule": "精品", "bytes": 1, "state": StepState.DROPPED}
        session.add(Step(plan_id=plan.id, file_id=file.id, problem=why.to_json(), **step))
    page = browser.get("/storage/plans").get_data(as_text=True)
    for told in ("精品", file.name, ">7<", ">5<"):
        assert told in page


@pytest.mark.slow
def test_a_file_without_any_good_copy_is_called_so(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    bad = {"template": "It is lost."}
    with archive.transaction() as session:
        one = session.scalars(select(Copy).limit(1)).one()
        one.problem = bad
    page = browser.get("/storage").get_data(as_text=True)
    assert page.count("It is lost.") == 1
    assert re.search("bring the file in again|请重新入库", page)


@pytest.mark.slow
def test_metrics_tell_what_was_asked_of_the_stores(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    archive.stores.check()
    archive.stores.store("main").stat(next(iter(archive.stores.store("main").batches()))[0])
    told = browser.get("/metrics").get_data(as_text=True)
    assert re.search(r'media_archive_store_times\{operation="stat",store="main"\} [1-9]', told)
