"""Whoever brings originals back is killed (SIGKILL) at every call of a store and before every commit: the next one finishes
it, and no store is asked twice for what costs money.
"""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from media_archive.archive import Archive
from media_archive.config import Settings, load
from media_archive.db import now
from media_archive.restoring import choosing, service
from media_archive.restoring.models import RestoreItem, RestoreState
from media_archive.restoring.work import RestoreWork
from media_archive.storage.stores.store import Stat, Thaw
from tests.restoring import cold

FORK = multiprocessing.get_context("fork")
#: of all moments, so many, evenly; MEDIA_ARCHIVE_CRASHES=all takes every one
MOMENTS = 10_000 if os.environ.get("MEDIA_ARCHIVE_CRASHES") == "all" else 6


class Deep:
    """A cold class that outlives its processes: what it is asked for lies in `folder`, a line for each time."""

    name = cold.DEEP

    def __init__(self, folder: Path, moment: Callable[[], None]) -> None:
        self.folder, self.moment = folder, moment

    def check(self, writing: bool = False) -> None:
        self.moment()

    def stat(self, key: str) -> Stat:
        self.moment()
        line = self.folder / key
        asked = line.exists() and line.stat().st_size > 0  # empty: another thread's moment came before its request left
        until = now() + timedelta(days=9) if asked else None
        return Stat(1, "GLACIER", now(), Thaw.READY if asked else Thaw.OFFLINE, until)

    def restore(self, key: str, days: int) -> Thaw:
        self.moment()
        with (self.folder / key).open("a") as lines:
            lines.write("asked\n")
        self.moment()
        return Thaw.READY


def _asked(home: Path, profiled: Settings, photos: list[UUID]) -> None:
    archive = Archive.open(profiled)
    for one in photos:
        cold.chill(archive, one)
    with archive.transaction() as session:
        service.ask(session, archive, choosing.assets(session, photos), "editor", "城市记忆影片")
    archive.close()
    (home / "deep").mkdir()


def _work(profiled: Settings, last: int) -> tuple[int | None, int]:
    """Exit code (-9 if it was killed), and how many moments it lived through."""
    passed = FORK.Value("i", 0)
    process = FORK.Process(target=_turn, args=(profiled, last, passed))
    process.start()
    process.join(60)
    return process.exitcode, passed.get_obj().value  # its lock may have died with its holder


def _turn(profiled: Settings, last: int, passed: Any) -> None:
    def moment(*_: object) -> None:
        with passed.get_lock():
            passed.value += 1
            count = passed.value
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    archive = Archive.open(profiled)
    archive.stores._stores[cold.DEEP] = Deep(profiled.home / "deep", moment)  # type: ignore[assignment]
    event.listen(archive.engine, "commit", moment)
    RestoreWork(archive).turn(now())


def _check(profiled: Settings, photos: list[UUID]) -> None:
    archive = Archive.open(profiled)
    with archive.reading() as session:
        assert [one.state for one in session.scalars(select(RestoreItem))] == [RestoreState.READY] * len(photos)
    archive.close()
    lines = [path.read_text().split() for path in (profiled.home / "deep").iterdir()]
    assert lines == [["asked"]] * len(photos)


@pytest.mark.slow
def test_killed_at_any_moment_the_next_one_brings_back_the_rest(
    stocked: tuple[Path, list[UUID]], tmp_path: Path
) -> None:
    home, photos = stocked

    def fresh(name: str) -> Settings:
        shutil.copytree(home, tmp_path / name)
        made = cold.profiled(load(home=tmp_path / name, keep_free=0), tmp_path / name / "profiles")
        _asked(tmp_path / name, made, photos[:3])
        return made

    whole = fresh("whole")
    code, moments = _work(whole, -1)
    assert (code, moments > 10) == (0, True)
    _check(whole, photos[:3])
    for last in range(1, moments + 1, max(1, moments // MOMENTS)):
        profiled = fresh(f"killed{last}")
        assert _work(profiled, last)[0] == -signal.SIGKILL, f"moment {last} never came"
        assert _work(profiled, -1)[0] == 0
        _check(profiled, photos[:3])
