"""Films: what is played in the browser is the film, upright, in step, and quick to seek."""

import json
import subprocess
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from media_archive.config import Settings
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.render import render
from media_archive.tools.runner import Cancelled
from tests.renditions.conftest import output

Make = Callable[[Path], Rendered]
Draw = Callable[..., Path]
Media = Callable[[str], Path]

LAVFI = ("-f", "lavfi", "-i")
TESTSRC = (*LAVFI, "testsrc2=size=640x360:rate=25:duration=4")
SOUND = {"audio", "peaks", "peaks-near", "peaks-far", "analysis", "spectrogram", "thumb"}
TONE = (*LAVFI, "sine=frequency=440:duration=4:sample_rate=48000")


class Played:
    """The frames of a proxy."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            self.rate = stream.average_rate
            self.frames = [
                (frame.pts * stream.time_base, frame.key_frame, frame.to_ndarray(format="rgb24"))
                for frame in container.decode(stream)
            ]
            self.codec, self.pixels = stream.codec_context.name, stream.codec_context.pix_fmt
            self.timecode = container.metadata.get("timecode")

    @property
    def steps(self) -> set[Fraction]:
        times = [time for time, _, _ in self.frames]
        return {after - before for before, after in pairwise(times)}

    @property
    def longest_group(self) -> int:
        keys = [number for number, (_, key, _) in enumerate(self.frames) if key]
        ends = [*keys[1:], len(self.frames)]
        return max(end - key for key, end in zip(keys, ends, strict=True))


@pytest.mark.slow
def test_a_film_gets_everything_from_poster_to_waveform(made: Make, drawn: Draw) -> None:
    film = drawn("a.mov", *TESTSRC, *TONE, "-c:v", "mpeg4", "-q:v", "3", "-c:a", "pcm_s16le")
    rendered = made(film)
    assert rendered.problem is None
    assert {one.name for one in rendered.outputs} == {
        *("proxy", "hls", "poster", "thumb", "sprites", "sprites-index"),
        *("peaks", "peaks-near", "peaks-far", "analysis"),
    }
    assert (rendered.width, rendered.height) == (640, 360)
    assert rendered.duration == pytest.approx(4, abs=1 / 25)
    assert rendered.colour is not None
    assert rendered.colour.startswith("#")


@pytest.mark.slow
def test_the_proxy_can_be_seeked_quickly_and_starts_before_it_is_whole(made: Make, drawn: Draw) -> None:
    film = drawn("a.mp4", *TESTSRC, *TONE, "-c:v", "libx264", "-g", "250", "-c:a", "aac")
    proxy = output(made(film), "proxy")
    played = Played(proxy)
    assert (played.codec, played.pixels) == ("h264", "yuv420p")
    assert played.longest_group <= 12
    assert played.steps == {Fraction(1, 25)}
    assert len(played.frames) == 100
    whole = proxy.read_bytes()
    assert whole.index(b"moov") < whole.index(b"mdat")


@pytest.mark.slow
def test_a_film_of_variable_rate_is_played_at_a_constant_one(made: Make, drawn: Draw) -> None:
    # every fifth frame is missing
    film = drawn("a.mp4", *TESTSRC, "-vf", "select=mod(n\\,5)", "-fps_mode", "vfr", "-c:v", "libx264")
    assert len(Played(output(made(film), "proxy")).steps) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("said", "rate"), [("60", Fraction(60)), ("60000/1001", Fraction(60000, 1001))])
def test_sixty_frames_are_not_taken_for_fewer(made: Make, drawn: Draw, said: str, rate: Fraction) -> None:
    film = drawn("a.mp4", *LAVFI, f"testsrc2=size=160x90:rate={said}:duration=1", "-c:v", "libx264")
    assert Played(output(made(film), "proxy")).rate == rate


@pytest.mark.slow
def test_a_film_turned_on_its_side_is_shown_upright(made: Make, drawn: Draw, settings: Settings) -> None:
    left = "color=red:size=640x360:rate=25:duration=1,drawbox=x=320:w=320:h=360:color=blue:t=fill"
    flat = drawn("flat.mp4", *LAVFI, left, "-c:v", "libx264")
    with av.open(str(flat)) as source, av.open(str(flat.with_name("turned.mp4")), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(-90)
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    rendered = made(flat.with_name("turned.mp4"))
    assert (rendered.width, rendered.height) == (360, 640)
    for recipe in ("poster", "thumb"):
        image = Image.open(output(rendered, recipe))
        assert image.width < image.height
        top, bottom = (image.getpixel((image.width // 2, y)) for y in (5, image.height - 6))
        assert top[0] > 200 > bottom[0]  # type: ignore[index]
        assert bottom[2] > 200 > top[2]  # type: ignore[index]
    assert Played(output(rendered, "proxy")).frames[0][2].shape == (640, 360, 3)


@pytest.mark.slow
def test_pixels_that_are_not_square_become_square(made: Make, drawn: Draw) -> None:
    film = drawn(
        "a.mpg", *LAVFI, "testsrc2=size=720x576:rate=25:duration=1", "-vf", "setsar=64/45", "-c:v", "mpeg2video"
    )
    rendered = made(film)
    assert (rendered.width, rendered.height) == (1024, 576)
    assert Played(output(rendered, "proxy")).frames[0][2].shape == (576, 1024, 3)


@pytest.mark.slow
def test_large_films_are_made_smaller_and_odd_ones_even(made: Make, drawn: Draw) -> None:
    tall = made(drawn("a.mkv", *LAVFI, "testsrc2=size=1080x1920:rate=25:duration=0.4", "-c:v", "ffv1"))
    assert Played(output(tall, "proxy")).frames[0][2].shape == (1280, 720, 3)
    odd = made(drawn("b.mkv", *LAVFI, "testsrc2=size=321x181:rate=25:duration=0.4", "-c:v", "ffv1"))
    assert Played(output(odd, "proxy")).frames[0][2].shape == (180, 320, 3)


@pytest.mark.slow
def test_interlaced_lines_are_joined(made: Make, media: Media) -> None:
    rendered = made(media("video/xdcam-hd-1080i50.mov"))
    played = Played(output(rendered, "proxy"))
    assert (played.rate, len(played.frames)) == (25, 25)


@pytest.mark.slow
def test_the_sound_stays_with_the_picture(made: Make, drawn: Draw) -> None:
    # a white flash and a beep at second 2, in a stream that begins late and has a hole before
    flash = "color=black:size=320x180:rate=25:duration=4,drawbox=color=white:t=fill:enable='between(t,2,2.2)'"
    beep = "sine=frequency=1000:duration=4:sample_rate=44100,volume='between(t,2,2.2)':eval=frame"
    film = drawn("a.ts", *LAVFI, flash, *LAVFI, beep, "-c:v", "mpeg2video", "-c:a", "mp2", "-output_ts_offset", "7")
    rendered = made(film)
    played = Played(output(rendered, "proxy"))
    seen = next(float(time) for time, _, picture in played.frames if picture.mean() > 128)
    peaks = json.loads(output(rendered, "peaks").read_text())
    loud = next(n for n in range(peaks["length"]) if max(peaks["data"][n * 2 * peaks["channels"] :][:2]) > 5)
    assert seen == pytest.approx(2, abs=0.05)
    assert loud * peaks["samples_per_pixel"] / peaks["sample_rate"] == pytest.approx(seen, abs=0.06)


@pytest.mark.slow
def test_the_poster_is_no_black_frame(made: Make, drawn: Draw) -> None:
    film = drawn("a.mp4", *TESTSRC, "-vf", "fade=in:st=0:d=2", "-c:v", "libx264")
    assert np.asarray(Image.open(output(made(film), "poster")).convert("L")).mean() > 60


@pytest.mark.slow
def test_the_timecode_is_carried(made: Make, drawn: Draw) -> None:
    film = drawn("a.mov", *TESTSRC, "-timecode", "10:20:30:12", "-c:v", "mpeg4")
    assert Played(output(made(film), "proxy")).timecode == "10:20:30:12"


@pytest.mark.slow
def test_two_mono_tracks_are_left_and_right(made: Make, drawn: Draw) -> None:
    silence = (*LAVFI, "anullsrc=r=48000:cl=mono:d=4")
    film = drawn("a.mov", *TESTSRC, *TONE, *silence, *("-map", "0", "-map", "1", "-map", "2"), "-c:a", "pcm_s16le")
    peaks = json.loads(output(made(film), "peaks").read_text())
    assert peaks["channels"] == 2
    left, right = peaks["data"][1::4], peaks["data"][3::4]
    assert max(left) > 10
    assert max(right) <= 1


@pytest.mark.slow
def test_the_scrub_index_points_at_the_moment(made: Make, drawn: Draw) -> None:
    # one grey a second
    film = drawn(
        "a.mkv",
        *LAVFI,
        "color=black:size=320x180:rate=10:duration=6,geq=lum='40+30*floor(T)':cb=128:cr=128",
        "-c:v",
        "ffv1",
    )
    rendered = made(film)
    sheet = Image.open(output(rendered, "sprites")).convert("L")
    cues = output(rendered, "sprites-index").read_text().split("\n\n")[1:]
    assert len(cues) >= 6
    for second, cue in enumerate(cues[:6]):
        time, part = cue.splitlines()
        assert time.startswith(f"00:00:0{second}.000 --> 00:00:0{second + 1}.000")
        name, place = part.split("#xywh=")
        assert name == "sprites.jpg"
        x, y, width, height = map(int, place.split(","))
        level = (40 + 30 * second - 16) * 255 / 219
        assert sheet.getpixel((x + width // 2, y + height // 2)) == pytest.approx(level, abs=8)


@pytest.mark.slow
def test_high_dynamic_range_is_neither_grey_nor_burnt_out(made: Make, media: Media) -> None:
    image = Image.open(output(made(media("video/hlg10-color-test.mp4")), "poster"))
    colours = np.asarray(image).reshape(-1, 3).astype(int)
    assert np.percentile(colours.max(axis=1) - colours.min(axis=1), 95) > 120
    assert np.mean(colours.min(axis=1) > 250) < 0.2


@pytest.mark.slow
def test_a_film_whose_picture_is_no_picture_keeps_its_sound(made: Make, drawn: Draw) -> None:
    film = drawn("a.mov", *TESTSRC, *TONE, "-c:v", "mjpeg", "-c:a", "pcm_s16le")
    # a codec that nobody knows
    film.write_bytes(film.read_bytes().replace(b"jpeg", b"zzzz"))
    rendered = made(film)
    assert {one.name for one in rendered.outputs} == SOUND
    assert "only its sound can be played" in str(rendered.problem)


def test_films_nobody_can_decode_are_explained(made: Make, media: Media) -> None:
    rendered = made(media("video/reel1.mxf"))
    assert rendered.outputs == []
    assert str(rendered.problem).startswith("No reader here can open this file")


@pytest.mark.slow
def test_half_a_film_is_played_and_said_to_be_half(made: Make, drawn: Draw) -> None:
    film = drawn(
        *("a.mp4", *LAVFI, "testsrc2=size=640x360:rate=25:duration=12"),
        *("-c:v", "libx264", "-g", "25", "-movflags", "+faststart"),
    )
    whole = film.read_bytes()
    film.write_bytes(whole[: len(whole) // 2])
    rendered = made(film)
    assert output(rendered, "proxy").exists()
    assert "of 12.0 s can be played" in str(rendered.problem)


def test_a_playlist_cannot_make_ffmpeg_read_other_files(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "secret.ts").write_bytes(b"secret")
    (tmp_path / "a.mp4").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n")
    (tmp_path / "b.mp4").write_text(f"ffconcat version 1.0\nfile {tmp_path / 'secret.ts'}\n")
    for name in ("a.mp4", "b.mp4"):
        rendered = render(tmp_path / name, "mp4", "film", {}, tmp_path, settings)
        assert rendered.outputs == []
        assert rendered.problem


@pytest.mark.slow
def test_the_camera_s_places_do_not_travel_with_the_proxy(made: Make, media: Media) -> None:
    proxy = output(made(media("video/with-gps.mp4")), "proxy")
    with av.open(str(proxy)) as container:
        assert not any("location" in name.lower() for name in container.metadata)


@pytest.mark.slow
def test_a_cancelled_film_stops(drawn: Draw, tmp_path: Path, settings: Settings) -> None:
    import threading

    film = drawn("a.mkv", *LAVFI, "testsrc2=size=640x360:rate=25:duration=60", "-c:v", "mpeg4")
    cancel = threading.Event()
    told: list[float] = []

    def stop(done: float) -> None:
        told.append(done)
        cancel.set()

    with pytest.raises(Cancelled):
        render(film, "mkv", "film", {}, tmp_path, settings, progress=stop, cancel=cancel)
    assert 0 <= told[0] < 1


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("folder", ["video", "audio", "broken"])
def test_every_film_and_recording_is_played_or_explained(made: Make, media: Media, folder: str) -> None:
    from media_archive.metadata.formats import recognise_path

    for path in sorted(media(folder).iterdir()):
        known = recognise_path(path)
        if known and known.kind in ("film", "sound"):
            rendered = made(path)
            assert rendered.outputs or rendered.problem, path.name
            assert str(path.parent) not in str(rendered.problem), path.name


@pytest.mark.slow
def test_it_works_with_the_packaged_ffmpeg_too(drawn: Draw, tmp_path: Path, monkeypatch: Any) -> None:
    from media_archive.config import load
    from media_archive.tools.ffmpeg import _packaged

    film = drawn("a.mov", *TESTSRC, *TONE, "-c:v", "mpeg4", "-c:a", "pcm_s16le")
    rendered = render(film, "mov", "film", {}, tmp_path, load(home=tmp_path, ffmpeg=_packaged()))
    assert rendered.problem is None
    assert Played(output(rendered, "proxy")).steps == {Fraction(1, 25)}
    assert subprocess.run([_packaged(), "-version"], capture_output=True, check=True).stdout
