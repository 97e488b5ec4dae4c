"""Plans carried out: exactly the plan, whatever else happens meanwhile, with figures that are true in the end."""

import random
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from media_archive.config import Settings
from media_archive.db import now
from media_archive.errors import ArchiveError, Conflict, NoSpace, Unavailable
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Runner
from media_archive.placement import applying, nightly
from media_archive.placement.models import Plan, PlanState, Step, StepState
from media_archive.placement.moving.running import Run
from media_archive.placement.planner import make
from media_archive.placement.work import ApplyWork, NightWork, ReleaseWork
from media_archive.storage.models import Copy, File
from media_archive.words import Message
from tests.placement.yard import Faulty, Killed, Yard, numbered, quick_home, rule

pytestmark = pytest.mark.slow

FILES = 6


class Troubled:
    """What the stores answer instead of what they are asked: (store, call) -> error."""

    def __init__(self) -> None:
        self.with_: dict[tuple[str, str], BaseException] = {}

    def __call__(self, name: str, call: str) -> str | None:
        if found := self.with_.get((name, call)):
            raise found
        return None


@pytest.fixture
def settings() -> Iterator[Settings]:
    with quick_home() as made:
        yield made


@pytest.fixture
def trouble() -> Troubled:
    return Troubled()


@pytest.fixture
def yard(settings: Settings, trouble: Troubled) -> Yard:
    """Some files that lie where an older rule wanted them; the rule in force wants them near and far."""
    yard = Yard.at(settings, rule(["hot"], verified=1, sites=1), lambda name, store: Faulty(store, trouble))  # type: ignore[return-value,arg-type]
    data = numbered(random.Random(3))
    for _ in range(FILES):
        yard.put(next(data))
    yard.by(rule(["near", "far"]))
    return yard


def runner(yard: Yard) -> Runner:
    context = yard.context
    works = {
        "apply-plan": ApplyWork(context),
        "place-nightly": NightWork(context, make),
        "release-due": ReleaseWork(context),
    }
    return Runner(context.transaction, works, 4)  # type: ignore[arg-type]


def made(yard: Yard) -> UUID:
    return make(yard.context, "me")


def applied(yard: Yard, plan_id: UUID) -> Plan:
    """After one attempt."""
    applying.apply(yard.context, plan_id, "me")
    runner(yard).drain("upkeep")
    return plan(yard, plan_id)


def plan(yard: Yard, plan_id: UUID) -> Plan:
    with yard.context.reading() as session:
        return session.get_one(Plan, plan_id)


def steps(yard: Yard, plan_id: UUID) -> list[Step]:
    with yard.context.reading() as session:
        return list(session.scalars(select(Step).where(Step.plan_id == plan_id).order_by(Step.position)))


def states(yard: Yard, plan_id: UUID) -> dict[str, int]:
    found: dict[str, int] = {}
    for step in steps(yard, plan_id):
        found[step.state] = found.get(step.state, 0) + 1
    return found


def lying(yard: Yard) -> dict[str, tuple[int, int]]:
    """Store -> copies and bytes there."""
    sums = select(Copy.store, func.count(), func.sum(File.size)).join(Copy.file).group_by(Copy.store)
    with yard.context.reading() as session:
        return {store: (count, int(size)) for store, count, size in session.execute(sums)}


def test_plan_and_reality_are_equal_afterwards(yard: Yard) -> None:
    first = made(yard)
    told = plan(yard, first).figures
    ended = applied(yard, first)
    assert ended.state == PlanState.DONE
    second = made(yard)
    assert applied(yard, second).state == PlanState.DONE
    assert set(lying(yard)) == {"near", "far"}
    assert yard.objects() == yard.rows()
    size = lying(yard)["far"][1]
    assert lying(yard) == {"near": (FILES, size), "far": (FILES, size)}
    assert ended.figures["applied"]["done"]["copy"] == {"steps": 2 * FILES, "bytes": 2 * size}
    after = {tier["tier"]: (tier["settled"]["files"], tier["settled"]["bytes"]) for tier in told["tiers"]}
    assert {name: amount for name, amount in after.items() if amount[0]} == lying(yard)
    assert steps(yard, made(yard)) == []


def test_exactly_that_plan_is_carried_out_and_once(yard: Yard) -> None:
    first = made(yard)
    late = yard.put(b"came in later")
    applying.apply(yard.context, first, "me")
    applying.apply(yard.context, first, "me")
    with yard.context.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1
    runner(yard).drain("upkeep")
    assert "far" not in yard.copies(late)
    with pytest.raises(Conflict, match="ended"):
        applying.apply(yard.context, first, "me")


def test_one_plan_at_a_time(yard: Yard) -> None:
    first, second = made(yard), made(yard)
    applying.apply(yard.context, first, "me")
    with pytest.raises(Conflict, match="being applied"):
        applying.apply(yard.context, second, "me")
    applying.cancel(yard.context, first, "me")
    applying.apply(yard.context, second, "me")
    assert plan(yard, first).state == PlanState.CANCELLED


def test_a_plan_that_is_called_off_begins_no_further_step(yard: Yard) -> None:
    first = made(yard)

    def off(name: str, call: str) -> None:
        if call == "after keep" and plan(yard, first).state == PlanState.APPLYING:
            applying.cancel(yard.context, first, "me")

    yard.wrap = lambda name, store: Faulty(store, off)  # type: ignore[assignment,return-value,arg-type]
    yard.by(rule(["near", "far"]))
    assert applied(yard, first).state == PlanState.CANCELLED
    assert 0 < states(yard, first)["done"] <= 4
    assert yard.objects() == yard.rows()


def test_a_rule_that_changed_between_drops_what_it_no_longer_wants(yard: Yard) -> None:
    first = made(yard)
    yard.by(rule(["hot", "far"]))
    assert applied(yard, first).state == PlanState.DONE
    dropped = [step for step in steps(yard, first) if step.state == StepState.DROPPED]
    assert {step.to_tier for step in dropped} == {"near"}
    assert all("no longer wants" in str(Message.from_json(step.problem or {})) for step in dropped)
    assert set(lying(yard)) == {"hot", "far"}


def test_a_worker_that_has_not_read_the_changed_profile_moves_and_removes_nothing(yard: Yard) -> None:
    plan_id, before = made(yard), yard.rows()
    stale = yard.stores
    yard.by(rule(["hot", "far"]))
    yard.context.__dict__["stores"] = stale
    found = applied(yard, plan_id)
    assert found.state == PlanState.APPLYING
    assert yard.rows() == before
    with yard.context.transaction() as session:
        assert "Restart the archive" in str(session.scalars(select(Job.problem)).one())
        session.execute(update(Job).values(run_after=now()))
    yard.by(rule(["near", "far"]))  # the archive was started again
    runner(yard).drain("upkeep")
    assert plan(yard, plan_id).state == PlanState.DONE


def test_a_hold_that_came_between_keeps_the_copies(yard: Yard) -> None:
    applied(yard, made(yard))
    second = made(yard)
    held = steps(yard, second)[0].file_id
    yard.asset(held, hold={"reason": "诉讼"})
    assert applied(yard, second).state == PlanState.DONE
    assert states(yard, second) == {"done": FILES - 1, "dropped": 1}
    assert set(yard.copies(held)) == {"hot", "near", "far"}


@pytest.mark.parametrize(
    ("error", "told"),
    [(NoSpace("The disk of {store} is full.", store="far"), "full"), (Unavailable("{s} is away.", s="far"), "away")],
)
def test_a_store_that_is_full_or_away_holds_up_only_its_own_steps(
    yard: Yard, trouble: Troubled, error: ArchiveError, told: str
) -> None:
    trouble.with_ = {("far", "before keep"): error}
    if told == "away":
        trouble.with_[("far", "before check")] = error
    first = made(yard)
    rests = applied(yard, first)
    assert rests.state == PlanState.APPLYING
    assert told in str(Message.from_json(rests.problem or {}))
    assert states(yard, first) == {"done": FILES, "planned": FILES}
    assert lying(yard)["near"][0] == FILES
    trouble.with_ = {}
    with yard.context.transaction() as session:
        applying.resume(session)
        assert not _wanted(session), "it rests for a while"
        session.execute(update(Plan).values(rests_until=now()))
    with yard.context.transaction() as session:
        applying.resume(session)
    runner(yard).drain("upkeep")
    assert plan(yard, first).state == PlanState.DONE
    assert states(yard, first) == {"done": 2 * FILES}


def _wanted(session: object) -> list[Job]:
    return list(session.scalars(select(Job).where(Job.state == State.WANTED)))  # type: ignore[attr-defined]


def test_trouble_of_one_file_fails_its_step_alone(yard: Yard) -> None:
    first = made(yard)
    broken = steps(yard, first)[0]
    yard.rot("hot", yard.copies(broken.file_id)["hot"].key)
    assert applied(yard, first).state == PlanState.DONE
    failed = [step for step in steps(yard, first) if step.state == StepState.FAILED]
    assert {step.file_id for step in failed} == {broken.file_id}
    assert states(yard, first)["done"] == 2 * (FILES - 1)


def test_the_days_budget_is_kept_and_the_rest_comes_the_next_day(yard: Yard) -> None:
    first = made(yard)
    size = sum(step.bytes for step in steps(yard, first))
    yard.by(rule(["near", "far"]), f'nightly = {{at = "03:00", gigabytes = {size * 0.6 / 1e9:.9f}}}\n')
    rests = applied(yard, first)
    moved = sum(step.bytes for step in steps(yard, first) if step.state == StepState.DONE)
    assert 0 < moved <= size * 0.6
    assert rests.state == PlanState.APPLYING
    assert "goes on tomorrow" in str(Message.from_json(rests.problem or {}))
    assert rests.rests_until
    assert now() < rests.rests_until <= now() + timedelta(days=1)
    with yard.context.transaction() as session:
        session.execute(update(Step).values(ended_at=now() - timedelta(days=1)))
        applying.resume(session)
        session.execute(update(Plan).values(rests_until=None))
        applying.resume(session)
    runner(yard).drain("upkeep")
    assert plan(yard, first).state == PlanState.DONE


def _at_once(yard: Yard, plan_id: UUID) -> None:
    with yard.context.transaction() as session:
        session.execute(update(Plan).where(Plan.id == plan_id).values(state=PlanState.APPLYING))
    both = [Thread(target=Run(yard.context, plan_id, "me", lambda: True).go) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert plan(yard, plan_id).state == PlanState.DONE


def test_two_workers_at_one_plan_do_no_harm(yard: Yard) -> None:
    """The first was stopped for longer than its lease, and wakes up."""
    first = made(yard)
    _at_once(yard, first)
    assert plan(yard, first).state == PlanState.DONE
    assert states(yard, first) == {"done": 2 * FILES}
    assert yard.objects() == yard.rows()


def test_a_worker_that_lost_the_job_stops(yard: Yard) -> None:
    first = made(yard)
    applying.apply(yard.context, first, "me")
    with yard.context.transaction() as session:
        (job,) = jobs.claim(session, "upkeep")
        job.held_by = "another"
    ApplyWork(yard.context).do(job)
    assert states(yard, first) == {"planned": 2 * FILES}


def test_killed_again_and_again_it_goes_on_where_it_was(yard: Yard, trouble: Troubled) -> None:
    first = made(yard)
    applying.apply(yard.context, first, "me")
    for store, call in [("near", "after keep"), ("far", "before keep"), ("far", "after keep")]:
        trouble.with_ = {(store, call): Killed()}
        with pytest.raises(Killed):
            runner(yard).drain("upkeep")
        assert yard.objects() <= yard.rows()
        with yard.context.transaction() as session:
            session.execute(update(Job).values(held_until=now() - timedelta(seconds=1)))
        runner(yard).sweep()
        with yard.context.transaction() as session:
            session.execute(update(Job).values(run_after=now()))
            applying.resume(session)
    trouble.with_ = {}
    runner(yard).drain("upkeep")
    assert plan(yard, first).state == PlanState.DONE
    assert states(yard, first) == {"done": 2 * FILES}


def test_the_nights_plan_is_made_once_a_night_even_after_a_sleep(yard: Yard) -> None:
    yard.by(rule(["near", "far"]), 'nightly = {at = "03:00"}\n')
    for _ in range(3):
        nightly.tick(yard.context)
        runner(yard).drain("upkeep")
    assert _plans(yard) == 1
    assert set(lying(yard)) == {"hot", "near", "far"}
    _a_day_later(yard)
    nightly.tick(yard.context)
    nightly.tick(yard.context)
    runner(yard).drain("upkeep")
    assert _plans(yard) == 2
    assert set(lying(yard)) == {"near", "far"}


def _plans(yard: Yard) -> int:
    with yard.context.reading() as session:
        return session.scalar(select(func.count()).select_from(Plan)) or 0


def _a_day_later(yard: Yard) -> None:
    with yard.context.transaction() as session:
        session.execute(update(Job).values(created_at=now() - timedelta(days=1, minutes=1)))


def test_a_nights_plan_that_is_not_through_gives_way_to_the_next(yard: Yard, trouble: Troubled) -> None:
    yard.by(rule(["near", "far"]), 'nightly = {at = "03:00"}\n')
    trouble.with_ = {("far", "before keep"): NoSpace("full")}
    nightly.tick(yard.context)
    runner(yard).drain("upkeep")
    trouble.with_ = {}
    _a_day_later(yard)
    nightly.tick(yard.context)
    runner(yard).drain("upkeep")
    with yard.context.reading() as session:
        ended = session.scalars(select(Plan).order_by(Plan.created_at)).all()
    assert [one.state for one in ended] == [PlanState.DONE, PlanState.DONE]
    assert states(yard, ended[0].id) == {"done": FILES, "dropped": FILES}
    assert lying(yard)["far"][0] == FILES


def test_what_was_condemned_goes_by_itself_when_its_grace_is_over(yard: Yard) -> None:
    yard.by(rule(["near", "far"], grace=7))
    applied(yard, made(yard))
    applied(yard, made(yard))
    assert lying(yard)["hot"][0] == FILES
    nightly.tick(yard.context)
    runner(yard).drain("upkeep")
    assert lying(yard)["hot"][0] == FILES
    with yard.context.transaction() as session:
        session.execute(update(Copy).where(Copy.store == "hot").values(condemned_at=now() - timedelta(days=8)))
    _a_day_later(yard)
    nightly.tick(yard.context)
    runner(yard).drain("upkeep")
    assert set(lying(yard)) == {"near", "far"}
    assert yard.objects() == yard.rows()


@pytest.mark.slow
def test_on_postgresql_two_workers_make_the_same_of_it(settings: Settings, postgresql: str) -> None:
    from tests.servers import fresh_database

    with fresh_database(postgresql) as url:
        yard = Yard.at(settings.model_copy(update={"database_url": url}), rule(["hot"], verified=1, sites=1))
        data = numbered(random.Random(4))
        for _ in range(FILES):
            yard.put(next(data))
        yard.by(rule(["near", "far"]))
        for _ in range(2):
            _at_once(yard, made(yard))
        assert set(lying(yard)) == {"near", "far"}
        assert yard.objects() == yard.rows()
        yard.context.close()
