"""Films that are not as films should be: what begins late, changes on the way, has holes, or does not say how long it is."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from media_archive.archive import Archive
from media_archive.config import Settings, load
from media_archive.errors import NoSpace
from media_archive.renditions import hand
from media_archive.renditions.looking import look
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import of
from media_archive.renditions.render import render
from media_archive.renditions.streams import Streams
from tests.renditions import numbered
from tests.renditions.conftest import output
from tests.renditions.test_films_true import BEEP, FLASH, beeped, flashed

Draw = Callable[..., Path]
Gives = Callable[..., Rendered]
pytestmark = pytest.mark.slow
LAVFI = ("-f", "lavfi", "-i")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25")
TEST = "testsrc2=size=320x180:rate=25:duration={}"
TONE = "sine=frequency=440:sample_rate=48000:duration={}"


@pytest.fixture
def gives(tmp_path: Path, settings: Settings) -> Gives:
    """Makes the recipes named."""

    def make(film: Path, *names: str) -> Rendered:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        recipes = [of("film", name) for name in names]
        return render(film, film.suffix[1:], "film", {}, scratch, settings, recipes=recipes)

    return make


def test_a_film_whose_pictures_change_their_size_is_seen_from_its_beginning(gives: Gives, drawn: Draw) -> None:
    # ten greys, the second five in larger pictures
    grey = "color=black:size={}:rate=10:duration=5,geq=lum='{}+18*floor(T)':cb=128:cr=128"
    coded = (*X264, "-f", "mpegts", "-muxdelay", "0")
    first = drawn("1.ts", *LAVFI, grey.format("160x90", 30), *coded)
    second = drawn("2.ts", *LAVFI, grey.format("320x240", 120), *coded, "-output_ts_offset", "5")
    film = first.with_name("a.ts")
    film.write_bytes(first.read_bytes() + second.read_bytes())
    rendered = gives(film, "proxy", "sprites", "analysis")
    sheet = Image.open(output(rendered, "sprites")).convert("L")
    levels = [int(np.median(np.asarray(sheet.crop((160 * n, 0, 160 * n + 160, 90))))) for n in range(10)]
    assert levels == pytest.approx([(30 + 18 * n - 16) * 255 / 219 for n in range(10)], abs=8)
    found = json.loads(output(rendered, "analysis").read_text())
    assert found["frames"] == 100
    assert [(one["start_frame"], one["end_frame"]) for one in found["freeze"]] == []


def test_the_picture_does_not_wait_for_sound_that_begins_late(drawn: Draw, tmp_path: Path) -> None:
    # all frames before the sound would take more memory than there is
    late = (*LAVFI, "color=gray:size=1920x1080:rate=15:duration=24", "-itsoffset", "23", *LAVFI, TONE.format(1))
    film = drawn("a.mkv", *late, *X264, "-c:a", "flac")
    settings = load(home=tmp_path / "home", reader_memory=700 << 20)
    recipes = [of("film", name) for name in ("peaks", "analysis")]
    rendered = render(film, "mkv", "film", {}, tmp_path, settings, recipes=recipes)
    peaks = json.loads(output(rendered, "peaks").read_text())
    seconds = peaks["samples_per_pixel"] / peaks["sample_rate"]
    loud = [n * seconds for n in range(peaks["length"]) if peaks["data"][2 * n + 1] > 5]
    assert (loud[0], peaks["length"] * seconds) == (pytest.approx(23, abs=0.05), pytest.approx(24, abs=0.05))
    assert json.loads(output(rendered, "analysis").read_text())["frames"] == 24 * 15


def test_holes_in_the_sound_do_not_add_up(gives: Gives, drawn: Draw) -> None:
    # four times, half as long as would be noticed once
    holes = ",aselect='not(between(mod(t,0.4),0.1,0.14)*lt(t,1.6))'"
    film = drawn(
        *("a.mkv", *LAVFI, FLASH.format(rate=25), *LAVFI, BEEP.format(samples=48000) + holes),
        *(*X264, "-c:a", "pcm_s16le"),
    )
    proxy = output(gives(film, "proxy"), "proxy")
    assert abs(beeped(proxy) - flashed(proxy)) < Fraction(1, 50)


def test_what_is_heard_after_the_last_picture_is_played_and_has_a_picture(gives: Gives, drawn: Draw) -> None:
    film = drawn("a.mp4", *LAVFI, TEST.format(3), *LAVFI, TONE.format(9), *X264, "-c:a", "aac")
    rendered = gives(film, "proxy", "sprites")
    lines = output(rendered, "hls").read_text().splitlines()
    assert sum(float(line[8:-1]) for line in lines if line.startswith("#EXTINF:")) == pytest.approx(9, abs=0.05)
    last = output(rendered, "sprites-index").read_text().strip().splitlines()[-1]
    left, top, width, height = map(int, last.partition("xywh=")[2].split(","))
    seen = Image.open(output(rendered, "sprites")).crop((left, top, left + width, top + height))
    assert np.asarray(seen.convert("L")).mean() > 60


def test_a_film_that_does_not_say_how_long_it_is(gives: Gives, drawn: Draw) -> None:
    # as browsers record it, and what is left of a recording that was never ended
    film = drawn("a.mkv", *LAVFI, TEST.format(12), *LAVFI, TONE.format(12), *X264, "-c:a", "flac", "-live", "1")
    rendered = gives(film, "sprites")
    assert rendered.problem is None
    assert output(rendered, "sprites-index").read_text().count("-->") == 12


def test_the_loudness_of_surround_sound_is_that_of_all_its_channels(gives: Gives, drawn: Draw) -> None:
    # 997 Hz at -28, -28, -24, -30 and -30 dBFS in left, right, centre and surrounds is -23 LUFS (EBU Tech 3341, test 6)
    tones = "|".join(f"{10 ** (level / 20):.5f}*sin(997*2*PI*t)" for level in (-28, -28, -24, -200, -30, -30))
    film = drawn(
        "a.mov", *LAVFI, TEST.format(5), *LAVFI, f"aevalsrc='{tones}':c=5.1:s=48000:d=5", *X264, "-c:a", "pcm_s24le"
    )
    rendered = gives(film, "proxy", "analysis")
    loudness = json.loads(output(rendered, "analysis").read_text())["loudness"]
    assert loudness["integrated"] == pytest.approx(-23, abs=0.15)
    assert loudness["true_peak"] == pytest.approx(-24, abs=0.2)
    with av.open(str(output(rendered, "proxy"))) as proxy:
        assert proxy.streams.audio[0].channels == 2


def test_transparent_films_that_do_not_describe_their_colours_keep_them(gives: Gives, drawn: Draw) -> None:
    red = "color=red:size=1280x720:rate=25:duration=0.2,format=gbrap,scale=out_color_matrix=bt709,format=yuva444p10le"
    film = drawn("a.mov", *LAVFI, red, "-c:v", "prores_ks", "-profile:v", "4444", "-colorspace", "unknown")
    with av.open(str(output(gives(film, "proxy"), "proxy"))) as proxy:
        frame = next(proxy.decode(video=0))
        assert frame.colorspace == 1
        pixel = frame.to_ndarray(format="rgb24")[360, 640]
    assert pixel.astype(int) == pytest.approx([255, 0, 0], abs=6)


def test_an_edit_proxy_has_as_many_frames_as_a_film_that_misleads_about_its_rate(gives: Gives, tmp_path: Path) -> None:
    rate = Fraction(30000, 1001)
    film = numbered.draw(tmp_path / "a.mov", [number / rate for number in range(40)], rate=rate)
    shown = [number for _, number in numbered.numbers(output(gives(film, "edit-proxy"), "edit-proxy"))]
    assert shown == list(range(40))


def test_a_film_that_is_interlaced_after_its_titles_only_is_found_out(drawn: Draw) -> None:
    coded = ("-c:v", "mpeg2video", "-q:v", "6", "-g", "12", "-f", "mpegts", "-muxdelay", "0")
    titles = drawn("1.ts", *LAVFI, "testsrc2=size=160x128:rate=25:duration=8", *coded)
    fields = "testsrc2=size=160x128:rate=50:duration=24,interlace=scan=tff"
    rest = drawn("2.ts", *LAVFI, fields, *coded, "-flags", "+ildct+ilme", "-output_ts_offset", "8")
    whole = titles.with_name("a.ts")
    whole.write_bytes(titles.read_bytes() + rest.read_bytes())
    assert Streams.model_validate(look(str(whole))).picture.interlaced  # type: ignore[union-attr]
    assert not Streams.model_validate(look(str(titles))).picture.interlaced  # type: ignore[union-attr]


def test_a_full_disk_is_said_to_be_full(archive: Archive) -> None:
    with pytest.raises(NoSpace, match="scratch folder is full"), hand.scratch(archive):
        Path("/dev/full").write_text("which takes nothing")
    assert list(archive.settings.scratch.iterdir()) == []


def test_sound_whose_channels_change_is_heard_from_its_beginning(gives: Gives, drawn: Draw) -> None:
    # a tone of one pitch in stereo, then of another in surround, as between two broadcasts
    parts = []
    for number, (pitch, channels) in enumerate(((400, 2), (1600, 6))):
        picture, tone = "testsrc2=size=160x90:rate=25:duration=4", f"sine={pitch}:sample_rate=48000:duration=4"
        coded = ("-c:v", "mpeg2video", "-c:a", "ac3", "-ac", str(channels), "-muxdelay", "0", "-f", "mpegts")
        shift = ("-output_ts_offset", str(4 * number))
        parts.append(drawn(f"{number}.ts", *LAVFI, picture, *LAVFI, tone, *coded, *shift))
    film = parts[0].with_name("a.ts")
    film.write_bytes(b"".join(part.read_bytes() for part in parts))
    rendered = gives(film, "proxy", "peaks", "analysis", "sprites")
    assert rendered.problem is None
    with av.open(str(output(rendered, "proxy"))) as proxy:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in proxy.decode(audio=0)])
    for second, pitch in ((1, 400), (3, 400), (5, 1600), (7, 1600)):
        part = sound[second * 48000 - 9600 : second * 48000 + 9600]
        assert ((part[:-1] < 0) & (part[1:] >= 0)).sum() / 0.4 == pytest.approx(pitch, rel=0.03)
    peaks = json.loads(output(rendered, "peaks").read_text())
    assert peaks["length"] * peaks["samples_per_pixel"] / peaks["sample_rate"] == pytest.approx(8, abs=0.1)
    found = json.loads(output(rendered, "analysis").read_text())
    # the last picture of the first and the first of the second have one stamp
    assert (found["frames"], found["silence"]) == (199, [])
