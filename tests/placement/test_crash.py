"""A process that carries a plan out is killed (SIGKILL) at every call of a store and before every commit; the next one
finishes what it began, and the end is the same.
"""

import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import engine, now
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Runner
from media_archive.placement import applying
from media_archive.placement.models import Plan, PlanState, Step, StepState
from media_archive.placement.planner import make
from media_archive.placement.work import ApplyWork
from tests.placement.yard import Faulty, Yard, quick_home, rule

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
WANTED = rule(["near", "far"])
#: of all moments, so many, evenly; MEDIA_ARCHIVE_CRASHES=all takes every one
MOMENTS = 10_000 if os.environ.get("MEDIA_ARCHIVE_CRASHES") == "all" else 10
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def settings() -> Iterator[Settings]:
    with quick_home() as made:
        yield made


def _worker(settings: Settings, last: int, passed: Any) -> None:
    """Does all the work there is, in a process of its own, which is killed at the moment of that number."""

    def moment(*_: object) -> None:
        passed.value += 1
        if passed.value == last:
            os.kill(os.getpid(), signal.SIGKILL)

    yard = Yard(Context(settings, engine(settings.database)), lambda name, store: Faulty(store, moment))  # type: ignore[return-value,arg-type]
    yard.by(WANTED)
    event.listen(yard.context.engine, "commit", moment)
    works: Any = {"apply-plan": ApplyWork(yard.context)}
    runner = Runner(yard.context.transaction, works, 99)
    runner.sweep()
    with yard.context.transaction() as session:
        session.execute(update(Job).values(run_after=now() - timedelta(seconds=1)))
        applying.resume(session)
    runner.drain("upkeep")
    with yard.context.reading() as session:
        plans = session.scalars(select(Plan).order_by(Plan.created_at)).all()
    waiting = [one.id for one in plans if one.state == PlanState.MADE]
    if len(plans) < 2 or waiting:
        applying.apply(yard.context, waiting[0] if waiting else make(yard.context, "x"), "x")
        runner.drain("upkeep")


def _work(settings: Settings, last: int) -> tuple[int, int]:
    """Exit code (-9 if it was killed), and how many moments it lived through."""
    passed = FORK.Value("i", 0)
    process = FORK.Process(target=_worker, args=(settings, last, passed))
    process.start()
    process.join(60)
    return process.exitcode or 0, passed.value


def _begun(settings: Settings) -> Yard:
    """A file that lies where an older rule wanted it, and a plan that is to be applied."""
    yard = Yard.at(settings, rule(["hot"], verified=1, sites=1))
    yard.put(random.Random(1).randbytes(3000))
    yard.by(WANTED)
    applying.apply(yard.context, make(yard.context, "x"), "x")
    yard.context.close()
    return yard


def test_killed_at_any_moment_the_next_process_finishes_it(settings: Settings) -> None:
    _begun(settings)
    code, moments = _work(settings, -1)
    assert code == 0
    assert moments > 20
    _assert_finished(settings)
    step = max(1, moments // MOMENTS)
    for last in range(1, moments + 1, step):
        with quick_home() as fresh:
            yard = _begun(fresh)
            code, _ = _work(fresh, last)
            assert code == -signal.SIGKILL, f"moment {last} never came"
            assert yard.objects() <= yard.rows(), f"an object without a row, killed at {last}"
            yard.context.close()
            for _ in range(2):
                assert _work(fresh, -1)[0] == 0
            _assert_finished(fresh)


def _assert_finished(settings: Settings) -> None:
    yard = Yard(Context(settings, engine(settings.database)))
    yard.by(WANTED)
    assert {store for store, _ in yard.objects()} == {"near", "far"}
    assert yard.objects() == yard.rows()
    with yard.context.reading() as session:
        assert set(session.scalars(select(Plan.state))) == {PlanState.DONE}
        assert set(session.scalars(select(Step.state))) == {StepState.DONE}
    yard.context.close()
    assert not list(Path(settings.home).glob("store/*/damaged/*/*"))
