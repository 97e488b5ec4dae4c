"""Disks that are full or read-only while copies are mended, moved, released, or the catalogue is written down.

Real ones, mounted for the test: what cannot be done is said, nothing half stays behind, and once there is room all is
done.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text

from media_archive.archive import Archive
from media_archive.bundles import writing
from media_archive.bundles.rebuilding import rebuild
from media_archive.config import Settings
from media_archive.errors import NoSpace, Unavailable
from media_archive.placement import applying, moves
from media_archive.placement.models import Plan, PlanState
from media_archive.placement.moving.running import Run
from media_archive.placement.planner import make
from media_archive.storage.models import Bundle, Copy, Phase
from media_archive.upkeep import auditing
from tests.placement.yard import Yard, quick_home, rule
from tests.storage.conftest import small_disk  # noqa: F401 - a fixture

SmallDisk = Callable[[int], Path]
KIB = 1 << 10
#: what is stored
DATA = os.urandom(300 * KIB)


@pytest.fixture
def settings() -> Iterator[Settings]:
    with quick_home() as made:
        yield made


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """No byte more fits on the disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (64 * KIB, KIB, 1):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass
    yield
    filler.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def on(disk: Path, settings: Settings, store: str, rules: str = "") -> Yard:
    """A yard of which one store lies on that disk."""
    place = settings.home / "store" / store
    place.parent.mkdir(parents=True)
    place.symlink_to(disk)
    return Yard.at(settings, rules)


def left_over(disk: Path) -> list[Path]:
    return list((disk / "incoming").iterdir())


def go(yard: Yard, plan: object) -> Plan:
    """One attempt at a plan."""
    Run(yard.context, plan, "x", lambda: True).go()  # type: ignore[arg-type]
    with yard.context.reading() as session:
        return session.scalars(select(Plan).where(Plan.id == plan)).one()


@pytest.mark.slow
def test_a_bad_copy_on_a_full_disk_stays_as_it_is_and_is_mended_once_there_is_room(
    settings: Settings,
    small_disk: SmallDisk,  # noqa: F811
) -> None:
    disk = small_disk(1024 * KIB)
    yard = on(disk, settings, "far")
    file = yard.put(DATA)
    moves.copy_to(yard.context, file, "far", "x")
    copy = yard.copies(file)["far"]
    yard.rot("far", copy.key)
    rotten = yard.place("far", copy.key).read_bytes()
    yard.change(copy, audited_at=None)
    with full(disk):
        assert len(auditing.audit(yard.context, "far").bad) == 1
        assert yard.place("far", copy.key).read_bytes() == rotten
        assert left_over(disk) == []
        there = yard.copies(file)
        assert (there["far"].verified_at, bool(there["far"].problem)) == (None, True)
        assert there["hot"].verified_at
    auditing.audit(yard.context, "far")
    assert yard.copies(file)["far"].verified_at
    assert yard.place("far", copy.key).read_bytes() == DATA
    yard.context.close()


@pytest.mark.slow
def test_a_plan_waits_for_a_disk_that_is_read_only_and_goes_on_when_it_is_not(
    settings: Settings,
    small_disk: SmallDisk,  # noqa: F811
) -> None:
    disk = small_disk(1024 * KIB)
    yard = on(disk, settings, "far", rule(["hot"], verified=1, sites=1))
    file = yard.put(DATA)
    yard.by(rule(["hot", "far"]))
    plan = make(yard.context, "x")
    applying.apply(yard.context, plan, "x")
    with read_only(disk):
        waiting = go(yard, plan)
        assert waiting.state == PlanState.APPLYING
        assert "read-only" in str(waiting.problem)
        assert yard.objects() >= yard.rows()
    assert go(yard, plan).state == PlanState.DONE
    assert yard.copies(file)["far"].verified_at
    yard.by(rule(["hot", "near"], sites=1))
    moves.copy_to(yard.context, file, "near", "x")
    copy = yard.copies(file)["far"]
    with yard.context.transaction() as session:
        moves.condemn(session, session.get_one(Copy, copy.id), "x")
    with read_only(disk), pytest.raises(Unavailable, match="read-only"):
        moves.release(yard.context, copy.id, "x")
    assert yard.copies(file)["far"].phase == Phase.GOING
    assert moves.release(yard.context, copy.id, "x").gone
    assert yard.objects() == yard.rows()
    yard.context.close()


@pytest.mark.slow
def test_a_catalogue_is_written_where_there_is_room_and_elsewhere_once_there_is(
    settings: Settings,
    small_disk: SmallDisk,  # noqa: F811
) -> None:
    disk, scratch = small_disk(1024 * KIB), small_disk(1024 * KIB)
    (settings.home).mkdir()
    settings.scratch.symlink_to(scratch)
    yard = on(disk, settings, "far")
    with yard.context.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        session.execute(text("INSERT INTO alembic_version VALUES ('0')"))
    with full(disk):
        done = {one.store: one.problem for one in writing.write(yard.context)}
        assert [name for name, problem in done.items() if problem] == ["far"]
        assert "full" in str(done["far"])
        assert writing.due(yard.context) == ["far"]
        assert left_over(disk) == []
    with full(scratch), pytest.raises(NoSpace, match="full"):
        writing.write(yard.context, ["far"])
    assert {store for store, _ in yard.objects()} == {"hot", "near"}
    assert [one.problem for one in writing.write(yard.context, ["far"])] == [None]
    with yard.context.reading() as session:
        assert {one.store for one in session.scalars(select(Bundle)) if one.problem is None} == {"hot", "near", "far"}
    assert list(scratch.iterdir()) == []
    yard.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("room", [100 * KIB, 400 * KIB])
def test_a_rebuild_without_room_says_so_and_leaves_nothing(
    archive: Archive,
    small_disk: SmallDisk,  # noqa: F811
    tmp_path: Path,
    room: int,
) -> None:
    writing.write(archive)
    disk = small_disk(room)
    with pytest.raises(NoSpace, match="full"):
        rebuild(str(archive.settings.home / "store" / "main"), disk / "new")
    assert list(disk.iterdir()) == []
    assert rebuild(str(archive.settings.home / "store" / "main"), tmp_path / "new").bundle
