"""Waking workers through RabbitMQ, and through a queue that is not there."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import kombu
import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Rendition
from media_archive.config import PROJECT
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs import service as jobs
from tests.drawn import pictures
from tests.served import Served, wait_until
from tests.servers import RABBITMQ, running_rabbitmq

WAKE = "from workers.outlet import CeleryOutlet\noutlet = CeleryOutlet()\nfor _ in range(30): outlet.wake('photo')\n"


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not Path(RABBITMQ).exists():
        pytest.skip("RabbitMQ is not installed")
    with running_rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as url:
        yield url


def _run(archive: Archive, broker: str, *command: str) -> "subprocess.Popen[bytes]":
    environment = Served(
        archive.settings.home, {"MEDIA_ARCHIVE_BROKER_URL": broker, "MEDIA_ARCHIVE_KEEP_FREE": "0"}
    ).environment
    return subprocess.Popen([sys.executable, *command], env=environment, cwd=PROJECT)


@pytest.mark.slow
def test_thirty_wakings_leave_few_messages(archive: Archive, rabbitmq: str) -> None:
    assert _run(archive, rabbitmq, "-c", WAKE).wait(120) == 0
    with kombu.Connection(rabbitmq) as connection:
        channel = connection.default_channel
        assert 1 <= channel.queue_declare("photo", passive=True).message_count <= 15
        channel.queue_purge("photo")


@pytest.mark.slow
def test_workers_on_rabbitmq_do_what_was_asked_for(archive: Archive, rabbitmq: str, tmp_path: Path) -> None:
    summary = receive(archive, [tmp_path / "card"], Wish("拍摄")) if pictures(tmp_path / "card", 5) else None
    assert summary
    worker = _run(
        archive, rabbitmq, "-m", "celery", "-A", "workers.app:app", "worker", "-Q", "fast,photo,upkeep", "-c", "2"
    )
    scheduler = _run(archive, rabbitmq, "-m", "media_archive.cli.main", "worker", "scheduler")
    try:
        wait_until(lambda: _unfinished(archive, summary.shoot_id) == 0, 120)
    finally:
        for process in (scheduler, worker):
            _end(process)
    with archive.reading() as session:
        assert len(session.scalars(select(Rendition)).all()) == 15


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends it the way the supervisor does: asked first, and by force if it does not."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _unfinished(archive: Archive, shoot_id: UUID) -> int:
    with archive.reading() as session:
        counts = jobs.counts(session, shoot_id)
    return counts["wanted"] + counts["running"]


@pytest.mark.slow
def test_a_queue_that_is_not_there_holds_nobody_up(archive: Archive) -> None:
    began = time.monotonic()
    assert _run(archive, "redis+socket:///nowhere/valkey.sock", "-c", WAKE).wait(60) == 0
    assert time.monotonic() - began < 30
