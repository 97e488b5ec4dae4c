"""Time: nonsense is flagged and not taken, and the camera's clock is compared with the satellites'."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media_archive.metadata.formats import FORMATS, identify_path
from media_archive.metadata.record import Record
from media_archive.metadata.service import Found, normalise, probe
from media_archive.words import Message


def from_tags(tags: Mapping[str, object], modified: datetime | None = None) -> Record:
    return normalise(FORMATS["jpeg"], [Found("exif", "1", dict(tags))], zone="Asia/Shanghai", modified=modified)


#: to the day, so that all workers of a test run agree on its name
TOMORROW_BUT_ONE = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y:%m:%d 12:00:00")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1904:01:01 00:00:00", "A clock that was never set begins at this date."),
        ("1970:01:01 08:00:00", "A clock that was never set begins at this date."),
        ("1980:01:01 00:00:12", "A clock that was never set begins at this date."),
        ("2036:02:07 06:28:16", "A counter of seconds that has run over ends at this date."),
        ("1799:06:12 09:30:00", "There was no photography yet."),
        (TOMORROW_BUT_ONE, "This lies in the future."),
        ("2017:02:31 09:30:00", "There is no such day or hour."),
        ("to the Apache Softwa", None),
        ("12 June 2017", "This is no date."),
    ],
)
def test_nonsense_is_flagged_and_the_next_best_moment_taken(written: str, reason: str | None) -> None:
    record = from_tags({"EXIF DateTimeOriginal": written, "Image DateTime": "2017:06:13 10:00:00"})
    assert record.capture is not None
    assert (record.capture.at, record.capture.source) == ("2017-06-13T10:00:00", "exif DateTime")
    if reason is None:
        assert record.problems == []
        return
    problem = record.problems[0]
    assert (problem.field, problem.value, problem.source) == ("capture", written, "exif DateTimeOriginal")
    assert str(Message.from_json(problem.reason)) == reason


@pytest.mark.parametrize("blank", ["0000:00:00 00:00:00", "    :  :     :  :  ", ""])
def test_an_empty_date_is_no_problem(blank: str) -> None:
    record = from_tags({"EXIF DateTimeOriginal": blank})
    assert record.capture is None
    assert record.problems == []


@pytest.mark.parametrize(("offset", "ahead"), [("+08:00", 95.0), ("+09:00", -3505.0), (None, 95.0)])
def test_the_camera_clock_is_compared_with_the_satellites(offset: str | None, ahead: float) -> None:
    tags = {
        "EXIF DateTimeOriginal": "2017:06:12 17:31:35",
        "EXIF OffsetTimeOriginal": offset,
        "GPS GPSDate": "2017:06:12",
        "GPS GPSTimeStamp": ["9/1", "30/1", "0/1"],
    }
    capture = from_tags({name: value for name, value in tags.items() if value}).capture
    assert capture is not None
    assert capture.ahead_of_gps == ahead


def test_a_real_camera_was_right_to_the_second(media: Path) -> None:
    known = identify_path(media / "photo/sunrise.jpg")
    assert known is not None
    capture = probe(media / "photo/sunrise.jpg", known.format).record.capture
    assert capture is not None
    assert capture.ahead_of_gps == 0


def test_the_file_system_is_the_last_resort() -> None:
    modified = datetime(2019, 5, 4, 3, 2, 1, tzinfo=UTC)
    capture = from_tags({}, modified).capture
    assert capture is not None
    assert (capture.at, capture.source, capture.precision) == ("2019-05-04T11:02:01+08:00", "file system", "second")
    other = from_tags({"Image DateTime": "2017:06:13 10:00:00"}, modified).capture
    assert other is not None
    assert other.source == "exif DateTime"


def test_a_zone_in_whole_hours_is_an_offset() -> None:
    capture = from_tags({"EXIF DateTimeOriginal": "2017:06:12 09:30:00", "EXIF TimeZoneOffset": [-5]}).capture
    assert capture is not None
    assert capture.at == "2017-06-12T09:30:00-05:00"
