"""What editing programs read: timecode to the frame, drop-frame too, and what cannot be is refused."""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from uuid import UUID, uuid4
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from media_archive.cutting import edl, exporting, fcpxml, otio
from media_archive.cutting.counting import Span
from media_archive.cutting.cuts import Cut, Mark, Piece
from media_archive.delivery.clips.points import Timing
from media_archive.errors import Conflict
from media_archive.metadata.normal import timecodes

NTSC, PAL = Fraction(30000, 1001), Fraction(25)
ONE, OTHER = uuid4(), uuid4()


def piece(first: int, count: int, at: int, *, rate: Fraction = NTSC, drop: bool = True, asset: UUID = ONE) -> Piece:
    start = timecodes.number("10:00:00:00", rate, drop=drop) or 0
    name = "A001_通车.MOV" if asset == ONE else "B.MOV"
    return Piece(
        clip_id=uuid4(), asset_id=asset, title="通车", note="", file=name, reel=name.rpartition(".")[0],
        timing=Timing(rate, rate, start, drop, True), source=Span(first, count), frames=60_000,
        record=Span(at, count), width=1920, height=1080, has_sound=asset == ONE,
    )  # fmt: skip


def cut(*pieces: Piece, rate: Fraction = NTSC, drop: bool = True) -> Cut:
    return Cut("城市记忆", rate, drop, list(pieces))


def test_an_edit_list_says_source_and_record_in_drop_frame_timecode() -> None:
    # the first clip ends with the minute's last number before two are left out
    marked = replace(piece(1770, 30, 0), marks=[Mark(1780, "green", "剪彩")], note="大门")
    written = edl.write(cut(marked, piece(1800, 60, 30), piece(0, 10, 90, asset=OTHER)))
    assert written.split("\r\n") == [
        "TITLE: 城市记忆",
        "FCM: DROP FRAME",
        "001  A001     B     C        10:00:59;00 10:01:00;02 01:00:00;00 01:00:01;00",
        "* FROM CLIP NAME: 通车",
        "* SOURCE FILE: A001_通车.MOV",
        "* COMMENT: 大门",
        "* LOC: 01:00:00;10 GREEN    剪彩",
        "002  A001     B     C        10:01:00;02 10:01:02;02 01:00:01;00 01:00:03;00",
        "* FROM CLIP NAME: 通车",
        "* SOURCE FILE: A001_通车.MOV",
        "003  B        V     C        10:00:00;00 10:00:00;10 01:00:03;00 01:00:03;10",
        "* FROM CLIP NAME: 通车",
        "* SOURCE FILE: B.MOV",
        "",
    ]


def test_films_that_count_otherwise_fit_into_no_edit_list() -> None:
    with pytest.raises(Conflict):
        edl.write(cut(piece(0, 10, 0), piece(0, 10, 10, rate=PAL, drop=False)))
    with pytest.raises(Conflict):
        edl.write(cut(*(piece(0, 1, n) for n in range(1000))))


@given(
    some.lists(some.tuples(some.integers(0, 50_000), some.integers(1, 4000)), min_size=1, max_size=6), some.booleans()
)
def test_every_event_lasts_as_long_in_the_film_as_in_the_cut(spans: list[tuple[int, int]], drop: bool) -> None:
    at, pieces = 0, []
    for first, count in spans:
        pieces.append(piece(first, count, at, drop=drop))
        at += count
    events = [line.split() for line in edl.write(cut(*pieces, drop=drop)).splitlines() if line[:3].isdigit()]
    numbers = [[timecodes.number(text, NTSC, drop=drop) or 0 for text in event[4:]] for event in events]
    assert [(last - first, ends - begins) for first, last, begins, ends in numbers] == [(n, n) for _, n in spans]
    assert [row[2] for row in numbers[1:]] == [row[3] for row in numbers[:-1]]


def test_final_cut_gets_whole_frames_in_exact_seconds() -> None:
    marked = replace(piece(30, 60, 0), marks=[Mark(45, "red", "<开>\x01")])
    root = Tree.fromstring(fcpxml.write(cut(marked, piece(0, 25, 60, rate=PAL, drop=False, asset=OTHER))))
    clips = root.findall(".//asset-clip")
    assert [one.get("tcFormat") for one in clips] == ["DF", "NDF"]
    assert seconds(clips[0].get("start")) == Fraction(1_078_920 + 30) / NTSC
    assert seconds(clips[0].get("offset")) == Fraction(107_892) / NTSC
    assert seconds(clips[1].get("start")) == 36_000
    assert clips[0][0].get("value") == "<开>"
    assert seconds(clips[0][0].get("start")) == Fraction(1_078_920 + 45) / NTSC
    sequence = root.find(".//sequence")
    assert sequence is not None
    assert sequence.get("tcStart") == "108000/30" or seconds(sequence.get("tcStart")) == Fraction(107_892) / NTSC
    frames = {one.get("id"): one.get("frameDuration") for one in root.findall(".//format")}
    assert list(frames.values()) == ["1001/30000s", "1/25s"]
    assert {one.get("src") for one in root.findall(".//asset")} == {
        "file:///A001_%E9%80%9A%E8%BD%A6.MOV",
        "file:///B.MOV",
    }


def seconds(text: str | None) -> Fraction:
    assert text
    return Fraction(text.removesuffix("s"))


def test_a_timeline_has_a_track_of_pictures_and_one_of_sound() -> None:
    told = json.loads(otio.write(cut(piece(30, 60, 0), piece(0, 25, 60, asset=OTHER))))
    video, audio = told["tracks"]["children"]
    assert [one["OTIO_SCHEMA"] for one in video["children"]] == ["Clip.1", "Clip.1"]
    assert [one["OTIO_SCHEMA"] for one in audio["children"]] == ["Clip.1", "Gap.1"]
    span = video["children"][0]["source_range"]
    assert (span["start_time"]["value"], span["duration"]["value"]) == (1_078_950, 60)


def test_the_library_of_the_format_reads_what_is_written() -> None:
    library = pytest.importorskip("opentimelineio")
    marked = replace(piece(30, 60, 0), marks=[Mark(45, "purple", "剪彩")])
    read = library.adapters.read_from_string(otio.write(cut(marked, piece(0, 25, 60, asset=OTHER))), "otio_json")
    assert [one.name for one in read.find_clips()] == ["通车"] * 3
    assert read.video_tracks()[0].duration().to_frames() == 85
    first = read.video_tracks()[0][0]
    assert first.source_range.start_time.to_timecode(NTSC, True) == "10:00:01;00"
    assert first.markers[0].color == "PURPLE"


def test_table_programs_get_no_formula() -> None:
    rows: Sequence[str] = exporting.table(cut(replace(piece(0, 30, 0), title="=2+2", note="@x"))).splitlines()
    assert rows[1] == "1,'=2+2,A001_通车.MOV,10:00:00;00,10:00:01;00,1.001,'@x"
