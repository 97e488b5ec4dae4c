"""Long films as jobs: any worker makes any piece, one that dies costs one piece, and nothing is left lying about."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Rendition
from media_archive.config import load
from media_archive.db import now
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job, State
from media_archive.renditions import asking, dividing
from media_archive.renditions.models import Division, Piece
from media_archive.renditions.planning import hold
from media_archive.storage import own, passing
from media_archive.storage.models import File
from tests.renditions.conftest import draw
from tests.renditions.test_pieces import Shown, beeps, numbered

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
Draw = Callable[..., Path]
#: seconds of film that are a long one here
LONG = 3.0
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac")


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("film") / "a.mp4", *numbered("25", 8), *beeps(8), *X264)


def with_short_chunks(archive: Archive) -> Archive:
    return Archive.open(load(home=archive.settings.home, keep_free=0, chunk_minutes=LONG / 60))


def work(archive: Archive, *queues: str) -> None:
    runner = archive.runner()
    for _ in range(2):
        for queue in queues or ("fast", "video", "upkeep"):
            runner.drain(queue)


def passing_objects(archive: Archive) -> list[str]:
    return [
        key
        for name in archive.stores.names
        for batch in archive.stores.store(name).batches()
        for key in batch
        if key.startswith(own.PASSING)
    ]


def test_a_long_film_is_made_in_pieces_and_joined(archive: Archive, long_film: Path) -> None:
    archive = with_short_chunks(archive)
    receive(archive, [long_film], Wish(shoot="长片"))
    work(archive)
    with archive.reading() as session:
        asset = session.scalars(select(Asset)).one()
        kinds = dict(session.execute(select(Job.kind, func.count()).group_by(Job.kind)).all())
        states = set(session.scalars(select(Job.state)))
        division = session.scalars(select(Division)).one()
        made = {one.recipe: one for one in session.scalars(select(Rendition))}
        file = session.get_one(File, made["proxy"].file_id)
        path = archive.stores.path(file.copies[0].store, file.copies[0].key)
    assert kinds["render-chunk"] >= 5
    assert (kinds["render-film"], kinds["render-join"]) == (1, 1)
    assert states == {State.DONE}
    assert asset.problem is None
    assert asset.rendered_at is not None
    assert (division.problem, division.ended_at is None) == (None, False)
    assert {"proxy", "hls", "sprites", "thumb", "poster", "peaks", "analysis"} <= set(made)
    assert path is not None
    assert Shown(path).numbers == list(range(200))
    assert passing_objects(archive) == []


def test_while_it_is_being_made_nothing_is_made_twice(archive: Archive, long_film: Path) -> None:
    archive = with_short_chunks(archive)
    receive(archive, [long_film], Wish(shoot="长片"))
    archive.runner().drain("fast")
    _once(archive, "render-film")
    with archive.transaction() as session:
        asset_id = session.scalars(select(Asset.id)).one()
        asking.follow(session, hold(session, asset_id), ())
    work(archive)
    with archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(Division)) == 1
        assert session.scalar(select(func.count()).select_from(Piece)) == session.scalar(
            select(func.count()).select_from(Job).where(Job.kind == "render-chunk")
        )
        assert session.get_one(Asset, asset_id).rendered_at is not None


def test_a_piece_whose_bytes_rot_is_made_again(archive: Archive, long_film: Path) -> None:
    archive = with_short_chunks(archive)
    receive(archive, [long_film], Wish(shoot="长片"))
    archive.runner().drain("fast")
    _until_the_join(archive)
    key = passing_objects(archive)[0]
    path = archive.stores.path(archive.stores.names[0], key)
    assert path is not None
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    work(archive)
    with archive.reading() as session:
        assert session.scalars(select(Division)).one().problem is None
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "render-join")) == 2
        assert "proxy" in set(session.scalars(select(Rendition.recipe)))


def test_a_film_that_cannot_be_made_in_pieces_is_made_whole(archive: Archive, long_film: Path) -> None:
    archive = with_short_chunks(archive)
    receive(archive, [long_film], Wish(shoot="长片"))
    archive.runner().drain("fast")
    _once(archive, "render-film")
    with archive.transaction() as session:
        piece = session.scalars(select(Piece).order_by(Piece.number)).all()[-2]
        piece.share = piece.share | {"end": piece.share["end"] + 10_000}  # frames that do not exist
    work(archive)
    with archive.reading() as session:
        division = session.scalars(select(Division)).one()
        assert division.problem is not None
        assert "proxy" in set(session.scalars(select(Rendition.recipe)))
        assert session.scalars(select(Asset)).one().problem is None
    assert passing_objects(archive) == []


def test_what_a_worker_leaves_after_the_end_is_tidied(archive: Archive, long_film: Path) -> None:
    archive = with_short_chunks(archive)
    receive(archive, [long_film], Wish(shoot="长片"))
    work(archive)
    with archive.reading() as session:
        piece = session.scalars(select(Piece)).first()
    assert piece is not None
    passing.put(archive.stores, piece.id, long_film)
    assert passing_objects(archive)
    archive.tidy()
    assert passing_objects(archive) == []
    with archive.transaction() as session:
        session.execute(update(Division).values(ended_at=now() - 2 * dividing.FORGOTTEN))
    archive.tidy()
    with archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(Piece)) == 0


WORKER = """
import sys
from pathlib import Path
from media_archive.archive import Archive
from media_archive.config import load
archive = Archive.open(load(home=Path(sys.argv[1]), keep_free=0, chunk_minutes=float(sys.argv[2])))
archive.runner().drain("video")
"""


def test_a_worker_that_is_killed_costs_one_piece(archive: Archive, drawn: Draw) -> None:
    film = drawn("a.mp4", *numbered("25", 16), *beeps(16), *X264)
    archive = with_short_chunks(archive)
    receive(archive, [film], Wish(shoot="长片"))
    archive.runner().drain("fast")
    _once(archive, "render-film")
    command = [sys.executable, "-c", WORKER, str(archive.settings.home), str(LONG / 60)]
    victim = subprocess.Popen(command)
    while _count(archive, State.DONE) < 2 or not _count(archive, State.RUNNING):
        time.sleep(0.05)
        assert victim.poll() is None
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    with archive.reading() as session:
        done = set(session.scalars(select(Job.id).where(Job.kind == dividing.PIECE, Job.state == State.DONE)))
    archive.runner().sweep()
    with archive.transaction() as session:
        session.execute(update(Job).where(Job.state == State.WANTED).values(run_after=now()))
    others = [subprocess.Popen(command) for _ in range(2)]
    assert [other.wait(timeout=300) for other in others] == [0, 0]
    work(archive, "video")
    with archive.reading() as session:
        attempts = {one.id: one.attempts for one in session.scalars(select(Job).where(Job.kind == dividing.PIECE))}
        made = session.scalars(select(Rendition).where(Rendition.recipe == "proxy")).one()
        file = session.get_one(File, made.file_id)
        path = archive.stores.path(file.copies[0].store, file.copies[0].key)
    assert sorted(attempts.values())[-2:] == [1, 2], "only what the dead worker was at is made again"
    assert all(attempts[one] == 1 for one in done)
    assert path is not None
    assert Shown(path).numbers == list(range(400))
    assert passing_objects(archive) == []


def _count(archive: Archive, state: State) -> int:
    query = select(func.count()).select_from(Job).where(Job.kind == dividing.PIECE, Job.state == state)
    with archive.reading() as session:
        return session.scalar(query) or 0


def _once(archive: Archive, kind: str) -> None:
    """Does the one job of `kind` that is wanted, and no other."""
    runner = archive.runner()
    with archive.transaction() as session:
        [job] = jobs.claim(session, "video")
    assert job.kind == kind
    runner._attempt(job)


def _until_the_join(archive: Archive) -> None:
    runner = archive.runner()
    while True:
        with archive.reading() as session:
            if session.scalar(select(func.count()).select_from(Job).where(Job.kind == dividing.JOIN)):
                return
        with archive.transaction() as session:
            [job] = jobs.claim(session, "video")
        runner._attempt(job)
