"""Moments, timecodes, numbers and places, over all their range."""

import json
import math
import time
from datetime import UTC, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_archive.metadata.normal import films, moments, places, stills, timecodes
from media_archive.metadata.normal.moments import moment, zone_named
from media_archive.metadata.normal.said import Said
from media_archive.metadata.plain import LONGEST_TEXT, MOST_BYTES, bounded, plain
from media_archive.metadata.reading import exif, iptc, xmp
from media_archive.metadata.reading.characters import decode

SHANGHAI = zone_named("Asia/Shanghai")
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "written", "instant", "precision"),
    [
        ("1987", "1987", "1986-12-31T16:00:00", "year"),
        ("1987:00:00 00:00:00", "1987", "1986-12-31T16:00:00", "year"),
        ("1987-05", "1987-05", "1987-04-30T15:00:00", "month"),  # Shanghai had summer time in 1987
        ("2017:06:12 09:30:00", "2017-06-12T09:30:00", "2017-06-12T01:30:00", "second"),
        ("2017-06-12T09:30:00.25+02:00", "2017-06-12T09:30:00.25+02:00", "2017-06-12T07:30:00.250000", "fraction"),
        ("2017-06-12T09:30Z", "2017-06-12T09:30Z", "2017-06-12T09:30:00", "minute"),
        ("UTC 2017-06-12 09:30:00", "2017-06-12T09:30:00Z", "2017-06-12T09:30:00", "second"),
        ("2017-06-12 09-30-00", "2017-06-12T09:30:00", "2017-06-12T01:30:00", "second"),
    ],
)
def test_moments_keep_what_was_written(text: str, written: str, instant: str, precision: str) -> None:
    found = moment(text, "test", SHANGHAI)
    assert found is not None
    assert (found.at, found.precision) == (written, precision)
    assert found.instant.replace(tzinfo=None).isoformat() == instant


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        None,
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "1904-01-01 00:00:00 UTC",
        "2017:13:41 00:00:00",
        "3017",
        "soon",
    ],
)
def test_clocks_that_were_never_set_are_no_moment(nonsense: Any) -> None:
    assert moment(nonsense, "test", SHANGHAI) is None


def test_the_year_is_that_of_the_place() -> None:
    found = moment("2019-12-31 20:00:00 UTC", "test", SHANGHAI)
    assert found is not None
    assert found.year == 2020


@pytest.mark.slow
@given(
    st.datetimes(min_value=moments.datetime(1830, 1, 1), max_value=moments.datetime(2026, 1, 1)), st.integers(-840, 840)
)
def test_a_moment_with_an_offset_comes_back(when: moments.datetime, offset: int) -> None:
    text = when.replace(microsecond=0).isoformat() + moments._signed(offset)
    found = moment(text, "test", UTC)
    if any(text.startswith(unset) for unset in moments.NEVER_SET):
        return
    assert found is not None
    assert found.at == text
    assert found.instant.replace(tzinfo=None) + timedelta(minutes=offset) == when.replace(microsecond=0)


@pytest.mark.slow
@given(st.text() | st.from_regex(moments.PATTERN, fullmatch=True), st.text(max_size=8))
def test_no_text_is_too_odd_for_a_moment(text: str, other: str) -> None:
    moment(text, "test", SHANGHAI, other, other)


RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)]


@pytest.mark.slow
@given(st.integers(0, 24 * 3600 * 24 - 1), st.sampled_from(RATES))
def test_timecode_and_frame_number_are_the_same_thing(frame: int, rate: Fraction) -> None:
    for drop in (False, True) if rate in {Fraction(30000, 1001), Fraction(60000, 1001)} else (False,):
        text = timecodes.say(frame, rate, drop=drop)
        assert timecodes.number(text, rate, drop=drop) == frame


def test_dropped_numbers_are_dropped() -> None:
    rate = Fraction(30000, 1001)
    assert timecodes.say(1799, rate, drop=True) == "00:00:59;29"
    assert timecodes.say(1800, rate, drop=True) == "00:01:00;02"
    assert timecodes.say(17982, rate, drop=True) == "00:10:00;00"
    assert timecodes.say(107892, rate, drop=True) == "01:00:00;00"
    assert timecodes.say(3600, Fraction(60000, 1001), drop=True) == "00:01:00;04"


def test_a_stated_drop_frame_timecode_is_counted_as_such() -> None:
    track = {"@type": "Other", "Type": "Time code", "TimeCode_FirstFrame": "10:00:00;00", "FrameRate": "29.970"}
    track |= {"TimeCode_DropFrame": "Yes", "FrameRate_Num": "30000", "FrameRate_Den": "1001"}
    found = timecodes.start(Said({"MediaInfo": {"tracks": [track]}}, {}, SHANGHAI), None)
    assert found is not None
    assert (found.text, found.drop, found.frame) == ("10:00:00;00", True, 1078920)


@pytest.mark.slow
@given(NESTED)
def test_anything_becomes_json_a_database_takes(value: Any) -> None:
    clean = plain({"value": value})
    text = json.dumps(clean, allow_nan=False)
    assert "\\u0000" not in text
    assert json.loads(text) == clean


@pytest.mark.slow
def test_findings_are_bounded() -> None:
    assert len(plain("长" * 100_000)) == LONGEST_TEXT + 1
    found = bounded({f"tag {n}": ["x" * 1000] * 100 for n in range(100)} | {"kept": 1})
    assert found["kept"] == 1
    assert len(json.dumps(found)) <= MOST_BYTES
    assert plain(math.nan) is None
    assert plain(b"\x00" * 40) == "(binary, 40 bytes)"


def test_what_is_shortened_keeps_its_kind_and_the_rest_of_the_record() -> None:
    words = {f"word {n}": "x" * 1000 for n in range(500)}
    found = bounded({"width": 7, "text": words, "names": ["y" * 1000] * 500, "xmp": {"dc:title": "解放路"}})
    assert len(json.dumps(found)) <= MOST_BYTES * 1.02
    assert found["width"] == 7
    assert found["xmp"] == {"dc:title": "解放路"}
    assert isinstance(found["text"], dict)
    assert isinstance(found["names"], list)


@pytest.mark.parametrize(
    "gps", [([0, 0, 0], [0, 0, 0]), ([91, 0, 0], [0, 0, 0]), (["0/0", "0/0", "0/0"], [1, 0, 0]), ([], [])]
)
def test_nonsense_is_no_place(gps: tuple[list[Any], list[Any]]) -> None:
    assert places.from_exif({"GPS GPSLatitude": gps[0], "GPS GPSLongitude": gps[1]}) is None


TAGS = st.sampled_from(
    [
        "EXIF ExposureTime",
        "EXIF FNumber",
        "EXIF ISOSpeedRatings",
        "Image Orientation",
        "GPS GPSLatitude",
        "GPS GPSLongitude",
        "EXIF DateTimeOriginal",
        "Image XPKeywords",
        "EXIF Flash",
        "GPS GPSDate",
        "GPS GPSTimeStamp",
        "Image Rating",
    ]
)


@pytest.mark.slow
@given(
    st.dictionaries(TAGS, NESTED), st.dictionaries(st.sampled_from(["dc:subject", "dc:title", "xmp:Rating"]), NESTED)
)
def test_no_findings_are_too_odd_for_a_record(tags: dict[str, Any], properties: dict[str, Any]) -> None:
    found = {"exif": plain(tags), "xmp": plain(properties)}
    json.dumps(stills.record(found, plain(properties), SHANGHAI).model_dump(mode="json"), allow_nan=False)


FIELDS = st.sampled_from(
    ["@type", "FrameRate", "FrameRate_Num", "Rotation", "Width", "PixelAspectRatio", "Duration", "Encoded_Date"]
)


@pytest.mark.slow
@given(
    st.lists(st.dictionaries(FIELDS, st.sampled_from(["Video", "General", "Audio", "1e9", "0", "-90", "x", "25.000"])))
)
def test_no_tracks_are_too_odd_for_a_record(tracks: list[dict[str, Any]]) -> None:
    films.record({"MediaInfo": {"tracks": tracks}}, {}, SHANGHAI)


@given(st.binary(max_size=600))
@settings(deadline=None, max_examples=40)
def test_packets_of_rubbish_never_raise(data: bytes) -> None:
    exif.read(b"II*\x00\x08\x00\x00\x00\x20\x00" + data)
    iptc.read(b"\x1c\x02" + data)
    xmp.read(b"<x:xmpmeta>" + data)


def test_an_xmp_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&c;</x:xmpmeta>'
    assert set(xmp.read(bomb)) == {"error"}


def test_directories_that_go_round_in_circles_are_given_up() -> None:
    # each of 3,000 directories claims 65,535 entries and points at the next
    block = b"II*\x00\x08\x00\x00\x00"
    block += b"".join(b"\xff\xff" + (8 + 14 * (n + 1)).to_bytes(4, "little") * 3 for n in range(3000))
    started = time.process_time()
    exif.read(block)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text", ["朱镕基视察德州", "老街 Old Street", "Bjørn Erik", "Ängar", "école", "湖滨路、解放路"]
)
def test_unstated_encodings_are_guessed(text: str) -> None:
    encodings = ["utf-8"] + (["gb18030"] if any(letter > "\u3000" for letter in text) else ["cp1252"])
    for encoding in encodings:
        assert decode(text.encode(encoding) + b"\x00rest") == text
