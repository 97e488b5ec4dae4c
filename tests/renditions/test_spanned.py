"""Recordings that span several files are played as one film, without a seam."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Rendition
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.renditions.films.recordings import render_recording
from media_archive.renditions.recipes import book
from media_archive.renditions.render import fulfil
from media_archive.storage.models import File
from tests.renditions.conftest import draw, output
from tests.renditions.test_pieces import LAVFI, NUMBERED, Ordered, Shown, ordered

__all__ = ["ordered"]
pytestmark = pytest.mark.slow
Draw = Callable[..., Path]


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One shot of 7.2 seconds in three files, as cameras cut it: without gap or overlap; the sound a quiet tone."""
    folder, made = tmp_path_factory.mktemp("shot"), []
    for number, (first, end) in enumerate(((0, 75), (75, 150), (150, 180))):
        picture = f"color=black:size=360x180:rate=25:duration=7.2,{NUMBERED},trim=start_frame={first}:end_frame={end}"
        sound = f"sine=frequency=300:sample_rate=48000:duration=7.2,atrim=start={first / 25}:end={end / 25}"
        zero = (*LAVFI, f"{picture},setpts=PTS-STARTPTS", *LAVFI, f"{sound},asetpts=PTS-STARTPTS")
        coded = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "alac")
        made.append(draw(folder / f"GX0{number + 1}0042.MP4", *zero, *coded))
    return made


@pytest.fixture
def parts(shot: list[Path], tmp_path: Path) -> list[Path]:
    """Its files, for one test to do with as it likes."""
    return [Path(shutil.copy(path, tmp_path)) for path in shot]


def test_all_parts_are_one_film(ordered: Ordered, parts: list[Path]) -> None:
    rendered = render_recording(ordered(parts[0], "scratch", *parts[1:]))
    assert rendered.problem is None
    shown = Shown(output(rendered, "proxy"))
    assert shown.numbers == list(range(180))
    assert rendered.duration == pytest.approx(7.2, abs=0.03)
    assert "00:00:07.000" in output(rendered, "sprites-index").read_text()
    peaks = json.loads(output(rendered, "peaks").read_text())
    assert peaks["length"] * peaks["samples_per_pixel"] / peaks["sample_rate"] == pytest.approx(7.2, abs=0.02)


def test_the_sound_has_no_gap_at_a_seam(ordered: Ordered, parts: list[Path]) -> None:
    rendered = render_recording(ordered(parts[0], "scratch", *parts[1:]))
    with av.open(str(output(rendered, "proxy"))) as container:
        sound = np.concatenate([frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)])
    # the loudness of every two milliseconds around the seams is that of a steady tone
    for seam in (3.0, 6.0):
        around = sound[int((seam - 0.05) * 48000) : int((seam + 0.05) * 48000)]
        loud = np.sqrt((around[: len(around) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1))
        assert loud.min() > 0.7 * loud.max()


def test_parts_that_do_not_fit_together_leave_the_first_to_play(
    ordered: Ordered, parts: list[Path], drawn: Draw
) -> None:
    other = drawn("GX040042.MP4", *LAVFI, "testsrc2=size=160x90:rate=50:duration=1", "-c:v", "libx264")
    rendered = render_recording(ordered(parts[0], "scratch", other))
    assert len(Shown(output(rendered, "proxy")).numbers) == 75
    assert "only the first can be played" in str(rendered.problem)


def test_a_card_of_parts_becomes_one_film(archive: Archive, parts: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "card" / "DCIM" / "100GOPRO"
    folder.mkdir(parents=True)
    for path in parts:
        path.rename(folder / path.name)
    receive(archive, [tmp_path / "card"], Wish(shoot="长镜头"))
    runner = archive.runner()
    for _ in range(2):
        for queue in ("fast", "video"):
            runner.drain(queue)
    with archive.reading() as session:
        asset = session.scalars(select(Asset)).one()
        proxy = session.scalars(select(Rendition).where(Rendition.recipe == "proxy")).one()
        assert [
            one.part for one in session.scalars(select(File).where(File.role == "original").order_by(File.part))
        ] == [1, 2, 3]
        file = session.get_one(File, proxy.file_id)
        path = archive.stores.path(file.copies[0].store, file.copies[0].key)
    assert path is not None
    assert Shown(path).numbers == list(range(180))
    assert asset.duration == pytest.approx(7.2, abs=0.03)


def test_every_part_has_an_edit_proxy_of_its_own_name(ordered: Ordered, parts: list[Path]) -> None:
    recipe = next(one for one in book("film").recipe if one.name == "edit-proxy")
    order = ordered(parts[0], "scratch", *parts[1:])
    names = tuple(path.name for path in parts)
    rendered = fulfil("film", replace(order, recipes=[recipe], names=names))
    found = {one.name: (one.file_name, one.duration) for one in rendered.outputs}
    assert found == {
        "edit-proxy": ("GX010042.mov", 3.0),
        "edit-proxy-part-2": ("GX020042.mov", 3.0),
        "edit-proxy-part-3": ("GX030042.mov", pytest.approx(1.2)),
    }
