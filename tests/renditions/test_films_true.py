"""Films are shown as they are: to the frame, in step with their sound, in their own time."""

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media_archive.config import Settings
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import of
from media_archive.renditions.render import render
from tests.renditions import numbered
from tests.renditions.conftest import output

Draw = Callable[..., Path]
pytestmark = pytest.mark.slow

RATES = {
    "23.976": Fraction(24000, 1001),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "50": Fraction(50),
    "59.94": Fraction(60000, 1001),
}
LAVFI = ("-f", "lavfi", "-i")


@pytest.fixture
def proxied(tmp_path: Path, settings: Settings) -> Callable[..., Rendered]:
    """Makes the proxy alone."""

    def make(film: Path, record: dict[str, Any] | None = None) -> Rendered:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        return render(film, film.suffix[1:], "film", record or {}, scratch, settings, recipes=[of("film", "proxy")])

    return make


def even(rate: Fraction, count: int) -> list[Fraction]:
    return [number / rate for number in range(count)]


@pytest.mark.parametrize(
    ("container", "rate"),
    # stamps in thousandths of a second are rounded where rates are not whole
    [*(("mov", rate) for rate in RATES.values()), ("mkv", RATES["23.976"]), ("mkv", RATES["59.94"])],
)
def test_every_frame_is_the_frame_of_its_number(
    proxied: Callable[..., Rendered], tmp_path: Path, rate: Fraction, container: str
) -> None:
    film = numbered.draw(tmp_path / f"a.{container}", even(rate, 150), rate=rate)
    shown = numbered.numbers(output(proxied(film), "proxy"))
    assert [number for _, number in shown] == list(range(150))
    assert [time for time, _ in shown] == even(rate, 150)


def test_of_a_hundred_frames_a_second_every_other_is_shown(proxied: Callable[..., Rendered], tmp_path: Path) -> None:
    film = numbered.draw(tmp_path / "a.mov", even(Fraction(100), 200), rate=Fraction(100))
    code = {"text": "10:00:00:50", "rate": "100", "frame": 3_600_050, "drop": False, "source": "tmcd"}
    proxy = output(proxied(film, {"container": {"timecode": code}}), "proxy")
    assert [number for _, number in numbered.numbers(proxy)] == list(range(0, 200, 2))
    assert timecode(proxy) == "10:00:00:25"


def test_a_film_of_variable_rate_shows_each_frame_in_its_own_time(
    proxied: Callable[..., Rendered], tmp_path: Path
) -> None:
    chance, stamps, second = random.Random(7), [], Fraction(0)
    for _ in range(160):
        stamps.append(second)
        # a phone: mostly 30 frames a second, sometimes none for a third of one
        second += Fraction(1, 30) + (Fraction(chance.randrange(0, 300), 1000) if chance.random() < 0.1 else 0)
    film = numbered.draw(tmp_path / "a.mp4", stamps, rate=Fraction(30))
    shown = numbered.numbers(output(proxied(film), "proxy"))
    step = shown[1][0]
    assert {after[0] - before[0] for before, after in pairwise(shown)} == {step}
    assert abs(shown[-1][0] + step - (stamps[-1] + Fraction(1, 30))) <= step
    for time, number in shown:
        # in the middle of the time that it is shown, it is the source's frame
        assert number == sum(stamp <= time + step / 2 for stamp in stamps) - 1


@pytest.mark.parametrize(
    ("rate", "drop", "text", "frame"),
    [
        (Fraction(30000, 1001), True, "00:59:59;28", 107_890),
        (Fraction(30000, 1001), False, "00:59:59:28", 107_998),
        (Fraction(24000, 1001), False, "23:59:59:23", 2_073_599),
        (Fraction(60000, 1001), True, "01:00:00;00", 215_784),
    ],
)
def test_the_timecode_is_that_of_the_first_frame(
    proxied: Callable[..., Rendered], tmp_path: Path, rate: Fraction, drop: bool, text: str, frame: int
) -> None:
    film = numbered.draw(tmp_path / "a.mov", even(rate, 10), rate=rate)
    code = {"text": text, "rate": str(rate), "frame": frame, "drop": drop, "source": "tmcd"}
    assert timecode(output(proxied(film, {"container": {"timecode": code}}), "proxy")) == text


def timecode(proxy: Path) -> str | None:
    with av.open(str(proxy)) as film:
        return film.metadata.get("timecode")


FLASH = "color=black:size=320x180:rate={rate}:duration=4,drawbox=color=white:t=fill:enable='gte(t,2-0.001)'"
BEEP = "sine=frequency=1000:duration=4:sample_rate={samples}:samples_per_frame=64,volume='gte(t,2)':eval=frame:precision=double"


@pytest.mark.parametrize(
    ("name", "rate", "samples", "options"),
    [
        ("a.mov", "25", 48000, ("-c:v", "libx264", "-c:a", "pcm_s16le")),
        ("a.mp4", "30000/1001", 44100, ("-c:v", "libx264", "-c:a", "aac")),
        ("a.mkv", "60000/1001", 48000, ("-c:v", "libx264", "-c:a", "flac")),
        ("a.ts", "50", 48000, ("-c:v", "mpeg2video", "-c:a", "mp2", "-output_ts_offset", "7")),
    ],
)
def test_sound_and_picture_are_less_than_a_frame_apart(
    proxied: Callable[..., Rendered], drawn: Draw, name: str, rate: str, samples: int, options: tuple[str, ...]
) -> None:
    flash, beep = FLASH.format(rate=rate), BEEP.format(samples=samples)
    film = drawn(name, *LAVFI, flash, *LAVFI, beep, *options)
    proxy = output(proxied(film), "proxy")
    seen, heard = flashed(proxy), beeped(proxy)
    assert abs(heard - seen) < 1 / Fraction(rate) / 2
    assert abs(seen - 2) <= 1 / Fraction(rate)


def test_sound_that_begins_before_the_picture_stays_with_it(proxied: Callable[..., Rendered], drawn: Draw) -> None:
    # the first frame of the proxy is the first frame of the film, whatever is heard before
    parts = (*LAVFI, FLASH.format(rate=25), *LAVFI, BEEP.format(samples=48000))
    whole = drawn("whole.mov", *parts, "-c:v", "libx264", "-c:a", "pcm_s16le")
    late = ("-itsoffset", "0.5", "-i", str(whole), "-itsoffset", "0.2", "-i", str(whole))
    film = drawn("late.mkv", *late, "-map", "0:v", "-map", "1:a", "-c", "copy")
    proxy = output(proxied(film), "proxy")
    assert len(numbered.numbers(proxy)) == 100
    assert flashed(proxy) == pytest.approx(2, abs=0.001)
    assert beeped(proxy) == pytest.approx(1.7, abs=0.02)


def flashed(proxy: Path) -> float:
    with av.open(str(proxy)) as film:
        return next(frame.time for frame in film.decode(video=0) if frame.to_ndarray(format="gray").mean() > 128)


def beeped(proxy: Path) -> float:
    with av.open(str(proxy)) as film:
        stream = film.streams.audio[0]
        for frame in film.decode(stream):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > 0.04)
            if loud.size:
                return float(frame.time + loud[0] / frame.sample_rate)
    raise AssertionError("no beep")
