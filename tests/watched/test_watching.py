"""Watch folders: what has come to rest is taken in as it lies, once, and nothing there is touched."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

from media_archive.archive import Archive
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Shoot
from media_archive.db import now
from media_archive.errors import Conflict, Forbidden, NotFound
from media_archive.jobs.models import Job
from media_archive.storage.models import File
from media_archive.watched import looking, service
from media_archive.watched.models import Sighting, WatchFolder
from media_archive.watched.work import Looked, ask, scan


def picture(path: Path, colour: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), (colour, 90, 120)).save(path, "JPEG")
    return path


@pytest.fixture
def nas(archive: Archive, tmp_path: Path) -> Path:
    folder = tmp_path / "nas" / "camera"
    folder.mkdir(parents=True)
    object.__setattr__(archive, "settings", archive.settings.model_copy(update={"watch_roots": str(tmp_path / "nas")}))
    return folder


Look = Callable[[], Looked]


@pytest.fixture
def look(archive: Archive, nas: Path) -> Look:
    """Watches the folder; looks into it as if the quiet time were over since the look before."""
    with archive.transaction() as session:
        home = session.scalars(select(Institution)).one()
        folder = service.add(archive, session, home, nas, {"shoot": "{folder}"}, 60, "test")

    def once(rested: bool = True) -> Looked:
        if rested:
            with archive.transaction() as session:
                session.execute(update(Sighting).values(since=now() - timedelta(seconds=61)))
        return scan(archive, folder.id)

    return once


def added(looked: Looked) -> int:
    return sum(one.added for one in looked.taken)


@pytest.mark.slow
def test_a_file_is_taken_once_it_has_come_to_rest(archive: Archive, nas: Path, look: Look) -> None:
    one = picture(nas / "2024-06 解放路" / "IMG_1.JPG")
    before = one.stat()
    assert (added(look()), look(rested=False).waiting) == (0, 1)
    assert added(look()) == 1
    assert look().taken == []
    assert one.stat().st_mtime_ns == before.st_mtime_ns
    with archive.reading() as session:
        assert session.scalars(select(Shoot.name)).all() == ["2024-06 解放路"]


def test_a_file_that_grows_begins_its_rest_anew(nas: Path, look: Look) -> None:
    one = picture(nas / "a" / "IMG_1.JPG")
    look()
    with one.open("ab") as more:
        more.write(b"more")
    assert look().waiting == 1
    assert added(look()) == 1


@pytest.mark.slow
def test_a_file_open_for_writing_waits(nas: Path, look: Look) -> None:
    one = picture(nas / "a" / "IMG_1.JPG")
    look()
    with one.open("ab"):
        assert looking.is_written(one)
        assert added(look()) == 0
    assert added(look()) == 1


def test_files_of_one_name_go_together(archive: Archive, nas: Path, look: Look) -> None:
    picture(nas / "a" / "IMG_1.JPG")
    look()
    (nas / "a" / "IMG_1.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
    )
    assert added(look()) == 0
    assert added(look()) == 2
    with archive.reading() as session:
        assert len(session.scalars(select(Asset.id)).all()) == 1
        assert len(session.scalars(select(File.id)).all()) == 2


def test_unfinished_names_and_links_are_left_alone(tmp_path: Path, nas: Path, look: Look) -> None:
    picture(nas / "a" / "IMG_1.JPG").rename(nas / "a" / "IMG_1.JPG.part")
    (nas / "a" / "IMG_2.JPG").symlink_to(picture(tmp_path / "elsewhere.jpg"))
    (nas / "b").symlink_to(tmp_path)
    look()
    assert look().files == 0


def test_only_allowed_folders_are_watched(archive: Archive, nas: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (nas / "out").symlink_to(elsewhere)
    for path in (elsewhere, nas / "out", nas / ".." / ".." / "elsewhere", archive.settings.home):
        with pytest.raises(Forbidden):
            service.allowed(archive, path)
    with pytest.raises(NotFound):
        service.allowed(archive, nas / "missing")


def test_nothing_is_watched_twice(archive: Archive, nas: Path, look: Look) -> None:
    (nas / "a").mkdir()
    with archive.transaction() as session:
        home = session.scalars(select(Institution)).one()
        for path in (nas, nas / "a", nas.parent):
            with pytest.raises(Conflict):
                service.add(archive, session, home, path, {"shoot": "x"}, 60, "test")


def test_a_folder_that_became_a_link_elsewhere_is_not_looked_into(
    archive: Archive, nas: Path, tmp_path: Path, look: Look
) -> None:
    (tmp_path / "secret").mkdir()
    nas.rmdir()
    nas.symlink_to(tmp_path / "secret")
    with pytest.raises(Forbidden):
        look()
    with archive.reading() as session:
        assert session.scalars(select(WatchFolder)).one().problem


def test_an_empty_mount_point_makes_nothing_come_twice(nas: Path, look: Look, tmp_path: Path) -> None:
    picture(nas / "a" / "IMG_1.JPG")
    look()
    assert added(look()) == 1
    nas.rename(tmp_path / "away")
    nas.mkdir()
    look()
    nas.rmdir()
    (tmp_path / "away").rename(nas)
    assert look().taken == []


def test_looks_are_asked_for_when_they_are_due(archive: Archive, look: Look) -> None:
    ask(archive)
    ask(archive)
    with archive.transaction() as session:
        session.execute(update(Job).values(state="done", ticket=None))
    ask(archive)
    with archive.reading() as session:
        assert [job.kind for job in session.scalars(select(Job))] == ["watch"]
