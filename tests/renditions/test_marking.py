"""What is shown outside carries the archive's watermark, and is made anew when that changes."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from media_archive.archive import Archive
from media_archive.catalogue import marks, service
from media_archive.catalogue.models import Asset, Rendition, Watermark
from media_archive.errors import Invalid, Unavailable
from media_archive.jobs.kinds import QUEUES
from media_archive.renditions import remaking
from media_archive.renditions.marking.drawing import layer
from media_archive.renditions.marking.marks import told
from media_archive.renditions.planning import hold, plan
from media_archive.tools import ffmpeg, fonts
from tests.cli.outgoing import answer, filled, run

GREY = (120, 120, 120)


def _needs_chinese(archive: Archive) -> None:
    try:
        fonts.find(archive.settings, "档案")
    except Unavailable:
        pytest.skip("no font of this machine has Chinese signs")


def _give(archive: Archive, picture: bytes | None = None, **look: object) -> None:
    with archive.transaction() as session:
        institution = service.archive_by_code(session, archive.settings.archive_code)
        marks.change(session, institution, marks.checked(**look), picture, "tester")
        session.flush()
        remaking.notice(session, archive.settings)


def _work(archive: Archive) -> None:
    for _ in range(3):
        for queue in QUEUES:
            archive.runner().drain(queue)


def _path(archive: Archive, asset: Asset, name: str) -> Path:
    with archive.reading() as session:
        query = select(Rendition).where(Rendition.asset_id == asset.id, Rendition.recipe == name)
        made = session.scalars(query.options(joinedload(Rendition.file))).one()
        [copy] = made.file.copies
    path = archive.stores.path(copy.store, copy.key)
    assert path
    return path


def _standing(archive: Archive, asset: Asset) -> dict[str, str]:
    with archive.reading() as session:
        items = plan(hold(session, asset.id), archive.settings.chosen_recipes).items
    return {item.recipe.name: item.standing.value for item in items}


@pytest.fixture
def public(archive: Archive) -> Archive:
    """An archive that makes public renditions of everything."""
    _needs_chinese(archive)
    return Archive.open(archive.settings.model_copy(update={"recipes": "public,public-proxy"}))


def _grey(path: Path, size: tuple[int, int] = (1200, 800)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, GREY).save(path, quality=95)
    return path


def _touched(path: Path, name: str = "L") -> np.ndarray:
    """Where a picture that was plain grey is not any more."""
    with Image.open(path) as opened:
        return np.abs(np.asarray(opened.convert(name), np.int16) - GREY[0]) > 12


@pytest.mark.slow
def test_a_public_picture_is_marked_where_it_is_said_and_only_there(public: Archive, tmp_path: Path) -> None:
    _give(public, text="德州市城建档案馆", position="bottom-right", opacity=1)
    [asset] = filled(public, _grey(tmp_path / "card" / "a.jpg"))
    _work(public)
    marked = _touched(_path(public, asset, "public"))
    rows, columns = np.nonzero(marked)
    assert columns.max() > 1100
    assert rows.max() > 700
    assert columns.min() > 1200 * 0.65
    assert rows.min() > 600
    assert columns.max() - columns.min() == pytest.approx(1200 * 0.25, rel=0.1)
    assert not _touched(_path(public, asset, "large")).any()


@pytest.mark.slow
def test_a_change_of_the_mark_makes_what_carries_it_anew_without_the_original(public: Archive, tmp_path: Path) -> None:
    _give(public, text="旧", position="top-left")
    [asset] = filled(public, _grey(tmp_path / "card" / "a.jpg"))
    _work(public)
    before = _path(public, asset, "public").read_bytes()
    large = _path(public, asset, "large")
    _give(public, text="新", position="center")
    assert _standing(public, asset)["public"] == "outdated"
    assert _standing(public, asset)["large"] == "current"
    _work(public)
    assert _standing(public, asset)["public"] == "current"
    assert _path(public, asset, "public").read_bytes() != before
    assert _path(public, asset, "large") == large


@pytest.mark.slow
def test_without_a_watermark_nothing_public_is_made_and_the_plan_says_why(public: Archive, tmp_path: Path) -> None:
    [asset] = filled(public, _grey(tmp_path / "card" / "a.jpg"))
    _work(public)
    assert _standing(public, asset)["public"] == "impossible"
    _give(public, text="档案")
    _work(public)
    assert _standing(public, asset)["public"] == "current"


@pytest.mark.slow
def test_a_marked_film_has_the_proxys_frames_and_sound(public: Archive, tmp_path: Path) -> None:
    _give(public, text="德州", position="center", size=0.5, opacity=1)
    film = tmp_path / "card" / "a.mp4"
    film.parent.mkdir()
    grey = ("-f", "lavfi", "-i", "color=c=gray:s=640x360:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2")
    program = ffmpeg.find(public.settings)
    subprocess.run([program, "-v", "error", *grey, "-pix_fmt", "yuv420p", str(film)], check=True)
    [asset] = filled(public, film)
    _work(public)
    import av

    with (
        av.open(str(_path(public, asset, "proxy"))) as proxy,
        av.open(str(_path(public, asset, "public-proxy"))) as marked,
    ):
        kinds = [one.type for one in marked.streams]
        assert kinds.count("video") == kinds.count("audio") == 1
        plain = [frame.to_ndarray(format="gray") for frame in proxy.decode(video=0)]
        drawn = [frame.to_ndarray(format="gray") for frame in marked.decode(video=0)]
    assert len(drawn) == len(plain)
    for before, after in (pair for pair in zip(plain[::20], drawn[::20], strict=True)):
        changed = np.abs(before.astype(int) - after.astype(int)) > 25
        rows, columns = np.nonzero(changed)
        assert 150 < columns.mean() < 490
        assert 100 < rows.mean() < 260
        assert not changed[:40].any()


@pytest.mark.slow
@pytest.mark.parametrize("ground", [0, 128, 255], ids=["black", "grey", "white"])
def test_a_text_can_be_read_on_any_ground(archive: Archive, ground: int) -> None:
    _needs_chinese(archive)
    mark = told(archive.settings, Watermark(look=marks.Mark(text="德州市城建档案馆", opacity=0.6).model_dump()))
    picture = Image.new("RGBA", (1200, 800), (ground, ground, ground, 255))
    picture.alpha_composite(layer(1200, 800, mark))
    contrast = np.abs(np.asarray(picture.convert("L"), np.int16) - ground)
    assert contrast.max() > 60


@pytest.mark.parametrize("position", marks.PLACES)
@pytest.mark.parametrize("size", [(3000, 200), (200, 3000), (64, 48)])
def test_a_mark_lies_on_the_picture_whatever_its_shape(archive: Archive, position: str, size: tuple[int, int]) -> None:
    _needs_chinese(archive)
    look = marks.checked(text="德州市\n城建档案馆", position=position, size=1, margin=0.4)
    drawn = layer(*size, told(archive.settings, Watermark(look=look.model_dump())))
    assert drawn.size == size
    assert drawn.getchannel("A").getextrema()[1] > 0


@pytest.mark.slow
def test_the_command_shows_changes_and_samples_a_watermark(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _needs_chinese(archive)
    logo, sample = tmp_path / "logo.png", tmp_path / "sample.jpg"
    Image.new("RGBA", (300, 100), (200, 0, 0, 255)).save(logo)
    shown = answer(archive, monkeypatch, "watermark", "--picture", logo, "--position", "tiled", "--sample", sample)
    assert (shown["picture"], shown["position"], shown["text"]) == (True, "tiled", "")
    with Image.open(sample) as drawn:
        red = np.asarray(drawn.convert("RGB"), np.int16)
    assert (red[..., 0] - red[..., 1] > 60).mean() > 0.1
    logo.write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    assert run(archive, monkeypatch, "watermark", "--picture", logo).exit_code == 1
    assert answer(archive, monkeypatch, "watermark")["picture"] is True
    assert answer(archive, monkeypatch, "watermark", "--remove") == {}


@pytest.mark.parametrize("look", [{"opacity": 0}, {"position": "nowhere"}, {"text": "a\x1b"}, {"size": 2}])
def test_a_look_that_cannot_be_is_refused(look: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="The watermark is refused"):
        marks.checked(**look)
