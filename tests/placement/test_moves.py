"""One file at a time: copies made, classes changed, copies released after a second look."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.config import Settings
from media_archive.db import now
from media_archive.errors import Damaged, NotFound, Unavailable
from media_archive.events.models import Event
from media_archive.jobs.models import Job, State
from media_archive.placement import moves
from media_archive.restoring.models import RestoreItem, RestoreRequest, RestoreState
from media_archive.storage.models import Copy, Phase, Role
from tests.placement.yard import Faulty, Killed, Yard, quick_home, rule

DATA = random.Random(5).randbytes(5000)


@pytest.fixture
def settings() -> Iterator[Settings]:
    with quick_home() as made:
        yield made


@pytest.fixture
def yard(settings: Settings) -> Yard:
    return Yard.at(settings)


def condemn(yard: Yard, copy: Copy) -> None:
    with yard.context.transaction() as session:
        moves.condemn(session, session.get_one(Copy, copy.id), "me")


@pytest.fixture
def spare(yard: Yard) -> UUID:
    """A file with the copies its rule wants and a condemned one in the store "near" that it does not."""
    file = yard.put(DATA)
    moves.copy_to(yard.context, file, "far", "me")
    moves.copy_to(yard.context, file, "near", "me")
    condemn(yard, yard.copies(file)["near"])
    return file


def release(yard: Yard, file: UUID, store: str = "near", **more: Any) -> moves.Released:
    return moves.release(yard.context, yard.copies(file)[store].id, "me", **more)


def test_a_further_copy_is_verified_and_told_of(yard: Yard) -> None:
    file = yard.put(DATA)
    moves.copy_to(yard.context, file, "far", "me")
    copy = yard.copies(file)["far"]
    assert copy.verified_at
    assert (copy.phase, copy.problem) == (Phase.HERE, None)
    assert yard.place("far", copy.key).read_bytes() == DATA
    with yard.context.reading() as session:
        told = session.scalars(select(Event).where(Event.what == "replication")).all()
    assert [event.detail["stores"] for event in told] == [["far"]]
    assert moves.copy_to(yard.context, file, "far", "me") == copy.id


def test_a_rotten_copy_is_replaced_and_never_a_source(yard: Yard) -> None:
    file = yard.put(DATA)
    moves.copy_to(yard.context, file, "far", "me")
    key = yard.copies(file)["far"].key
    yard.rot("far", key)
    assert not moves.confirm(yard.context, yard.copies(file)["far"].id)
    assert yard.copies(file)["far"].problem
    moves.copy_to(yard.context, file, "far", "me")
    assert yard.place("far", key).read_bytes() == DATA
    yard.rot("hot", key)
    yard.rot("far", key)
    with pytest.raises(Damaged):
        moves.copy_to(yard.context, file, "near", "me")
    assert set(yard.copies(file)) == {"hot", "far"}, "what never came leaves no row"


def test_a_copy_that_no_rule_needs_goes(yard: Yard, spare: UUID) -> None:
    key = yard.copies(spare)["near"].key
    assert release(yard, spare).gone
    assert set(yard.copies(spare)) == {"hot", "far"}
    assert not yard.place("near", key).exists()
    with yard.context.reading() as session:
        (told,) = session.scalars(select(Event).where(Event.what == "deletion"))
    assert (told.detail["store"], told.detail["sha256"]) == ("near", key)


@pytest.mark.slow
def test_what_was_not_decided_or_not_long_enough_ago_stays(yard: Yard, spare: UUID) -> None:
    yard.change(yard.copies(spare)["near"], condemned_at=None)
    assert not release(yard, spare).gone
    yard.by(rule(["hot", "far"], grace=3))
    yard.change(yard.copies(spare)["near"], condemned_at=now() - timedelta(days=2))
    waits = release(yard, spare)
    assert (waits.gone, waits.later) == (False, True)
    assert "3 days" in str(waits.reason)
    yard.change(yard.copies(spare)["near"], condemned_at=now() - timedelta(days=4))
    assert release(yard, spare).gone


@pytest.mark.slow
def test_a_rule_that_wants_it_again_keeps_it(yard: Yard, spare: UUID) -> None:
    yard.by(rule(["hot", "near", "far"]))
    kept = release(yard, spare)
    assert (kept.gone, kept.later) == (False, False)
    assert yard.copies(spare)["near"].condemned_at is None


def test_a_legal_hold_keeps_it_even_from_those_who_may_delete(yard: Yard, spare: UUID) -> None:
    yard.asset(spare, hold={"reason": "诉讼", "who": "me", "since": "2026-01-01"})
    assert "诉讼" in str(release(yard, spare).reason)
    assert "诉讼" in str(release(yard, spare, allowed=lambda session, asset: None).reason)
    assert set(yard.copies(spare)) == {"hot", "near", "far"}


@pytest.mark.slow
def test_it_stays_while_a_job_or_a_restore_reads_it(yard: Yard, spare: UUID) -> None:
    asset = yard.asset(spare)
    with yard.context.transaction() as session:
        until = now() + timedelta(minutes=1)
        job = Job(kind="render-photo", queue="photo", target=asset, state=State.RUNNING, held_by="x", held_until=until)
        session.add(job)
    assert release(yard, spare).later
    with yard.context.transaction() as session:
        session.get_one(Job, job.id).state = State.DONE
        copy = yard.copies(spare)["near"]
        wish = RestoreRequest(asked_by="x", purpose="展览", title="t", days=3)
        wish.archive_id = _archive(session)
        wish.items = [RestoreItem(file_id=spare, copy_id=copy.id, bytes=1, state=RestoreState.READY)]
        session.add(wish)
    assert release(yard, spare).later
    assert "near" in yard.copies(spare)


def _archive(session: Any) -> UUID:
    from media_archive.catalogue.models import Archive

    return UUID(str(session.scalars(select(Archive.id)).one()))


@pytest.mark.slow
def test_the_others_are_read_before_it_goes(yard: Yard, spare: UUID) -> None:
    far = yard.copies(spare)["far"]
    yard.change(far, verified_at=now() - timedelta(days=40))
    yard.rot("far", far.key)
    kept = release(yard, spare)
    assert (kept.gone, kept.later) == (False, True)
    assert yard.copies(spare)["far"].problem, "what was found on the way is marked"
    with yard.context.reading() as session:
        assert session.scalars(select(Job).where(Job.kind == "place")).all(), "and its mending asked for"
    moves.copy_to(yard.context, spare, "far", "me")
    assert release(yard, spare).gone


@pytest.mark.slow
def test_copies_at_one_site_do_not_make_up_for_it(yard: Yard, spare: UUID) -> None:
    condemn(yard, yard.copies(spare)["far"])
    yard.by(rule(["hot", "near"], sites=1))
    yard.change(yard.copies(spare)["near"], condemned_at=None)
    assert release(yard, spare, "far").gone
    yard.by(rule(["near", "far"], sites=2))
    condemn(yard, yard.copies(spare)["hot"])
    assert "2 sites" in str(release(yard, spare, "hot").reason)


@pytest.mark.slow
def test_bytes_that_another_file_rests_on_stay(yard: Yard, spare: UUID) -> None:
    other = yard.put(DATA, "b.xmp", Role.SIDECAR)
    moves.copy_to(yard.context, other, "near", "me")
    key = yard.copies(spare)["near"].key
    assert release(yard, spare).gone
    assert set(yard.copies(spare)) == {"hot", "far"}
    assert yard.place("near", key).read_bytes() == DATA
    assert yard.copies(other)["near"].verified_at


@pytest.mark.slow
def test_nobody_begins_to_rest_on_what_is_going(yard: Yard, spare: UUID) -> None:
    other = yard.put(DATA, "b.xmp", Role.SIDECAR)
    yard.change(yard.copies(spare)["near"], phase=Phase.GOING)
    with pytest.raises(Unavailable, match="being removed"):
        moves.copy_to(yard.context, other, "near", "me")
    assert release(yard, spare).gone
    moves.copy_to(yard.context, other, "near", "me")
    assert yard.copies(other)["near"].verified_at


def test_what_came_in_while_it_went_is_looked_at_again(yard: Yard, spare: UUID) -> None:
    """An ingest found the bytes there, and registers its file when they are gone."""
    key = yard.copies(spare)["near"].key
    other = yard.put(DATA, "b.xmp", Role.SIDECAR)

    def register(name: str, call: str) -> None:
        if (name, call) == ("near", "after delete"):
            with yard.context.transaction() as session:
                session.add(Copy(file_id=other, store="near", key=key, verified_at=now()))

    yard.wrap = lambda name, store: Faulty(store, register)  # type: ignore[assignment,return-value]
    yard.by(rule(["hot", "far"]))
    assert release(yard, spare).gone
    assert yard.copies(other)["near"].verified_at is None
    with yard.context.reading() as session:
        assert session.scalars(select(Job).where(Job.kind == "place", Job.target == yard.asset(other))).all()


@pytest.mark.slow
def test_a_hold_that_comes_while_it_goes_saves_what_is_left(yard: Yard, spare: UUID) -> None:
    yard.change(yard.copies(spare)["near"], phase=Phase.GOING, verified_at=None)
    yard.asset(spare, hold={"reason": "诉讼"})
    assert not release(yard, spare).gone
    copy = yard.copies(spare)["near"]
    assert copy.phase == Phase.HERE
    assert copy.verified_at


@pytest.mark.slow
def test_a_disposal_takes_the_last_copy_if_it_may(yard: Yard, spare: UUID) -> None:
    for store in ("hot", "far", "near"):
        assert release(yard, spare, store, allowed=lambda session, asset: None).gone
    assert yard.objects() == set()


def test_a_tier_that_is_gone_is_named(yard: Yard) -> None:
    file = yard.put(DATA)
    with pytest.raises(NotFound, match="attic"):
        moves.copy_to(yard.context, file, "attic", "me")


CALLS = ["before keep", "after keep", "before open", "before delete", "after delete"]


@pytest.mark.parametrize("call", CALLS)
def test_ended_at_any_call_of_a_store_it_is_finished_by_the_next_attempt(settings: Settings, call: str) -> None:
    armed = [False]

    def fault(name: str, now_at: str) -> None:
        if armed[0] and now_at == call:
            armed[0] = False
            raise Killed

    yard = Yard.at(settings, wrap=lambda name, store: Faulty(store, fault))  # type: ignore[arg-type,return-value]
    file = yard.put(DATA)

    def to_the_end() -> None:
        moves.copy_to(yard.context, file, "far", "me")
        if not any(copy.condemned_at for copy in yard.copies(file).values()):
            moves.copy_to(yard.context, file, "near", "me")
            condemn(yard, yard.copies(file)["near"])
        release(yard, file)

    armed[0] = True
    with pytest.raises(Killed):
        to_the_end()
    assert yard.objects() <= yard.rows(), "never an object without a row"
    to_the_end()
    assert yard.objects() == yard.rows()
    assert {store: copy.phase for store, copy in yard.copies(file).items()} == {"hot": Phase.HERE, "far": Phase.HERE}
    assert all(copy.verified_at for copy in yard.copies(file).values())


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_begun_and_forgotten_goes_alone_only_where_nothing_is_lost_by_it(
    yard: Yard, spare: UUID, whole: bool
) -> None:
    """Who made it may have died just before saying that it is whole."""
    near = yard.copies(spare)["near"]
    long_ago = now() - timedelta(days=9)
    values = {"phase": Phase.COMING, "condemned_at": None, "class_since": long_ago, "verified_at": None}
    yard.change(near, **values, problem={"template": "It is not finished."})
    if not whole:
        yard.place("near", near.key).unlink()
    yard.rot("far", near.key)
    yard.change(yard.copies(spare)["far"], verified_at=long_ago)
    assert release(yard, spare).gone is not whole
    assert yard.place("near", near.key).exists() is whole
