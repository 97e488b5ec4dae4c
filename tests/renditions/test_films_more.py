"""What else comes out of the one decode of a film: what happens in it, its tracks, subtitles and way."""

import json
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from media_archive.config import Settings
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import Recipe, of
from media_archive.renditions.render import render
from tests.renditions.conftest import output

Draw = Callable[..., Path]
Make = Callable[..., Rendered]
LAVFI = ("-f", "lavfi", "-i")
PICTURE = (*LAVFI, "testsrc2=size=320x180:rate=25:duration=2")
SUBTITLES = "1\n00:00:00,500 --> 00:00:01,250\n<i>解放路</i>通车\n\n"
pytestmark = pytest.mark.slow


@pytest.fixture
def gives(tmp_path: Path, settings: Settings) -> Make:
    """Makes the recipes named."""

    def make(film: Path, *names: str, **record: object) -> Rendered:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        recipes: list[Recipe] = [of("film", name) for name in names]
        return render(film, film.suffix[1:], "film", record, scratch, settings, recipes=recipes)

    return make


def test_cuts_black_standing_and_silent_stretches_are_found_to_the_frame(gives: Make, drawn: Draw) -> None:
    parts = (
        *(*LAVFI, "testsrc2=size=640x360:rate=30000/1001:duration=4"),
        *(*LAVFI, "mandelbrot=size=640x360:rate=30000/1001,trim=end_frame=60,setpts=N/(30000/1001)/TB"),
        *(*LAVFI, "color=black:size=640x360:rate=30000/1001,trim=end_frame=60"),
        *(*LAVFI, "smptebars=size=640x360:rate=30000/1001,trim=end_frame=90"),
        *(*LAVFI, "sine=duration=9:sample_rate=48000,volume='lt(t,5)':eval=frame"),
    )
    joined = "[0]trim=end_frame=100,format=yuv420p[a];[1]format=yuv420p[b];[2]format=yuv420p[c];[3]format=yuv420p[d];"
    graph = f"{joined}[a][b][c][d]concat=n=4,settb=1001/30000,setpts=N[v]"
    film = drawn("a.mkv", *parts, "-filter_complex", graph, "-map", "[v]", "-map", "4", "-c:v", "libx264", "-crf", "12")
    found = json.loads(output(gives(film, "proxy", "analysis"), "analysis").read_text())
    assert (found["rate"], found["frames"]) == ("30000/1001", 310)
    assert [cut["frame"] for cut in found["cuts"]] == [100, 160, 220]
    assert [cut["seconds"] for cut in found["cuts"]] == [
        pytest.approx(n * 1.001 / 30, abs=0.001) for n in (100, 160, 220)
    ]
    assert [(one["start_frame"], one["end_frame"]) for one in found["black"]] == [(160, 220)]
    assert [(one["start_frame"], one["end_frame"]) for one in found["freeze"]] == [(220, 310)]
    [silence] = found["silence"]
    assert silence["start"] == pytest.approx(5, abs=0.03)
    assert found["loudness"]["integrated"] == pytest.approx(-21, abs=1.5)


def test_each_of_several_tracks_can_be_heard_alone(gives: Make, drawn: Draw) -> None:
    tones = [
        part for pitch in (440, 880, 1760, 3520) for part in (*LAVFI, f"sine={pitch}:duration=2:sample_rate=48000")
    ]
    mapped = [part for number in range(5) for part in ("-map", str(number))]
    rendered = gives(
        drawn("a.mxf", *PICTURE, *tones, *mapped, "-c:v", "mpeg2video", "-c:a", "pcm_s16le"), "proxy", "tracks"
    )
    assert [one["channels"] for one in rendered.values["tracks"]["tracks"]] == [1, 1, 1, 1]
    for number, pitch in enumerate((440, 880, 1760, 3520), 1):
        with av.open(str(output(rendered, f"track-{number}"))) as track:
            sound = [frame.to_ndarray()[0] for frame in track.decode(audio=0)]
        crossings = sum(int(((part[:-1] < 0) & (part[1:] >= 0)).sum()) for part in sound[10:40])
        assert crossings / (30 * 1024 / 48000) == pytest.approx(pitch, rel=0.06)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mov", "mov_text"), ("a.mkv", "srt"), ("b.mkv", "ass"), ("c.mkv", "webvtt")]
)
def test_subtitles_are_written_as_webvtt(gives: Make, drawn: Draw, tmp_path: Path, name: str, codec: str) -> None:
    (tmp_path / "a.srt").write_text(SUBTITLES, "utf-8")
    text = ("-i", str(tmp_path / "a.srt"), "-metadata:s:s:0", "language=chi")
    rendered = gives(drawn(name, *PICTURE, *text, "-c:v", "libx264", "-c:s", codec), "subtitles")
    cues = output(rendered, "subtitles-1").read_text("utf-8")
    assert cues.startswith("WEBVTT")
    assert "00:00.500 --> 00:01.250" in cues
    assert "解放路" in cues
    assert rendered.values["subtitles"]["tracks"][0]["language"] == "chi"


def test_subtitles_that_are_pictures_are_named(gives: Make) -> None:
    from tests.conftest import SHARED_MEDIA

    film = SHARED_MEDIA / "video" / "sample_with_pgs_subtitles.mkv"
    if not film.exists():
        pytest.skip("the shared media are not beside the project")
    assert "pgssub" in str(gives(film, "subtitles").without["subtitles"])


def test_the_way_is_a_line_of_places(gives: Make, drawn: Draw) -> None:
    points = [
        {"time": n / 2, "lat": round(37.45 + n / 1000, 3), "lon": 116.3, "alt": None, "speed": 3.0, "at": None}
        for n in range(3)
    ]
    film = drawn("a.mp4", *PICTURE, "-c:v", "libx264")
    rendered = gives(film, "gps-track", gps={"track": points, "source": "camm", "track_points": 3})
    way = json.loads(output(rendered, "gps-track").read_text())
    assert way["geometry"] == {"type": "LineString", "coordinates": [[116.3, 37.45], [116.3, 37.451], [116.3, 37.452]]}
    assert way["properties"]["seconds"] == [0, 0.5, 1]


def test_the_larger_proxy_is_made_of_larger_films_only(gives: Make, drawn: Draw) -> None:
    film = drawn(
        "a.mp4", *LAVFI, "testsrc2=size=2560x1440:rate=25:duration=0.4", "-c:v", "libx264", "-preset", "ultrafast"
    )
    rendered = gives(film, "proxy", "proxy-1080", "sprites")
    sizes = {one.name: (one.width, one.height) for one in rendered.outputs}
    assert (sizes["proxy"], sizes["proxy-1080"]) == ((1280, 720), (1920, 1080))
    assert {"hls", "hls-1080", "sprites"} <= sizes.keys()


def test_of_a_small_film_no_larger_proxy_is_made(gives: Make, drawn: Draw) -> None:
    rendered = gives(drawn("b.mp4", *PICTURE, "-c:v", "libx264"), "proxy", "proxy-1080")
    assert {one.name for one in rendered.outputs} == {"proxy", "hls"}
    assert "no more pixels" in str(rendered.without["proxy-1080"])
