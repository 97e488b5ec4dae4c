"""Where a film was taken: recorded ways in tracks and in the files beside it."""

import struct
from pathlib import Path

import pytest

from media_archive.metadata import readers
from media_archive.metadata.formats import FORMATS, recognise_path
from media_archive.metadata.record import Gps, Record
from media_archive.metadata.service import Found, normalise, probe

GPX = """<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="37.4350" lon="116.3570"><ele>21.5</ele><time>2023-03-16T15:00:00Z</time></trkpt>
<trkpt lat="37.4360" lon="116.3580"><ele>22.5</ele><time>2023-03-16T15:26:24Z</time></trkpt>
<trkpt lat="37.4370" lon="116.3590"><time>2023-03-16T15:26:25Z</time></trkpt>
<trkpt lat="37.4380" lon="116.3600"><time>2023-03-16T16:40:00Z</time></trkpt></trkseg></trk></gpx>"""


def place_of(path: Path, *beside: Path) -> Gps:
    found = record_of(path, *beside).gps
    assert found is not None
    return found


def record_of(path: Path, *beside: Path) -> Record:
    known = recognise_path(path)
    assert known is not None
    sidecars = [finding for one in beside for finding in _found(one)]
    return probe(path, known, sidecar=sidecars).record


def _found(path: Path) -> list[Found]:
    known = recognise_path(path)
    assert known is not None
    return [Found(**finding) for finding in readers.read(str(path), known.name)["findings"]]


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", len(data) + 8, kind) + data


def movie(kind: bytes, samples: list[bytes], duration: int = 1000) -> bytes:
    """A film of one metadata track: `samples` of `duration` thousandths each."""
    numbers = struct.pack
    start = 8 + 16 + 8
    table = box(
        b"stbl",
        box(b"stsd", numbers(">II", 0, 1), box(kind, bytes(6), numbers(">H", 1))),
        box(b"stts", numbers(">IIII", 0, 1, len(samples), duration)),
        box(b"stsz", numbers(">III", 0, 0, len(samples)), *(numbers(">I", len(one)) for one in samples)),
        box(b"stsc", numbers(">IIIII", 0, 1, 1, len(samples), 1)),
        box(b"stco", numbers(">III", 0, 1, start)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", numbers(">IIIIIHH", 0, 0, 0, 1000, duration * len(samples), 0x55C4, 0)),
        box(b"hdlr", numbers(">II4s", 0, 0, b"meta"), bytes(13)),
        box(b"minf", table),
    )
    header = box(b"mvhd", numbers(">IIIII", 0, 0, 0, 1000, duration * len(samples)), bytes(80))
    return b"".join(
        (
            box(b"ftyp", b"isom", bytes(4), b"isom", b"mp42"),
            box(b"mdat", *samples),
            box(b"moov", header, box(b"trak", box(b"tkhd", bytes(84)), media)),
        )
    )


def test_the_way_of_a_gopro_begins_where_its_receiver_first_was(media: Path) -> None:
    place = place_of(media / "video/max-heromode.mp4")
    # as ExifTool extracts them: -ee -GPSLatitude -GPSLongitude -GPSDateTime
    assert (place.lat, place.lon) == (33.12677, -117.3273436)
    assert place.at == "2019-11-18T23:45:14.000Z"
    assert place.source == "movie gpmd"
    assert place.track_points == len(place.track) == 191
    assert place.track[-1].time == pytest.approx(10.49, abs=0.1)
    assert all(abs(point.lat - place.lat) < 0.001 for point in place.track)


def test_a_camera_motion_track_is_read_with_its_speed_and_time(tmp_path: Path) -> None:
    seconds = 1_261_000_000.0  # since 1980-01-06
    points = [
        struct.pack("<HHdiddfffffff", 0, 6, seconds + n, 3, 37.4 + n / 1000, 116.3, 20.0, 3.0, 3.0, 3.0, 4.0, 0.0, 0.5)
        for n in range(3)
    ]
    gyro = struct.pack("<HHfff", 0, 2, 0.1, 0.2, 0.3)
    path = tmp_path / "street.mp4"
    path.write_bytes(movie(b"camm", [gyro, points[0], gyro, points[1], points[2]], 500))
    place = place_of(path)
    assert (place.lat, place.lon, place.alt, place.speed) == (37.4, 116.3, 20.0, 5.0)
    assert place.at == "2019-12-21T21:46:22.000Z"
    assert [point.time for point in place.track] == [0.5, 1.5, 2.0]


def test_a_long_way_is_thinned_to_two_thousand_points(tmp_path: Path) -> None:
    samples = [struct.pack("<HHddd", 0, 5, 37.0 + n / 10000, 116.0, 1.0) for n in range(5000)]
    path = tmp_path / "long.mp4"
    path.write_bytes(movie(b"camm", samples, 100))
    place = place_of(path)
    assert (len(place.track), place.track_points) == (2000, 5000)
    assert (place.track[0].lat, place.track[-1].lat) == (37.0, 37.4999)


def test_sonys_frames_tell_where_they_were_taken(tmp_path: Path) -> None:
    def tag(number: int, content: bytes) -> bytes:
        return struct.pack(">HH", number, len(content)) + content

    north = struct.pack(">6I", 37, 1, 26, 1, 30, 1)
    east = struct.pack(">6I", 116, 1, 21, 1, 0, 1)
    tags = tag(0x8501, b"N\0") + tag(0x8502, north) + tag(0x8503, b"E\0") + tag(0x8504, east) + tag(0x8509, b"A\0")
    tags += tag(0x8507, struct.pack(">6I", 8, 1, 5, 1, 9, 1)) + tag(0x851D, b"2021:05:01\0")
    frame = struct.pack(">H", 0x1C) + bytes(26) + tag(0x8300, tags)
    path = tmp_path / "sony.mp4"
    path.write_bytes(movie(b"rtmd", [frame, frame]))
    place = place_of(path)
    assert place.lat == pytest.approx(37.441667)
    assert place.lon == 116.35
    assert place.at == "2021-05-01T08:05:09Z"


def test_a_film_without_samples_where_its_tables_say_so_has_no_way(tmp_path: Path) -> None:
    data = movie(b"camm", [struct.pack("<HHddd", 0, 5, 37.0, 116.0, 1.0)])
    for cut in (len(data) - 30, len(data) // 2, 60):
        path = tmp_path / f"{cut}.mp4"
        path.write_bytes(data[:cut] + b"\xff" * 40)
        known = FORMATS["mp4"]
        assert probe(path, known).record.gps is None


@pytest.mark.parametrize(
    ("name", "lat", "lon", "points"),
    [
        ("air2s.srt", 41.424724, 2.234156, 17),
        ("matrice_300.srt", 36.6146, -6.112, 381),
        ("mavic_mini.SRT", 48.0771, -121.7458, 117),
        ("p4_rtk.SRT", -34.237922, -58.851745, 55),
    ],
)
def test_subtitles_of_drones_are_read_in_each_spelling(
    media: Path, name: str, lat: float, lon: float, points: int
) -> None:
    place = place_of(media / "video/xdcam-hd-1080i50.mov", media / "sidecar" / name)
    assert (place.lat, place.lon, place.track_points) == (lat, lon, points)
    assert place.track[0].time == 0


def test_a_drones_subtitles_tell_when_and_how_it_was_exposed(media: Path) -> None:
    record = record_of(media / "sidecar/air2s.srt")
    assert record.capture is not None
    assert record.capture.at == "2022-08-07T13:40:40.774"
    assert (record.exposure.iso, record.exposure.time, record.exposure.f_number) == (100, "1/80", 2.8)
    assert record.gps is not None
    assert record.gps.alt == 117.0


def test_subtitles_that_people_speak_are_no_flight(tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\n我们在解放路（GPS 不好）。\n\n", "utf-8")
    assert record_of(path).gps is None


def test_of_a_receivers_track_what_falls_into_the_film_counts(media: Path, tmp_path: Path) -> None:
    path = tmp_path / "walk.gpx"
    path.write_text(GPX, "utf-8")
    place = place_of(media / "video/portrait_4k60.mp4", path)  # 2023-03-16T15:26:24Z
    assert (place.lat, place.alt, place.track_points) == (37.436, 22.5, 2)
    alone = place_of(path)
    assert (alone.lat, alone.track_points) == (37.435, 4)


def test_a_hostile_track_says_why_it_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gpx"
    path.write_text('<!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx version="1.1">&a;</gpx>', "utf-8")
    told = readers.read(str(path), "gpx")
    assert told["problem"] is not None
    assert normalise(FORMATS["gpx"], [Found(**one) for one in told["findings"]]).gps is None
