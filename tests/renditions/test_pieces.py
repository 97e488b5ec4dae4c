"""Long films in pieces: joined, they are the film that one run makes, frame by frame and sample by sample."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media_archive.config import Settings
from media_archive.metadata.formats import recognise_path
from media_archive.metadata.record import plain
from media_archive.metadata.service import probe
from media_archive.renditions.analysis import filters
from media_archive.renditions.films import pieces
from media_archive.renditions.films.rendering import render_film
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import always, book
from tests.renditions.conftest import output

pytestmark = pytest.mark.slow
Draw = Callable[..., Path]
Ordered = Callable[..., Order]
LAVFI = ("-f", "lavfi", "-i")
BITS = 9
#: the number of each frame, in white and black columns
NUMBERED = ",".join(
    f"drawbox=x={40 * bit}:y=90:w=40:h=90:color=white:t=fill:enable='mod(floor(n/{2**bit})\\,2)'" for bit in range(BITS)
)


def numbered(rate: str, seconds: float) -> tuple[str, ...]:
    return *LAVFI, f"color=black:size=360x180:rate={rate}:duration={seconds},{NUMBERED}"


def beeps(seconds: float) -> tuple[str, ...]:
    return *LAVFI, f"sine=frequency=330:sample_rate=48000:duration={seconds}"


@pytest.fixture
def ordered(tmp_path: Path, settings: Settings) -> Ordered:
    """The order to render a film always as it comes in."""

    def order(path: Path, name: str = "scratch", *more: Path) -> Order:
        known = recognise_path(path)
        assert known is not None
        scratch = tmp_path / name
        scratch.mkdir()
        record = plain(probe(path, known).record)
        sources = (path, *more) if more else ()
        made = Order(path, known.name, record, always("film"), scratch, settings, lambda _: None, None, path.name)
        return replace(made, sources=sources)

    return order


def in_pieces(order: Order, seconds: float | None) -> tuple[Rendered, list[pieces.Share]]:
    streams = pieces.look(order)
    shares = pieces.divide(order, streams, seconds)
    assert shares
    return pieces.render(order, streams, shares), shares


class Shown:
    """What a proxy shows: the number burnt into every frame, when, and what is heard."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            self.rate, self.timecode = stream.average_rate, container.metadata.get("timecode")
            shown = [(frame.pts * stream.time_base, _number(frame)) for frame in container.decode(stream)]
            self.times, self.numbers = [time for time, _ in shown], [number for _, number in shown]
        with av.open(str(path)) as container:
            self.sound = (
                b"".join(bytes(packet) for packet in container.demux(audio=0)) if container.streams.audio else b""
            )
            self.duration = container.duration


def _number(frame: Any) -> int:
    picture = frame.reformat(format="gray").to_ndarray()
    height, width = picture.shape
    return sum(1 << bit for bit in range(BITS) if picture[height * 3 // 4, int((bit + 0.5) * width / BITS)] > 128)


def same(whole: Rendered, joined: Rendered) -> None:
    """Both are the same film."""
    one, other = Shown(output(whole, "proxy")), Shown(output(joined, "proxy"))
    assert other.numbers == one.numbers
    assert other.times == one.times
    assert (other.rate, other.timecode) == (one.rate, one.timecode)
    # of the last packet of sound only what is heard may be counted
    assert other.duration == pytest.approx(one.duration, abs=1_000_000 * 1024 / 48000)
    assert other.sound == one.sound
    assert {made.name for made in joined.outputs} == {made.name for made in whole.outputs}
    assert joined.values == whole.values
    for name in {"sprites", "sprites-index", "thumb", "poster", "analysis", "peaks"} & {
        made.name for made in whole.outputs
    }:
        assert output(joined, name).read_bytes() == output(whole, name).read_bytes(), name
    assert joined.duration == pytest.approx(whole.duration, abs=1024 / 48000)
    assert (joined.width, joined.height, joined.colour) == (whole.width, whole.height, whole.colour)


@pytest.mark.parametrize(
    ("rate", "timecode"),
    [
        ("24000/1001", "01:00:00:23"),
        ("30000/1001", "00:59:58;28"),
        ("50", "10:00:00:49"),
    ],
)
def test_every_frame_is_where_one_run_puts_it(ordered: Ordered, drawn: Draw, rate: str, timecode: str) -> None:
    x264 = ("-c:v", "libx264", "-preset", "ultrafast", "-x264-params", "open-gop=1:bframes=3:keyint=20", "-c:a", "aac")
    film = drawn("a.mov", *numbered(rate, 6.5), *beeps(6.5), "-timecode", timecode, *x264)
    whole = render_film(ordered(film, "whole"))
    joined, shares = in_pieces(ordered(film, "joined"), 1.5)
    assert len(shares) >= 4
    same(whole, joined)
    numbers = Shown(output(joined, "proxy")).numbers
    assert numbers == list(range(len(numbers)))
    assert Shown(output(joined, "proxy")).timecode == timecode


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.ts", ("-c:v", "libx264", "-g", "30", "-bf", "2", "-c:a", "mp2", "-output_ts_offset", "7.3")),
        ("a.mpg", ("-c:v", "mpeg2video", "-g", "15", "-bf", "2", "-q:v", "4", "-c:a", "mp2")),
        (
            "a.mkv",
            ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=25", "-c:a", "flac"),
        ),
        ("a.avi", ("-c:v", "mpeg4", "-g", "40", "-q:v", "4", "-c:a", "pcm_s16le")),
        ("a.mxf", ("-c:v", "mpeg2video", "-g", "12", "-bf", "2", "-q:v", "4", "-c:a", "pcm_s16le")),
        ("b.mov", ("-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s24le")),
    ],
)
def test_whatever_it_was_recorded_as(ordered: Ordered, drawn: Draw, name: str, codec: tuple[str, ...]) -> None:
    film = drawn(name, *numbered("25", 7), *beeps(7), *codec)
    whole = render_film(ordered(film, "whole"))
    joined, shares = in_pieces(ordered(film, "joined"), 2)
    assert len(shares) >= 3
    same(whole, joined)


def test_a_film_of_variable_rate(ordered: Ordered, drawn: Draw) -> None:
    # every seventh frame is missing, and a second and a half from second 3 on
    missing = "select='not(eq(mod(n\\,7)\\,3))*not(between(t\\,3\\,4.5))'"
    film = drawn(
        *("a.mp4", *numbered("30", 8), *beeps(8), "-vf", missing, "-fps_mode", "vfr", "-c:v", "libx264"),
        *("-g", "30", "-c:a", "aac"),
    )
    whole = render_film(ordered(film, "whole"))
    joined, _ = in_pieces(ordered(film, "joined"), 2)
    same(whole, joined)


def test_a_film_whose_picture_begins_after_its_sound(ordered: Ordered, drawn: Draw) -> None:
    late = ("-filter:v", "setpts=PTS+0.37/TB", "-c:v", "libx264", "-g", "25", "-c:a", "aac")
    film = drawn("a.mkv", *numbered("30000/1001", 6), *beeps(6), *late)
    whole = render_film(ordered(film, "whole"))
    joined, _ = in_pieces(ordered(film, "joined"), 2)
    same(whole, joined)


def test_twice_as_many_frames_as_are_played(ordered: Ordered, drawn: Draw) -> None:
    film = drawn("a.mp4", *numbered("120", 4), "-c:v", "libx264", "-g", "60")
    whole = render_film(ordered(film, "whole"))
    joined, _ = in_pieces(ordered(film, "joined"), 1)
    same(whole, joined)


def test_the_larger_proxy_too(ordered: Ordered, drawn: Draw) -> None:
    picture = f"color=black:size=360x180:rate=25:duration=4,{NUMBERED},scale=1920:960:flags=neighbor"
    film = drawn("a.mp4", *LAVFI, picture, *beeps(4), "-c:v", "libx264", "-preset", "ultrafast", "-g", "25")
    recipes = [*always("film"), next(one for one in book("film").recipe if one.name == "proxy-1080")]
    whole = render_film(replace(ordered(film, "whole"), recipes=recipes))
    joined, _ = in_pieces(replace(ordered(film, "joined"), recipes=recipes), 2)
    one, other = (Shown(output(each, "proxy-1080")) for each in (whole, joined))
    assert (other.numbers, other.times, other.sound) == (one.numbers, one.times, one.sound)
    assert Shown(output(joined, "proxy")).numbers == list(range(100))


def test_interlaced_film(ordered: Ordered, drawn: Draw) -> None:
    film = drawn(
        *(
            "a.mpg",
            *LAVFI,
            f"color=black:size=360x180:rate=50:duration=6,{NUMBERED},interlace=scan=tff,setfield=tff,setsar=1",
        ),
        *("-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-q:v", "3", "-g", "12", "-bf", "2"),
    )
    whole = render_film(ordered(film, "whole"))
    joined, _ = in_pieces(ordered(film, "joined"), 2)
    same(whole, joined)


def test_cuts_black_and_still_stretches_across_a_seam(ordered: Ordered, drawn: Draw) -> None:
    # seams come near seconds 3, 6 and 9: a picture that stands from 1.5 to 4.2, a cut at 6, black from 8.4 to 9.7
    moving = "testsrc2=size=360x180:rate=25:duration=12"
    still = "loop=loop=67:size=1:start=38,trim=end_frame=300,setpts=N/25/TB"
    later = (
        "hue=h='if(lt(t,6),0,180)':s=1,negate=enable='gte(t,6)',drawbox=color=black:t=fill:enable='between(t,8.4,9.7)'"
    )
    film = drawn("a.mp4", *LAVFI, f"{moving},{still},{later}", *beeps(12), "-c:v", "libx264", "-g", "25", "-c:a", "aac")
    whole = json.loads(output(render_film(ordered(film, "whole")), "analysis").read_text())
    joined, shares = in_pieces(ordered(film, "joined"), 3)
    assert len(shares) == 5
    assert len(whole["freeze"]) == 1
    assert len(whole["black"]) == 1
    assert json.loads(output(joined, "analysis").read_text()) == whole


def test_a_film_without_enough_key_frames_is_not_divided(ordered: Ordered, drawn: Draw) -> None:
    order = ordered(drawn("a.mp4", *numbered("25", 8), "-c:v", "libx264", "-g", "999", "-sc_threshold", "0"))
    assert pieces.divide(order, pieces.look(order), 2) == []


def test_the_waveform_is_that_of_the_whole(ordered: Ordered, drawn: Draw) -> None:
    film = drawn("a.mp4", *numbered("25", 6), *beeps(6), "-c:v", "libx264", "-g", "25", "-c:a", "aac")
    whole = json.loads(output(render_film(ordered(film, "whole")), "peaks").read_text())
    order = ordered(film, "joined")
    joined = json.loads(output(in_pieces(order, 2)[0], "peaks").read_text())
    assert joined == whole
    assert np.max(joined["data"]) > 10
    # whoever listened to a film while looking at a stretch of it would play all of it for every stretch
    assert list(order.scratch.glob(f"*/{filters.SOUND}")) == []
    assert len(list(order.scratch.glob(f"*/{filters.PICTURE}"))) == 3
