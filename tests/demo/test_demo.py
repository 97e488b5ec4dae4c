"""The demonstration archive: drawn the same every time, with the metadata of real cameras."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Kind
from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.config import Settings
from media_archive.demo import films, loading, making, stills
from media_archive.demo.city import CITY
from media_archive.ingest.models import Receipt
from media_archive.tools import ffmpeg


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stills.draw(stills.STILLS[4], 5, tmp_path_factory.mktemp("drawn"))


@pytest.mark.slow
def test_a_picture_is_the_same_every_time(drawn: Path, tmp_path: Path) -> None:
    assert stills.draw(stills.STILLS[4], 5, tmp_path).read_bytes() == drawn.read_bytes()


def test_a_picture_carries_what_a_camera_writes(drawn: Path) -> None:
    exif = Image.open(drawn).getexif()
    detail, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif[ExifTags.Base.Model] == "ILCE-7RM5"
    assert detail[ExifTags.Base.DateTimeOriginal].startswith("2018:04:12 08:15")
    assert detail[ExifTags.Base.OffsetTimeOriginal] == "+08:00"
    degrees, minutes, _ = place[ExifTags.GPS.GPSLatitude]
    assert (degrees, minutes) == (37, 2)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
def test_another_program_reads_its_captions(drawn: Path) -> None:
    command = ["exiftool", "-j", "-IPTC:all", "-XMP:all", "-charset", "iptc=utf8", "-validate", str(drawn)]
    [found] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert found["Title"] == found["ObjectName"] == "云溪大桥挂索"
    assert found["Caption-Abstract"] == found["Description"] == "首批斜拉索张拉完成。"
    assert "斜拉索" in found["Keywords"]
    assert "Error" not in found["Validate"]


def test_the_pictures_span_the_years_and_the_shapes() -> None:
    years = {still.when.year for still in stills.STILLS}
    shapes = {still.size[0] > still.size[1] for still in stills.STILLS}
    assert min(years) == 1998
    assert max(years) == 2025
    assert shapes == {True, False}
    assert len({still.title for still in stills.STILLS}) == len(stills.STILLS) >= 40


def test_every_shoot_names_subjects_that_the_city_has() -> None:
    known = {place.code for place in CITY.places} | {place.name for place in CITY.places}
    for wish in making.WISHES:
        assert {*wish.projects, *wish.landmarks, *wish.streets} <= known
    shoots = {wish.shoot for wish in making.WISHES}
    assert {one.shoot for one in (*stills.STILLS, *films.FILMS, *films.SOUNDS)} == shoots


def test_parents_come_before_their_parts() -> None:
    seen: set[str | None] = set()
    for place in CITY.places:
        assert place.parent is None or place.parent in seen
        seen |= {place.code, place.name}


@pytest.mark.slow
@pytest.mark.parametrize("film", films.FILMS, ids=lambda film: film.name)
def test_every_clip_moves(film: films.Film) -> None:
    frames = list(islice(film.frames(film.size, round(film.seconds * film.rate)), 30))
    assert {frame.size for frame in frames} == {film.size}
    assert len({frame.tobytes() for frame in frames}) > 10


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(Settings(home=tmp_path / "home"))
    opened.init()
    yield opened
    opened.close()


@pytest.fixture
def short_films(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips of two seconds in quarters of their size: how they are drawn, other tests look at."""
    clips = [
        replace(one, size=(one.size[0] // 4 * 2, one.size[1] // 4 * 2), seconds=min(one.seconds, 2.0))
        for one in films.FILMS
    ]
    monkeypatch.setattr(films, "FILMS", tuple(clips))


@pytest.mark.slow
def test_it_comes_in_like_any_shoot(archive: Archive, short_films: None) -> None:
    assert loading.is_wanted(archive)
    first = loading.load(archive)
    count = len(stills.STILLS) + len(films.FILMS) + len(films.SOUNDS)
    assert sum(one.added for one in first) == count
    assert not any(one.problems for one in first)
    assert not loading.is_wanted(archive)
    with archive.reading() as session:
        assets = session.scalars(select(Asset)).all()
        street = session.scalars(select(Subject).where(Subject.name == "解放路")).one()
        assert {asset.kind for asset in assets} == {Kind.PHOTO, Kind.FILM, Kind.SOUND}
        assert [one.name for one in street.names if one.valid_from == "1949"] == ["中山街"]
        assert street.kind == SubjectKind.STREET
        assert street.geometry
        assert session.scalars(select(Receipt)).first()


@pytest.mark.slow
def test_an_archive_with_assets_of_its_own_is_left_alone(archive: Archive, drawn: Path) -> None:
    from media_archive.ingest.service import receive
    from media_archive.ingest.wish import Wish

    receive(archive, [drawn], Wish("自己的"))
    assert not loading.is_wanted(archive)


@pytest.fixture
def short(archive: Archive, tmp_path: Path) -> Callable[[], Path]:
    """Draws half a second of a clip, each time in a folder of its own."""
    numbers = count()

    def draw() -> Path:
        film = replace(films.FILMS[3], seconds=0.5)
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return films.shoot(film, ffmpeg.find(archive.settings), folder)

    return draw


@pytest.mark.slow
def test_a_clip_keeps_its_start_timecode(short: Callable[[], Path]) -> None:
    written = short().read_bytes()
    assert len(written) > 10_000
    assert b"tmcd" in written


@pytest.mark.slow
def test_a_clip_is_the_same_every_time(short: Callable[[], Path]) -> None:
    """So that a loading that was interrupted adds nothing twice."""
    assert short().read_bytes() == short().read_bytes()
