"""Clips hold exactly the frames that were asked for, in step with their sound, whatever they are cut out of."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import av
import pytest

from media_archive.archive import Archive
from media_archive.delivery.clips.making import Clip, make
from media_archive.delivery.clips.points import Timing, read
from media_archive.delivery.clips.wanted import Wanted
from media_archive.errors import ArchiveError, Conflict, Invalid
from media_archive.metadata.normal import timecodes
from media_archive.tools import ffmpeg
from tests.cli.outgoing import filled
from tests.delivery import numbered

COUNT = 300
H264 = ("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3")
CLOSED = (*H264, "-g", "12", "-x264-params", "open-gop=0:scenecut=0")
OPEN = (*H264, "-g", "12", "-x264-params", "open-gop=1:scenecut=0:b-pyramid=normal")
AAC, PCM, AC3 = ("-c:a", "aac"), ("-c:a", "pcm_s16le"), ("-c:a", "ac3")
XDCAM = (
    "-pix_fmt",
    "yuv422p",
    "-c:v",
    "mpeg2video",
    "-b:v",
    "20M",
    "-g",
    "12",
    "-bf",
    "2",
    "-sc_threshold",
    "1000000000",
)


@dataclass(frozen=True)
class Kind:
    """A kind of film: its name, rate and coding, and the timecode of its first frame."""

    name: str
    rate: str
    arguments: tuple[str, ...]
    start: str = ""
    sounds: int = 1


KINDS = [
    Kind("closed25.mov", "25", (*CLOSED, *PCM), "10:00:00:00", sounds=2),
    Kind("drop.mov", "30000/1001", (*CLOSED, *PCM), "00:59:58;00"),
    Kind("fast50.mp4", "50", (*CLOSED, *AAC)),
    Kind("open25.mp4", "25", (*OPEN, *AAC)),
    Kind("open25.mts", "25", (*OPEN, *AC3, "-f", "mpegts")),
    Kind("xdcam.mxf", "25", (*XDCAM, *PCM), "09:59:50:00"),
    Kind("xdcam5994.mxf", "60000/1001", (*XDCAM, *PCM)),
    Kind(
        "hevc.mp4",
        "25",
        (
            "-pix_fmt",
            "yuv420p",
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-x265-params",
            "keyint=12:log-level=error",
            "-tag:v",
            "hvc1",
            *AAC,
        ),
    ),
    Kind("prores.mov", "24000/1001", ("-pix_fmt", "yuv422p10le", "-c:v", "prores_ks", *PCM), "01:00:00:00"),
    Kind("mjpeg.mov", "25", ("-pix_fmt", "yuvj422p", "-c:v", "mjpeg", "-q:v", "3", *PCM)),
]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("numbered")


def _drawn(folder: Path, kind: Kind, program: str) -> Path:
    path = folder / kind.name
    if not path.exists():
        code = ("-timecode", kind.start) if kind.start else ()
        numbered.draw(path, program, kind.rate, COUNT, *kind.arguments, *code, sounds=kind.sounds)
    return path


def _in_archive(archive: Archive, folder: Path, kind: Kind) -> UUID:
    [asset] = filled(archive, _drawn(folder, kind, ffmpeg.find(archive.settings)))
    return asset.id


def _is_right(clip: Clip, first: int, count: int, kind: Kind) -> None:
    assert numbered.numbers(clip.path) == list(range(first, first + count))
    assert clip.frames == count
    rate = Fraction(kind.rate)
    expected = [float((n - first) / rate) for n in range(first, first + count) if n % numbered.PULSE_EVERY == 0]
    for track in range(kind.sounds):
        heard = numbered.pulses(clip.path, track)
        for moment in expected:
            assert min(abs(moment - one) for one in heard) < 0.003, (moment, heard)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_clip_from_anywhere_begins_and_ends_with_the_frames_named(
    archive: Archive, films: Path, tmp_path: Path, kind: Kind
) -> None:
    asset = _in_archive(archive, films, kind)
    made = make(archive, Wanted(asset, "frame:251", "frame:287"), tmp_path / f"clip{Path(kind.name).suffix}")
    _is_right(made, 251, 36, kind)
    assert made.method == ("copied" if kind.name in ("prores.mov", "mjpeg.mov") else "encoded")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_from_key_frame_to_key_frame_nothing_is_encoded_anew(
    archive: Archive, films: Path, tmp_path: Path, kind: Kind
) -> None:
    asset = _in_archive(archive, films, kind)
    wanted = Wanted(asset, "frame:255", "frame:275", widened=True)
    made = make(archive, wanted, tmp_path / f"clip{Path(kind.name).suffix}")
    assert made.method == "copied"
    assert made.first_frame <= 255
    assert made.first_frame + made.frames >= 275
    assert made.frames <= 60
    _is_right(made, made.first_frame, made.frames, kind)


@pytest.mark.slow
def test_a_clip_begins_at_the_timecode_of_its_in_point(archive: Archive, films: Path, tmp_path: Path) -> None:
    """Frame 1800 of drop-frame timecode is 00:01:00;02 less two: the film begins at 00:59:58;00, so 60 frames on is an hour."""
    drop = next(kind for kind in KINDS if kind.name == "drop.mov")
    asset = _in_archive(archive, films, drop)
    made = make(archive, Wanted(asset, "01:00:00;00", "01:00:02;10"), tmp_path / "clip.mov")
    _is_right(made, 60, 70, drop)
    assert (made.begins, made.ends) == ("01:00:00;00", "01:00:02;10")
    with av.open(str(made.path)) as film:
        assert film.streams.video[0].metadata["timecode"] == "01:00:00;00"


@pytest.mark.slow
def test_a_closed_group_is_copied_and_the_timecode_goes_with_it(archive: Archive, films: Path, tmp_path: Path) -> None:
    closed = KINDS[0]
    asset = _in_archive(archive, films, closed)
    made = make(archive, Wanted(asset, "10:00:00:24", "10:00:02:10"), tmp_path / "clip.mov")
    assert (made.method, made.reason) == ("copied", None)
    _is_right(made, 24, 36, closed)
    with av.open(str(made.path)) as film:
        assert film.streams.video[0].metadata["timecode"] == "10:00:00:24"
        assert [one.codec_context.name for one in film.streams.audio] == ["pcm_s16le"] * 2


@pytest.mark.slow
def test_irregular_frames_keep_their_distances(archive: Archive, films: Path, tmp_path: Path) -> None:
    varies = Kind("varies.mp4", "25", ("-vf", "select='not(eq(mod(n,7),3))'", "-fps_mode", "vfr", *CLOSED, *AAC))
    asset = _in_archive(archive, films, varies)
    told = [number for number in range(COUNT) if number % 7 != 3]
    made = make(archive, Wanted(asset, "frame:100", "frame:130"), tmp_path / "clip.mp4")
    assert numbered.numbers(made.path) == told[100:130]
    with av.open(str(made.path)) as film:
        times = [float(frame.pts * frame.time_base) for frame in film.decode(video=0)]
    assert times == pytest.approx([(number - told[100]) / 25 for number in told[100:130]], abs=0.002)


@pytest.mark.slow
@pytest.mark.parametrize("points", [("frame:24", "frame:60"), ("frame:31", "frame:60")], ids=["copied", "encoded"])
def test_rotation_and_colours_are_kept(archive: Archive, films: Path, tmp_path: Path, points: tuple[str, str]) -> None:
    # into the stream itself: not every ffmpeg heeds -color_primaries of an output
    colours = ("-bsf:v", "h264_metadata=colour_primaries=9:transfer_characteristics=18:matrix_coefficients=9")
    plain = _drawn(films, Kind("upright.mp4", "25", (*CLOSED, *AAC, *colours)), ffmpeg.find(archive.settings))
    turned = tmp_path / "turned.mp4"
    with av.open(str(plain)) as source, av.open(str(turned), "w") as sink:
        tracks = {one.index: sink.add_stream_from_template(one) for one in source.streams}
        tracks[0].set_display_rotation(90)
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = tracks[packet.stream_index]
                sink.mux(packet)
    [asset] = filled(archive, turned)
    made = make(archive, Wanted(asset.id, *points), tmp_path / "clip.mp4")
    with av.open(str(turned)) as before, av.open(str(made.path)) as after:
        was, now = next(before.decode(video=0)), next(after.decode(video=0))
        assert now.rotation == was.rotation != 0
        assert (now.width, now.height) == (was.width, was.height)
        assert (now.color_primaries, now.color_trc, now.colorspace) == (9, 18, 9)


@pytest.mark.slow
def test_what_a_container_does_not_hold_is_encoded_and_said(archive: Archive, films: Path, tmp_path: Path) -> None:
    asset = _in_archive(archive, films, KINDS[0])
    made = make(archive, Wanted(asset, "frame:24", "frame:60"), tmp_path / "clip.mp4")
    assert made.method == "encoded"
    assert str(made.reason) == "The container mp4 does not hold pcm_s16le."
    _is_right(made, 24, 36, KINDS[0])


@pytest.mark.slow
def test_a_clip_replaces_nothing_and_leaves_nothing_behind_when_it_is_refused(
    archive: Archive, films: Path, tmp_path: Path
) -> None:
    asset = _in_archive(archive, films, KINDS[0])
    there = tmp_path / "out" / "clip.mov"
    there.parent.mkdir()
    there.write_bytes(b"mine")
    with pytest.raises(Conflict):
        make(archive, Wanted(asset, "1", "2"), there)
    with pytest.raises(Invalid, match="the film ends before"):
        make(archive, Wanted(asset, "frame:9000", "frame:9010"), there.with_name("b.mov"))
    with pytest.raises(Invalid, match="cannot be written as"):
        make(archive, Wanted(asset, "1", "2"), there.with_name("b.exe"))
    assert [path.name for path in there.parent.iterdir()] == ["clip.mov"]
    assert there.read_bytes() == b"mine"


@pytest.mark.slow
@pytest.mark.parametrize("widened", [False, True], ids=["exact", "key frames"])
def test_a_camcorders_frames_of_two_fields_stay_whole(
    archive: Archive, shared_media: Path, tmp_path: Path, widened: bool
) -> None:
    """PAFF: AVCHD cameras store the fields of a frame one by one."""
    source = shared_media / "video" / "Sony_ILCE-7M3_(A7M3).mts"
    if not source.exists():
        pytest.skip("the camcorder's film is not among the shared media beside the project")
    [asset] = filled(archive, source)
    made = make(archive, Wanted(asset.id, "frame:2", "frame:6", widened=widened), tmp_path / "clip.mts")
    was, now = (_greys(path) for path in (source, made.path))
    assert len(now) == made.frames
    assert made.method == ("copied" if widened else "encoded")
    shown = was[made.first_frame : made.first_frame + made.frames]
    # the last frames of a clip that is copied may be told apart from their neighbours by little more than noise
    assert [abs(one - other) < 1 for one, other in zip(now, shown, strict=True)] == [True] * len(now)


def _greys(path: Path) -> list[float]:
    with av.open(str(path)) as film:
        return [float(frame.to_ndarray(format="gray")[::8, ::8].mean()) for frame in film.decode(video=0)]


def _timing(rate: str, start: str = "00:00:00:00") -> Timing:
    exact, drop = Fraction(rate), ";" in start
    return Timing(exact, exact, timecodes.number(start, exact, drop=drop) or 0, drop, True)


@pytest.mark.parametrize(
    ("text", "rate", "start", "seconds"),
    [
        ("10:00:02:12", "25", "10:00:00:00", Fraction(62, 25)),
        ("01:00:00;02", "30000/1001", "01:00:00;00", Fraction(2002, 30000)),
        ("00:10:00;00", "30000/1001", "00:00:00;00", Fraction(17982 * 1001, 30000)),
        ("00:00:01:00", "25", "23:59:59:00", Fraction(2)),
        ("12.345", "25", "10:00:00:00", Fraction(12345, 1000)),
        ("0:01:02.5", "25", "10:00:00:00", Fraction(125, 2)),
        ("1001/30000", "30000/1001", "00:00:00:00", Fraction(1001, 30000)),
    ],
)
def test_points_are_exact(text: str, rate: str, start: str, seconds: Fraction) -> None:
    assert read(text, _timing(rate, start)).seconds == seconds


@pytest.mark.parametrize(
    "text", ["", "-1", "frame:-3", "10:00:00:25", "10:61:00:00", "00:01:00;00", "1e9", "nan", "一"]
)
def test_what_is_no_point_is_refused(text: str) -> None:
    start = "00:00:00;00" if ";" in text else "10:00:00:00"
    with pytest.raises(ArchiveError):
        read(text, _timing("30000/1001" if ";" in text else "25", start))
