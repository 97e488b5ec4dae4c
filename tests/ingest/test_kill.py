"""Killed at any moment and started again, an ingest ends with exactly the same catalogue: nothing twice, nothing lost.

MEDIA_ARCHIVE_KILLS says how many times it is killed, of shoots of 200 files: the ten that are promised take minutes.
"""

import hashlib
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Rendition
from media_archive.config import load
from media_archive.jobs.models import Job, State
from media_archive.search import service as search
from media_archive.storage.models import Copy, File, Role
from tests.drawn import pictures
from tests.served import Served
from tests.servers import fresh_database

pytestmark = [pytest.mark.slow, pytest.mark.timeout(6000 if os.environ.get("MEDIA_ARCHIVE_KILLS") else 1500)]
WANTED = int(os.environ.get("MEDIA_ARCHIVE_KILLS", "0"))
#: times it is killed, for each kind of database
MOMENTS = {"sqlite": WANTED or 5, "postgresql": WANTED or 4}
FILES = 200 if WANTED else 60
SIZES = 3
#: what is killed at the seeded moments; each is met at least once
VICTIMS = ["command", "worker", "queue", "all"]


@pytest.fixture(params=list(MOMENTS))
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def served(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path / "home", {"MEDIA_ARCHIVE_KEEP_FREE": "0"})
    if database == "postgresql":
        with fresh_database(request.getfixturevalue("postgresql")) as url:
            made.settings["MEDIA_ARCHIVE_DATABASE_URL"] = url
            made.start()
            yield made
            made.stop()
        return
    made.start()
    yield made
    made.stop()


def _kill(served: Served, victim: str, command: object) -> None:
    if victim == "command":
        command.kill()  # type: ignore[attr-defined]
    elif victim == "worker":
        served.kill("celery")
    elif victim == "queue":
        served.kill("valkey")
    else:
        served.kill()
        served.start()


def _assert_whole(served: Served, digests: set[str]) -> None:
    archive = Archive.open(load(home=served.home, database_url=served.settings.get("MEDIA_ARCHIVE_DATABASE_URL", "")))
    with archive.reading() as session:
        originals = Counter(session.scalars(select(File.sha256).where(File.role == Role.ORIGINAL)))
        assert set(originals) == digests
        assert set(originals.values()) == {1}
        assert session.scalar(select(func.count()).select_from(Asset)) == len(digests)
        rendered = Counter(session.scalars(select(Rendition.asset_id)))
        assert len(rendered) == len(digests)
        assert set(rendered.values()) == {SIZES}
        assert search.find(session).total == len(digests)
        of_shoots = select(Job).where(Job.shoot_id.is_not(None), Job.state != State.DONE)
        assert session.scalars(of_shoots).all() == []
        assert session.scalar(select(func.count()).select_from(Copy).where(Copy.verified_at.is_(None))) == 0
    archive.close()


def test_killed_at_many_moments_it_ends_with_the_same_catalogue(served: Served, database: str, tmp_path: Path) -> None:
    """Files come in, and again and again it is killed on the way; then the next ones, until all kills are done."""
    chance = random.Random(20261122)
    victims = VICTIMS + chance.choices(VICTIMS, k=MOMENTS[database] - len(VICTIMS))
    digests: set[str] = set()
    killed = folders = 0
    while killed < len(victims):
        folder = tmp_path / f"card{folders}"
        files = pictures(folder, FILES, first=folders * FILES)
        folders += 1
        digests |= {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
        arguments = ("ingest", folder, "--shoot", f"第{folders}批", "--wait")
        while killed < len(victims):
            running = served.begin(*arguments)
            time.sleep(chance.uniform(0.7, 4.0))
            if running.poll() is not None:
                break
            _kill(served, victims[killed], running)
            killed += 1
            running.kill()
            running.wait()
        again = served.command(*arguments, "--json")
        assert again.returncode == 0, again.stderr
        summary = json.loads(again.stdout)
        assert summary["found"] == FILES, summary
        assert summary["refused"] == 0
        _assert_whole(served, digests)
    checked = served.command("verify", "--json")
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["bad"] == []
