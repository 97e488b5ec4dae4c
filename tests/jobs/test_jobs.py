"""Work is asked for once, done once, and never lost."""

import contextlib
import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.db import now
from media_archive.errors import Crashed, Invalid, NotFound
from media_archive.jobs import holder, service
from media_archive.jobs.models import Job, State
from media_archive.jobs.runner import Conclusion, Runner
from media_archive.words import Message


class Noting:
    """Work that notes what it was given, and fails as often as it is told."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.done: list[UUID] = []
        self.given_up: list[str] = []
        self.failures, self.error = (
            failures,
            error or Crashed("The reader of this file died ({signal}).", signal="SIGSEGV"),
        )

    def do(self, job: Job) -> Conclusion:
        if self.failures:
            self.failures -= 1
            raise self.error
        return lambda _session: self.done.append(job.id)

    def give_up(self, session: Session, job: Job, problem: Message) -> None:
        self.given_up.append(str(problem))


def _runner(archive: Archive, work: Noting, attempts: int = 3) -> Runner:
    return Runner(archive.transaction, {"probe": work, "render-photo": work}, attempts)


def _want(archive: Archive, kind: str = "probe", target: UUID | None = None) -> UUID:
    with archive.transaction() as session:
        return service.request(session, kind, target)


def _job(archive: Archive, job_id: UUID) -> Job:
    with archive.reading() as session:
        return session.get_one(Job, job_id)


def _make_due(archive: Archive) -> None:
    with archive.transaction() as session:
        session.execute(update(Job).values(run_after=now()))


def test_the_same_work_is_asked_for_once_until_it_is_done(either_archive: Archive) -> None:
    target = uuid4()
    first = _want(either_archive, target=target)
    assert _want(either_archive, target=target) == first
    work = Noting()
    _runner(either_archive, work).drain("fast")
    assert work.done == [first]
    assert _want(either_archive, target=target) != first


def test_a_request_that_is_rolled_back_leaves_nothing(either_archive: Archive) -> None:
    with contextlib.suppress(RuntimeError), either_archive.transaction() as session:
        service.request(session, "probe", uuid4())
        raise RuntimeError
    with either_archive.reading() as session:
        assert service.counts(session)["wanted"] == 0


@pytest.mark.slow
def test_workers_side_by_side_do_each_job_once(either_archive: Archive) -> None:
    wanted = {_want(either_archive) for _ in range(60)}
    work = Noting()
    threads = [threading.Thread(target=_runner(either_archive, work).drain, args=("fast",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(work.done) == sorted(wanted)


@pytest.mark.slow
def test_a_failure_is_tried_again_after_a_pause_and_then_succeeds(either_archive: Archive) -> None:
    job_id = _want(either_archive)
    work = Noting(failures=1)
    runner = _runner(either_archive, work)
    runner.drain("fast")
    failed = _job(either_archive, job_id)
    assert (failed.state, failed.attempts) == (State.WANTED, 1)
    assert failed.run_after > now()
    assert failed.problem
    runner.drain("fast")
    assert work.done == [], "it must not run before its pause is over"
    _make_due(either_archive)
    runner.drain("fast")
    assert _job(either_archive, job_id).state == State.DONE


def test_a_job_that_keeps_failing_dies_with_its_reason_and_can_be_wanted_again(either_archive: Archive) -> None:
    job_id = _want(either_archive)
    work = Noting(failures=3)
    for _ in range(3):
        _make_due(either_archive)
        _runner(either_archive, work).drain("fast")
    assert _job(either_archive, job_id).state == State.DEAD
    assert work.given_up == ["The reader of this file died (SIGSEGV)."]
    with either_archive.transaction() as session:
        assert service.retry(session, [job_id]) == 1
    _runner(either_archive, work).drain("fast")
    assert work.done == [job_id]


def test_what_is_refused_is_not_tried_again(either_archive: Archive) -> None:
    job_id = _want(either_archive)
    work = Noting(failures=5, error=Invalid("No."))
    _runner(either_archive, work).drain("fast")
    assert _job(either_archive, job_id).state == State.DEAD


def test_the_sweep_frees_what_a_dead_process_held(either_archive: Archive) -> None:
    job_id = _want(either_archive)
    host, boot, _, _ = holder.me().split("|")
    with either_archive.transaction() as session:
        gone = {"state": State.RUNNING, "attempts": 1, "held_by": f"{host}|{boot}|999999999|1.00"}
        session.execute(update(Job).values(held_until=now() + timedelta(hours=1), **gone))
    work = Noting()
    runner = _runner(either_archive, work)
    runner.sweep()
    assert _job(either_archive, job_id).state == State.WANTED
    _make_due(either_archive)
    runner.drain("fast")
    assert work.done == [job_id]


def test_the_sweep_frees_what_another_machine_held_only_after_its_lease(either_archive: Archive) -> None:
    job_id = _want(either_archive)
    with either_archive.transaction() as session:
        session.execute(
            update(Job).values(state=State.RUNNING, held_by="elsewhere|x|1|1", held_until=now() + timedelta(hours=1))
        )
    runner = _runner(either_archive, Noting())
    runner.sweep()
    assert _job(either_archive, job_id).state == State.RUNNING
    with either_archive.transaction() as session:
        session.execute(update(Job).values(held_until=now() - timedelta(seconds=1)))
    runner.sweep()
    assert _job(either_archive, job_id).state == State.WANTED


def test_work_is_not_put_off_by_a_clock_that_was_put_back(either_archive: Archive) -> None:
    job_id = _want(either_archive)
    with either_archive.transaction() as session:
        session.execute(update(Job).values(run_after=now() + timedelta(hours=3)))
    work = Noting()
    runner = _runner(either_archive, work)
    runner.sweep()
    runner.drain("fast")
    assert work.done == [job_id]


def test_what_somebody_waits_for_comes_before_what_was_asked_for_earlier(either_archive: Archive) -> None:
    for _ in range(20):
        _want(either_archive)
    with either_archive.transaction() as session:
        urgent = service.request(session, "probe", first=True)
    with either_archive.transaction() as session:
        assert service.claim(session, "fast")[0].id == urgent


def test_a_worker_that_lost_its_lease_writes_nothing(either_archive: Archive) -> None:
    job_id = _want(either_archive)
    work = Noting()

    def lose(job: Job) -> Conclusion:
        with either_archive.transaction() as session:
            session.execute(update(Job).values(held_by="elsewhere|x|1|1"))
        return lambda _session: work.done.append(job.id)

    work.do = lose  # type: ignore[method-assign]
    _runner(either_archive, work).drain("fast")
    assert work.done == []
    assert _job(either_archive, job_id).state == State.RUNNING


def test_a_job_that_failed_before_is_claimed_alone(either_archive: Archive) -> None:
    first = _want(either_archive)
    for _ in range(5):
        _want(either_archive)
    with either_archive.transaction() as session:
        session.execute(update(Job).where(Job.id == first).values(attempts=1))
    with either_archive.transaction() as session:
        assert [job.id for job in service.claim(session, "fast")] == [first]
    with either_archive.transaction() as session:
        assert len(service.claim(session, "fast")) == 5


def test_a_stopping_worker_hands_back_what_it_did_not_begin(either_archive: Archive) -> None:
    for _ in range(3):
        _want(either_archive)
    work = Noting()
    runner = _runner(either_archive, work)
    real = work.do

    def stop_after_one(job: Job) -> Conclusion:
        runner.stop.set()
        return real(job)

    work.do = stop_after_one  # type: ignore[method-assign]
    runner.drain("fast")
    with either_archive.reading() as session:
        states = session.execute(select(Job.state, Job.attempts).order_by(Job.state)).all()
    assert states == [(State.DONE, 1), (State.WANTED, 0), (State.WANTED, 0)]


def test_retrying_a_job_that_is_not_dead_is_refused(either_archive: Archive) -> None:
    with pytest.raises(NotFound), either_archive.transaction() as session:
        service.retry(session, [uuid4()])
