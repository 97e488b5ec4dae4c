"""A clock that ran far ahead and was put right: nothing waits for the date that it told, nothing is passed over for it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.placement import applying
from media_archive.placement.models import Plan, PlanState
from media_archive.restoring import service as restoring
from media_archive.restoring.models import RestoreItem, RestoreRequest
from media_archive.upkeep import auditing
from tests.clocks import Clock, clock  # noqa: F401 - a fixture
from tests.placement.yard import Yard, quick_home

AHEAD = timedelta(days=400)


@pytest.fixture
def yard() -> Iterator[Yard]:
    with quick_home() as settings:
        made = Yard.at(settings)
        yield made
        made.context.close()


@pytest.mark.slow
def test_leases_audits_and_plans_of_a_wrong_clock_hold_nothing_up(yard: Yard, clock: type[Clock]) -> None:  # noqa: F811
    file = yard.put(b"deed")
    clock.ahead = AHEAD
    with yard.context.transaction() as session:
        held = jobs.request(session, "audit", args={"store": "hot"})
        [job] = jobs.claim(session, "upkeep")
        job.held_by = "elsewhere|boot|1|1"
        plan = Plan(profile="p", edition="e", state=PlanState.APPLYING, applied_by="x", rests_until=now())
        session.add(plan)
    clock.ahead = timedelta()
    with yard.context.transaction() as session:
        jobs.sweep(session, 9)
        assert session.get_one(Job, held).state == State.WANTED
        session.delete(session.get_one(Job, held))
        session.add(
            Job(kind="audit", queue="upkeep", state=State.DONE, args={"store": "hot"}, created_at=now() + AHEAD)
        )
        applying.resume(session)
        assert session.scalars(select(Job.target).where(Job.kind == applying.KIND)).all() == [plan.id]
    auditing.ask(yard.context)
    # what was stored just now is not due: it was read then; a mark from the future is
    yard.change(yard.copies(file)["hot"], audited_at=now() + AHEAD)
    auditing.ask(yard.context)
    with yard.context.reading() as session:
        asked = select(Job.args).where(Job.kind == auditing.KIND, Job.state == State.WANTED)
        assert session.scalars(asked).all() == [{"store": "hot"}]


def test_a_restore_is_looked_at_when_the_clock_is_right_again(yard: Yard, clock: type[Clock]) -> None:  # noqa: F811
    file = yard.put(b"deed")
    with yard.context.transaction() as session:
        archive = session.get_one(Asset, yard.asset(file)).archive_id
    with yard.context.transaction() as session:
        request = RestoreRequest(archive_id=archive, asked_by="x", purpose="p", title="t", days=1)
        request.items = [RestoreItem(file_id=file, bytes=1, look_at=now() + AHEAD)]
        session.add(request)
    with yard.context.reading() as session:
        assert restoring.due(session)
