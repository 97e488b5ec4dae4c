"""From an ingested picture to its words: asked for behind the renditions, made by a worker of its own, made anew."""

from pathlib import Path

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import lines
from media_archive.catalogue.models import Asset, Rendition
from media_archive.config import Settings, load
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs.models import Job
from media_archive.renditions import asking
from media_archive.renditions.planning import Standing, hold, plan
from media_archive.search import service as search
from media_archive.texts import engines
from media_archive.tools import ffmpeg
from tests.texts import drawing

pytestmark = pytest.mark.slow

SIGN = "解放北路"


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    return load(home=tmp_path / "home", keep_free=0, read_texts=getattr(request, "param", "yes"))


def photograph(folder: Path) -> Path:
    picture = drawing.canvas(1200, 800)
    drawing.hang(picture, drawing.plate(SIGN, 90, "white", "#1e50a0"), (300, 200))
    folder.mkdir(exist_ok=True)
    picture.save(folder / "街.jpg", quality=92)
    return folder


def bring_in(archive: Archive, folder: Path, *queues: str) -> Asset:
    receive(archive, [folder], Wish(shoot="实拍"))
    for queue in ("fast", *queues):
        archive.runner().drain(queue)
    with archive.reading() as session:
        return session.scalars(select(Asset)).one()


def jobs(archive: Archive, kind: str) -> list[Job]:
    with archive.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == kind)))


@pytest.mark.slow
def test_what_stands_on_a_sign_is_found_after_the_worker_was_there(archive: Archive, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="the package rapidocr is not installed")
    asset = bring_in(archive, photograph(tmp_path / "card"), "photo", "text")
    archive.index()
    with archive.reading() as session:
        assert [line.text for line in lines.of(session, asset.id)] == [SIGN]
        assert search.find(session, SIGN).ids == [asset.id]
        made = session.scalars(select(Rendition).where(Rendition.recipe == "text")).one()
        assert made.file.media_type == "application/json"
        assert plan(hold(session, asset.id), archive.settings.chosen_recipes).standing(Standing.MISSING) == []
    # a person's word stays when everything is made anew
    with archive.transaction() as session:
        [line] = lines.of(session, asset.id)
        lines.correct(session, asset.id, line.id, "解放北路（原南门大街）", "王敏")
        asking.ask(session, hold(session, asset.id), ["text"], archive.settings.chosen_recipes, "王敏", anew=True)
    archive.runner().drain("text")
    with archive.reading() as session:
        assert [line.text for line in lines.of(session, asset.id)] == ["解放北路（原南门大街）"]
    assert [job.state for job in jobs(archive, "read-text")] == ["done", "done"]


def test_nobody_waits_for_the_text_of_a_shoot(archive: Archive, tmp_path: Path) -> None:
    bring_in(archive, photograph(tmp_path / "card"), "photo")
    [job] = jobs(archive, "read-text")
    assert (job.queue, job.shoot_id, job.state) == ("text", None, "wanted")


@pytest.mark.parametrize("settings", ["no"], indirect=True)
def test_where_texts_are_not_to_be_read_nobody_asks_for_them(archive: Archive, tmp_path: Path) -> None:
    asset = bring_in(archive, photograph(tmp_path / "card"), "photo")
    assert jobs(archive, "read-text") == []
    with archive.reading() as session:
        items = plan(hold(session, asset.id), archive.settings.chosen_recipes).items
    assert "text" not in {item.recipe.name for item in items}


def test_without_the_engine_the_job_says_what_is_missing(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(archive, photograph(tmp_path / "card"), "photo")

    def gone(name: str) -> str:
        raise engines.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(engines.metadata, "version", gone)
    archive.runner().drain("text")
    [job] = jobs(archive, "read-text")
    assert job.state == "wanted"
    assert job.problem is not None
    assert job.problem["facts"] == {"package": "rapidocr"}


@pytest.mark.slow
def test_what_a_film_shows_is_read_with_its_seconds(archive: Archive, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="the package rapidocr is not installed")
    card = tmp_path / "card"
    card.mkdir()
    for number, text in enumerate(["开工典礼", "竣工验收"]):
        picture = drawing.canvas(1280, 720)
        drawing.hang(picture, drawing.plate(text, 100, "white", "#902020"), (300, 200))
        picture.save(tmp_path / f"{number}.png")
    program = ffmpeg.find(archive.settings)
    stills = [ffmpeg.ffmpeg.input(str(tmp_path / f"{one}.png"), loop=1, t=7, framerate=25) for one in (0, 1)]
    film = ffmpeg.ffmpeg.concat(*stills).output(
        str(card / "影.mp4"), pix_fmt="yuv420p", vcodec="libx264", preset="ultrafast"
    )
    film.run(cmd=program, quiet=True)
    asset = bring_in(archive, card, "video", "text")
    archive.index()
    with archive.reading() as session:
        found = [(line.text, line.starts, line.ends) for line in lines.of(session, asset.id)]
        assert search.find(session, "竣工").total == 1
    assert [text for text, _, _ in found] == ["开工典礼", "竣工验收"]
    # looked at every three seconds: 0 3 6 | 9 12
    assert found[0][1:] == (0, 9)
    assert found[1][1] == 9
    assert found[1][2] == pytest.approx(14, abs=0.2)
