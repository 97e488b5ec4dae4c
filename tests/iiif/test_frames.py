"""Frames of films: exactly the one on show, upright, square, made whole."""

import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy
import pytest
import pyvips

from media_archive.config import Settings
from media_archive.errors import NotFound
from media_archive.iiif import frames
from media_archive.tools import ffmpeg

PLAN = {"tile": 512, "quality": 88, "max_frame_pixels": 10**8, "standard_range": False}


def film(
    path: Path, count: int, rate: Fraction, *, size: tuple[int, int] = (96, 64), aspect: Fraction | None = None
) -> Path:
    """Every frame has a grey of its own, `tone(n)`; long groups, so that most moments lie between key frames."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"qp": "0", "bf": "3", "g": "50"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        if aspect:
            stream.sample_aspect_ratio = aspect
        for number in range(count):
            pixels = numpy.full((size[1], size[0], 3), tone(number), numpy.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode())
    return path


def tone(number: int) -> int:
    return 20 + number * 37 % 200


def made(path: Path, seconds: Fraction, out: Path) -> pyvips.Image:
    frames.make(str(path), str(seconds), str(out), PLAN)
    return pyvips.Image.new_from_file(str(out))


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(60000, 1001)])
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_the_frame_is_exact_at_start_middle_and_end(tmp_path: Path, rate: Fraction, ending: str) -> None:
    source = film(tmp_path / f"film.{ending}", 120, rate)
    for number in (0, 1, 49, 50, 51, 77, 118, 119):
        middle = Fraction(2 * number + 1, 2) / rate
        found = made(source, middle, tmp_path / "frame.tif").avg()
        assert found == pytest.approx(tone(number), abs=3), (number, rate)


def test_a_frame_is_on_show_from_its_own_moment_on(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", 60, Fraction(25))
    assert made(source, Fraction(30, 25), tmp_path / "a.tif").avg() == pytest.approx(tone(30), abs=3)
    assert made(source, Fraction(30, 25) - Fraction(1, 100), tmp_path / "b.tif").avg() == pytest.approx(tone(29), abs=3)


def test_past_its_end_a_film_has_no_frame(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", 50, Fraction(25))
    with pytest.raises(NotFound):
        made(source, Fraction(2), tmp_path / "frame.tif")


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", 3, Fraction(25), size=(72, 64), aspect=Fraction(4, 3))
    image = made(source, Fraction(0), tmp_path / "frame.tif")
    assert (image.width, image.height) == (96, 64)


@pytest.mark.slow
def test_a_camera_held_upright_gives_an_upright_frame(shared_media: Path, tmp_path: Path) -> None:
    source = shared_media / "video" / "portrait_4k60.mp4"
    with av.open(str(source)) as opened:
        assert opened.streams.video[0].width > opened.streams.video[0].height
    image = made(source, Fraction(0), tmp_path / "frame.tif")
    assert (image.width, image.height) == (2160, 3840)


@pytest.mark.slow
def test_two_fields_become_one_picture(settings: Settings, tmp_path: Path) -> None:
    """A moving card, its fields a fiftieth of a second apart: woven together they would be a comb."""
    source = tmp_path / "fields.mov"
    card = "testsrc2=size=640x360:rate=50:duration=2,scroll=horizontal=0.02,tinterlace=interleave_top,fieldorder=tff"
    arguments = ["-f", "lavfi", "-i", card, "-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ilme+ildct", str(source)]
    subprocess.run([str(ffmpeg.find(settings)), "-v", "error", *arguments], check=True, timeout=60)
    with av.open(str(source)) as opened:
        woven = list(opened.decode(video=0))[10]
    assert woven.interlaced_frame
    whole = made(source, Fraction(21, 50), tmp_path / "frame.tif").colourspace("b-w").numpy().squeeze()
    assert comb(whole) < comb(numpy.array(woven.to_image().convert("L"))) / 5


def comb(rows: Any) -> float:
    """The part of the pixels that differ from both their neighbours above and below, which are alike."""
    rows = rows.astype(int)
    above, row, below = rows[:-2], rows[1:-1], rows[2:]
    return float(((abs(row - above) > 40) & (abs(row - below) > 40) & (abs(above - below) < 20)).mean())
