"""Films and sound: what an editor relies on."""

from pathlib import Path

import pytest

from media_archive.metadata.formats import recognise_path
from media_archive.metadata.record import Container, Record
from media_archive.metadata.service import Probed, probe


def probed(path: Path) -> Probed:
    known = recognise_path(path)
    assert known is not None
    return probe(path, known)


def film_of(path: Path) -> tuple[Record, Container]:
    record = probed(path).record
    assert record.container is not None
    return record, record.container


def test_a_telephone_held_upright_is_shown_upright(media: Path) -> None:
    record, _ = film_of(media / "video/portrait_4k60.mp4")
    assert (record.video[0].width, record.video[0].height) == (3840, 2160)
    assert (record.shown.width, record.shown.height) == (2160, 3840)
    assert record.video[0].rotation == 90


def test_a_varying_frame_rate_is_told_from_a_constant_one(media: Path) -> None:
    assert film_of(media / "video/portrait_4k60.mp4")[0].video[0].frame_rate_mode == "variable"
    assert film_of(media / "video/max-heromode.mp4")[0].video[0].frame_rate_mode == "constant"


@pytest.mark.slow
def test_frame_rates_are_exact(media: Path) -> None:
    rates = {"max-heromode.mp4": "30000/1001", "xdcam-hd-1080i50.mov": "25/1", "reel1.mxf": "24000/1001"}
    # stated as 29.970 and as 29.97 only: no camera makes any other rate of that name
    rates |= {"sample_with_chapters.mp4": "30000/1001", "h265_with_metadata_track.mp4": "30000/1001"}
    for name, rate in rates.items():
        assert film_of(media / "video" / name)[0].video[0].frame_rate == rate, name


def test_pixels_that_are_not_square_are_shown_as_they_should_be(media: Path) -> None:
    record, _ = film_of(media / "video/xdcam-hd-1080i50.mov")
    assert (record.video[0].width, record.shown.width, record.shown.height) == (1440, 1920, 1080)
    assert record.video[0].scan == "interlaced"
    assert record.video[0].scan_order == "TFF"


def test_the_timecode_of_a_gopro_is_what_the_camera_showed(media: Path) -> None:
    timecode = film_of(media / "video/max-heromode.mp4")[1].timecode
    assert timecode is not None
    assert timecode.text == "15:44:35:10"
    assert not timecode.drop
    assert timecode.frame == 1700260


def test_the_timecode_of_an_mxf_is_kept_and_sound_alone_is_sound(media: Path) -> None:
    path = media / "video/TearsOfSteel_4k_Test_Master_Audio_002.mxf"
    known = recognise_path(path)
    assert known is not None
    assert known.kind == "sound"
    record, film = film_of(path)
    assert film.timecode is not None
    assert (film.timecode.text, film.timecode.rate) == ("01:09:13:06", "24000/1001")
    assert record.video == []
    assert record.audio[0].bit_depth == 24


def test_every_track_is_listed(media: Path) -> None:
    record, _ = film_of(media / "video/nasa_13013.mp4")
    assert [(track.sample_rate, track.language) for track in record.audio] == [(8000, "en"), (16000, "en")]
    assert [track.width for track in record.video] == [320, 480]
    assert len(record.subtitles) == 2
    assert len(film_of(media / "video/sample_with_chapters.mp4")[1].chapters) == 3


def test_hdr_is_seen(media: Path) -> None:
    video = film_of(media / "video/hlg10-color-test.mp4")[0].video[0]
    assert (video.hdr, video.bit_depth, video.primaries) == ("HLG", 10, "BT.2020")


def test_a_telephone_tells_where_and_when_with_its_offset(media: Path) -> None:
    record = probed(media / "video/with-gps.mov").record
    assert record.gps is not None
    assert (record.gps.lat, record.gps.lon, record.gps.alt) == (32.0929, 34.862, 28.516)
    assert record.capture is not None
    assert (record.capture.at, record.capture.offset) == ("2019-07-24T11:25:40+03:00", 180)
    assert record.camera.model == "iPhone 6"


def test_a_clock_in_utc_is_no_recorded_offset(media: Path) -> None:
    taken = probed(media / "video/portrait_4k60.mp4").record.capture
    assert taken is not None
    assert taken.offset is None
    assert taken.instant.isoformat() == "2023-03-16T15:26:24+00:00"


def test_sound_files(media: Path) -> None:
    for name in ("rect_24bit_rf64.wav", "rect_24bit_bext.wav"):
        record, film = film_of(media / "audio" / name)
        assert film.duration == 0.5
        assert (record.audio[0].channels, record.audio[0].sample_rate, record.audio[0].bit_depth) == (2, 44100, 24)
    words = probed(media / "audio/testMP3i18n.mp3").record.description
    assert words.title == "Une chason en Français"
    assert words.creator == ["Test Artist ⑨①"]


def test_what_spoke_is_recorded_with_its_version(media: Path) -> None:
    found = probed(media / "audio/testFLAC.flac").findings
    assert [finding.tool for finding in found] == ["MediaInfo"]
    assert "pymediainfo" in found[0].version
    assert found[0].version[0].isdigit()


@pytest.mark.parametrize("name", ["reel1.mxf", "video1.mxf"])
def test_essence_nobody_decodes_is_still_described(media: Path, name: str) -> None:
    record, _ = film_of(media / "video" / name)
    assert record.shown
    assert record.video[0].frames
