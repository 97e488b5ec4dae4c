"""The Chinese element sets: filled from the catalogue's facts, by rules that an archive can correct."""

from pathlib import Path
from typing import Any

import pytest

from media_archive.errors import Invalid
from media_archive.metadata.mapping.elements import Element, filled
from media_archive.metadata.mapping.rules import SHIPPED, load

PHOTO: dict[str, Any] = {
    "asset": {
        "id": "0197",
        "kind": "photo",
        "title": "解放路开工",
        "caption": "北段开工",
        "photographer": "王敏",
        "keywords": ["道路", "开工"],
        "taken": "2017-06-12T09:30:00+08:00",
        "latitude": -37.45,
        "longitude": 116.3,
        "accession_code": None,
        "width": 6000,
        "height": 4000,
        "duration": None,
    },
    "shoot": {"name": "解放路改造"},
    "archive": {"code": "A001", "name": "德州市城建档案馆"},
    "file": {"name": "IMG_1.JPG", "size": 1234, "sha256": "ab" * 32, "media_type": "image/jpeg", "folder": "DCIM"},
    "files": [{"name": "IMG_1.JPG"}, {"name": "IMG_1.CR2"}],
    "format": {"name": "JPEG File Interchange Format", "version": "1.01", "puid": "fmt/43"},
    "copies": [{"place": "main:abab"}],
    "links": {"street": [{"name": "解放路", "said": "解放路"}], "landmark": [{"name": "董子园", "said": "董子园"}]},
    "ingest": {"id": "0198", "who": "wangmin", "at": "2026-01-02T03:04:05+00:00"},
    "record": {
        "still": {"width": 6000, "height": 4000, "bit_depth": 8, "x_resolution": 300.0, "profile": "sRGB"},
        "camera": {"make": "Canon", "model": "EOS 5D", "serial": "0042"},
        "exposure": {"time": "1/200", "f_number": 8.0, "flash": False},
        "gps": {"alt": -3.5, "direction": 90.0, "direction_reference": "magnetic", "datum": "CGCS2000"},
    },
}
FILM = PHOTO | {
    "asset": PHOTO["asset"] | {"kind": "film", "duration": 3723.5},
    "record": {
        "video": [{"codec": "AVC", "frame_rate": "30000/1001", "display_aspect": 1.778, "scan": "interlaced"}],
        "audio": [{"codec": "PCM", "sample_rate": 48000}, {"codec": "PCM", "sample_rate": 44100}],
    },
}


def _said(facts: dict[str, Any], standard: str, home: Path) -> dict[str, Element]:
    return {one.key: one for one in filled(load(standard, home), facts)}


def test_a_photograph_is_told_in_the_elements_of_da54(tmp_path: Path) -> None:
    said = _said(PHOTO, "da54", tmp_path)
    told = {key: one.joined for key, one in said.items() if one.values}
    assert told["title"] == "解放路开工"
    assert told["category_code"] == "ZP"
    assert told["place"] == "董子园；解放路"
    assert (told["gps_latitude_ref"], told["gps_latitude"]) == ("S", "37.45")
    assert (told["gps_longitude_ref"], told["gps_longitude"]) == ("E", "116.3")
    assert (told["gps_altitude_ref"], told["gps_altitude"]) == ("1", "3.5 米")
    assert told["gps_direction_ref"] == "M"
    assert told["exposure_time"] == "1/200 秒"
    assert told["f_number"] == "f/8"
    assert told["flash"] == "否"
    assert told["format_registry"] == "PRONOM fmt/43"
    assert (told["digest_algorithm"], told["digest_value"]) == ("SHA-256", "ab" * 32)
    assert told["relation"] == "IMG_1.JPG，IMG_1.CR2"
    assert said["title"].name == "题名"


def test_what_is_required_and_empty_is_told_and_stops_nothing(tmp_path: Path) -> None:
    missing = {one.name for one in filled(load("da54", tmp_path), PHOTO) if one.missing}
    assert missing == {"档号", "保管期限"}


def test_a_film_is_told_track_by_track_and_a_recording_has_no_pictures(tmp_path: Path) -> None:
    said = _said(FILM, "da63", tmp_path)
    assert said["title"].number == "M7"
    assert said["duration"].joined == "01:02:03.500"
    assert said["frame_rate"].joined == "30000/1001 帧/秒"
    assert said["aspect"].joined == "16:9"
    assert said["scan"].joined == "隔行"
    assert said["sample_rate"].values == ("48000 赫兹", "44100 赫兹")
    sound = _said(FILM | {"asset": FILM["asset"] | {"kind": "sound"}}, "da63", tmp_path)
    assert "frame_rate" not in sound
    assert sound["category_code"].joined == "LY"


@pytest.mark.parametrize("standard", ["da54", "da63"])
def test_nothing_unverified_passes_for_the_standards_own(standard: str, tmp_path: Path) -> None:
    rules = load(standard, tmp_path)
    assert "未与标准原文核对" in rules.status
    for rule in rules.element:
        mark = rules.basis[rule.basis].mark
        assert mark in {"seen", "remembered", "own"}
        if rule.number or rule.clause:
            assert mark == "seen", rule.key


def test_an_archive_corrects_the_rules_in_its_home(tmp_path: Path) -> None:
    own = tmp_path / "mapping" / "da54.toml"
    own.parent.mkdir()
    shipped = (SHIPPED / "da54.toml").read_text("utf-8")
    own.write_text(shipped.replace('name = "题名"', 'name = "照片题名"'), "utf-8")
    assert _said(PHOTO, "da54", tmp_path)["title"].name == "照片题名"
    own.write_text(shipped.replace('name = "摄影者"', 'name = "题名"'), "utf-8")
    with pytest.raises(Invalid, match="题名"):
        load("da54", tmp_path)
    own.write_text("[[element]", "utf-8")
    with pytest.raises(Invalid, match="TOML"):
        load("da54", tmp_path)
