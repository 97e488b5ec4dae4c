"""Edit proxies: an editing program takes one for the original, because whatever it compares is the original's."""

import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Rendition
from media_archive.config import Settings
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs.kinds import QUEUES
from media_archive.metadata.formats import recognise_path
from media_archive.metadata.record import plain
from media_archive.metadata.service import probe
from media_archive.renditions import asking
from media_archive.renditions.outputs import Output
from media_archive.renditions.planning import hold
from media_archive.renditions.recipes import Recipe, book
from media_archive.renditions.render import render
from media_archive.storage.models import File, Role

Draw = Callable[..., Path]
Edit = Callable[..., Output]
LAVFI = ("-f", "lavfi", "-i")
X264 = ("-c:v", "libx264", "-preset", "ultrafast")


@pytest.fixture
def edited(tmp_path: Path, settings: Settings) -> Edit:
    """The edit proxy of a file, by the recipe with changed parameters."""

    def edit(path: Path, **changed: Any) -> Output:
        known = recognise_path(path)
        assert known is not None
        recipe = next(one for one in book("film").recipe if one.name == "edit-proxy")
        recipe = Recipe.model_validate(recipe.model_dump() | {"parameters": recipe.parameters | changed})
        record, scratch = plain(probe(path, known).record), tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        rendered = render(path, known.name, "film", record, scratch, settings, name=path.name, recipes=[recipe])
        assert rendered.problem is None
        [made] = rendered.outputs
        return made

    return edit


def streams(path: Path, kind: str) -> list[Any]:
    with av.open(str(path)) as container:
        packets = [packet.stream_index for packet in container.demux() if packet.size]
        return [
            {
                "rate": one.average_rate if kind == "video" else one.rate,
                "frames": packets.count(one.index),
                "codec": one.codec_context.name,
                "profile": one.profile,
                "layout": one.layout.name if kind == "audio" else None,
                "timecode": one.metadata.get("timecode"),
                "field_order": one.codec_context.field_order if kind == "video" else None,
                "seconds": float(one.duration * one.time_base) if one.duration and one.time_base else None,
            }
            for one in getattr(container.streams, kind)
        ]


def luma(frame: Any) -> Any:
    return frame.reformat(format="yuv420p").to_ndarray()[: frame.height]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "timecode"),
    [
        ("24000/1001", "01:00:00:23"),
        ("25", "10:20:30:12"),
        ("60000/1001", "01:00:59;58"),
    ],
)
def test_rate_length_and_timecode_are_those_of_the_original(
    edited: Edit, drawn: Draw, rate: str, timecode: str
) -> None:
    source = f"testsrc2=size=320x180:rate={rate}:duration=2.5"
    film = drawn("a.mov", *LAVFI, source, "-timecode", timecode, *X264, "-g", "30", "-bf", "2")
    [original], [proxy] = streams(film, "video"), streams(edited(film).path, "video")
    assert (proxy["codec"], proxy["rate"]) == ("prores", Fraction(rate))
    assert proxy["frames"] == original["frames"]
    assert proxy["timecode"] == original["timecode"] == timecode


@pytest.mark.slow
@pytest.mark.parametrize("container", ["mp4", "ts"])
def test_every_frame_is_the_original_s(edited: Edit, drawn: Draw, container: str) -> None:
    # each frame is of a brightness of its own; the film begins late and its key frames are open
    source = "color=black:size=320x180:rate=30000/1001:duration=2,geq=lum='16+3*N':cb=128:cr=128"
    late = ("-output_ts_offset", "3.3") if container == "ts" else ()
    film = drawn(f"a.{container}", *LAVFI, source, *X264, "-x264-params", "open-gop=1:bframes=3:keyint=10", *late)
    with av.open(str(edited(film).path)) as proxy:
        levels = [int(np.median(luma(frame))) for frame in proxy.decode(video=0)]
    assert levels == pytest.approx([16 + 3 * number for number in range(60)], abs=1)


@pytest.mark.slow
def test_a_film_of_variable_rate_gets_a_constant_one_and_keeps_its_length(edited: Edit, drawn: Draw) -> None:
    source = (*LAVFI, "testsrc2=size=320x180:rate=30:duration=4")
    film = drawn("a.mp4", *source, "-vf", "select=not(eq(mod(n\\,7)\\,3))", "-fps_mode", "vfr", *X264)
    [proxy] = streams(edited(film).path, "video")
    assert proxy["seconds"] == pytest.approx(4, abs=0.1)
    assert proxy["frames"] == round(4 * proxy["rate"])


@pytest.mark.slow
def test_every_sound_track_is_there_in_its_layout(edited: Edit, drawn: Draw) -> None:
    source = (*LAVFI, "testsrc2=size=320x180:rate=25:duration=1")
    stereo = [part for _ in range(2) for part in (*LAVFI, "anoisesrc=d=1:r=48000,aformat=channel_layouts=stereo")]
    mono = [part for _ in range(4) for part in (*LAVFI, "anoisesrc=d=1:r=48000,aformat=channel_layouts=mono")]
    maps = [part for number in range(7) for part in ("-map", str(number))]
    film = drawn("a.mov", *source, *stereo, *mono, *maps, *X264, "-c:a", "pcm_s24le")
    originals, tracks = streams(film, "audio"), streams(edited(film).path, "audio")
    assert [one["layout"] for one in tracks] == [one["layout"] for one in originals]
    assert len(tracks) == 6
    assert {one["codec"] for one in tracks} == {"pcm_s24le"}
    assert {one["seconds"] for one in tracks} == {1.0}


@pytest.mark.slow
def test_a_track_of_eight_channels_is_kept_as_one(edited: Edit, drawn: Draw) -> None:
    if shutil.which("ffprobe") is None:
        pytest.skip("ffprobe is not installed")
    eight = "|".join(f"c{number}=c0" for number in range(8))
    source = (*LAVFI, "testsrc2=size=320x180:rate=25:duration=1", *LAVFI, f"anoisesrc=d=1:r=48000,pan=7.1|{eight}")
    film = drawn("a.mov", *source, *X264, "-c:a", "pcm_s16le")
    # read by another program: PyAV frees such layouts twice
    asked = ("ffprobe", "-v", "error", "-show_entries", "stream=channels", "-select_streams", "a", "-of", "csv=p=0")
    said = subprocess.run([*asked, str(edited(film).path)], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["8"]


@pytest.mark.slow
def test_picture_and_sound_stay_together_where_one_begins_late(edited: Edit, drawn: Draw) -> None:
    flash = "color=black:size=320x180:rate=25:duration=4,drawbox=color=white:t=fill:enable='between(t,2,2.2)'"
    beep = "sine=frequency=1000:duration=4:sample_rate=48000,volume='between(t,2,2.2)':eval=frame"
    film = drawn(
        *("a.mov", *LAVFI, flash, *LAVFI, beep, "-filter:v", "setpts=PTS+1/TB", "-filter:a", "asetpts=PTS+1.2/TB"),
        *(*X264, "-c:a", "pcm_s16le"),
    )
    with av.open(str(edited(film).path)) as proxy:
        seen = next(frame.time for frame in proxy.decode(video=0) if luma(frame).mean() > 128)
        proxy.seek(0)
        heard = next(frame.time for frame in proxy.decode(audio=0) if np.abs(frame.to_ndarray()).max() > 1000)
    assert seen is not None
    assert heard is not None
    assert heard - seen == pytest.approx(0.2, abs=0.04)


@pytest.mark.slow
def test_interlaced_film_stays_interlaced(edited: Edit, drawn: Draw) -> None:
    source = (*LAVFI, "testsrc2=size=1920x1080:rate=50:duration=1,interlace=scan=tff,setfield=tff,setsar=1")
    film = drawn("a.mpg", *source, "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "8M")
    made = edited(film)
    assert (made.width, made.height) == (960, 540)
    [proxy] = streams(made.path, "video")
    assert proxy["field_order"] in (2, 4)  # top field first
    assert proxy["frames"] == 25


@pytest.mark.slow
def test_dnxhr_is_made_where_the_recipe_says_so(edited: Edit, drawn: Draw) -> None:
    film = drawn("a.mp4", *LAVFI, "testsrc2=size=1280x720:rate=25:duration=1", *X264)
    made = edited(film, codec="dnxhr-lb", size="same")
    [proxy] = streams(made.path, "video")
    assert (proxy["codec"], proxy["profile"]) == ("dnxhd", "DNXHR LB")
    assert (made.width, made.height, proxy["frames"]) == (1280, 720, 25)


@pytest.mark.slow
def test_it_is_made_when_asked_for_and_found_under_the_original_s_name(archive: Archive, drawn: Draw) -> None:
    film = drawn("东湖大桥 A001.MP4", *LAVFI, "testsrc2=size=320x180:rate=25:duration=1", *X264)
    receive(archive, [film], Wish(shoot="拍摄"))
    runner = archive.runner()

    def work() -> None:
        for _ in range(3):
            for queue in QUEUES:
                runner.drain(queue)

    work()
    with archive.transaction() as session:
        asset = session.scalars(select(Asset)).one()
        names = set(session.scalars(select(Rendition.recipe)))
        assert "proxy" in names
        assert "edit-proxy" not in names
        assert asking.ask(session, hold(session, asset.id), ["edit-proxy"], (), "editor", anew=False)
    work()
    with archive.reading() as session:
        made = session.scalars(select(Rendition).where(Rendition.recipe == "edit-proxy")).one()
        file = session.get_one(File, made.file_id)
        asset = session.scalars(select(Asset)).one()
    assert (file.name, file.role, file.media_type) == ("东湖大桥 A001.mov", Role.RENDITION, "video/quicktime")
    assert asset.problem is None


def test_the_recipe_is_made_on_request_only() -> None:
    recipe = next(one for one in book("film").recipe if one.name == "edit-proxy")
    assert recipe.on == "request"
