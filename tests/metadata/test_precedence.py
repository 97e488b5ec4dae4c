"""Which source is believed, what is told of the others, and that the rules are data."""

import hashlib
from pathlib import Path

import pytest

from media_archive.errors import Invalid
from media_archive.metadata.formats import FORMATS
from media_archive.metadata.normal import precedence
from media_archive.metadata.normal.precedence import Decisions, rules
from media_archive.metadata.normal.values import WAYS
from media_archive.metadata.reading import packets
from media_archive.metadata.record import Description, Record
from media_archive.metadata.service import Found, normalise


def from_tags(sidecar: dict[str, object] | None = None, **found: dict[str, object]) -> Record:
    beside = [Found("xmp", "1", sidecar)] if sidecar else []
    return normalise(FORMATS["jpeg"], [Found(tool, "1", said) for tool, said in found.items()], sidecar=beside)


def test_every_rule_names_a_way_of_reading_that_exists_and_a_field_that_exists() -> None:
    for field, rule in rules().items():
        assert {way.read for way in precedence.ways(field)} <= {*WAYS, None}, field
        assert set(rule.sources).isdisjoint(rule.fallback), field
        part, _, name = field.partition(".")
        if part == "description" and not name.startswith("location_created."):
            assert name in Description.model_fields


def test_a_faulty_rule_is_refused_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('version = 1\n[fields.title]\nfrom = []\ncompare = "taste"\n')
    with pytest.raises(Invalid, match=r"(?s)compare"):
        rules(file)


def test_the_order_of_the_rule_decides_and_not_that_of_the_candidates() -> None:
    decided = Decisions()
    chosen = decided.choose(
        "description.title", [("iptc ObjectName", "旧桥"), ("xmp dc:title", "新桥"), ("sidecar dc:title", "")]
    )
    assert chosen == "新桥"
    assert decided.sources == {"description.title": "xmp dc:title"}
    assert [(other.field, other.value) for other in decided.conflicts[0].others] == [("iptc ObjectName", "旧桥")]


def test_a_field_without_a_rule_believes_in_the_order_given() -> None:
    assert Decisions().choose("no.rule", [("MediaInfo Reel", "A001"), ("ixml TAPE", "A002")]) == "A001"


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("description.title", "Sunrise in Spain", "sunrise  in Spain "),
        ("description.title", "（旧）城", "(旧)城"),
        ("description.keywords", ["路", "桥"], ["桥", "路"]),
        ("exposure.f_number", 5.6, 5.65),
        ("exposure.time", "1/200", "1/201"),
    ],
)
def test_what_differs_by_case_space_order_or_rounding_alone_is_no_conflict(
    field: str, one: object, other: object
) -> None:
    decided = Decisions()
    rule = rules()[field]
    decided.choose(field, [(rule.sources[0], one), (rule.sources[1], other)])
    assert decided.conflicts == []


def test_xmp_wins_unless_the_digest_shows_that_iptc_was_changed_after_it() -> None:
    xmp: dict[str, object] = {"dc:title": {"x-default": "from XMP"}}
    for digest, title in (("same", "from XMP"), ("differs", "from IPTC"), (None, "from XMP")):
        record = from_tags(xmp=xmp, iptc={"ObjectName": "from IPTC", "digest": digest})
        assert record.description.title == title, digest
        assert record.sources["description.title"].startswith("iptc" if digest == "differs" else "xmp")
        assert len(record.conflicts) == 1


def test_the_digest_is_that_of_the_records_as_photoshop_wrote_them() -> None:
    records = b"\x1c\x02\x05\x00\x02Ab"
    for noted, judged in ((hashlib.md5(records).digest(), "same"), (bytes(16), "differs")):
        resources = b"".join(
            b"8BIM" + number.to_bytes(2, "big") + b"\0\0" + len(data).to_bytes(4, "big") + data + bytes(len(data) % 2)
            for number, data in ((0x0404, records), (0x0425, noted))
        )
        found = packets.Packets()
        packets.photoshop(found, resources)
        assert found.iptc == records
        assert found.facts["iptc_digest"] == judged


def test_what_iptc_cut_off_is_taken_whole_from_where_it_is_whole() -> None:
    whole = "德州市运河古桥改造工程竣工通车典礼现场群众参加"
    record = from_tags(
        iptc={"ObjectName": whole.encode()[:60].decode(), "digest": "differs"}, xmp={"dc:title": {"x-default": whole}}
    )
    assert record.description.title == whole
    assert record.conflicts == []


def test_the_moment_of_scanning_is_no_conflict_with_that_of_capture() -> None:
    record = from_tags(
        exif={"EXIF DateTimeOriginal": "1987:05:01 10:00:00", "EXIF DateTimeDigitized": "2019:03:04 11:00:00"}
    )
    assert record.capture is not None
    assert record.capture.at == "1987-05-01T10:00:00"
    assert record.conflicts == []


def test_two_places_far_apart_are_a_conflict(media: Path) -> None:
    gps: dict[str, object] = {"GPS GPSLatitude": ["37/1", "26/1", "0/1"], "GPS GPSLongitude": ["116/1", "18/1", "0/1"]}
    record = from_tags(exif=gps, xmp={"exif:GPSLatitude": "37,27.0N", "exif:GPSLongitude": "116,18.0E"})
    assert [conflict.field for conflict in record.conflicts] == ["gps"]
    assert record.gps is not None
    assert record.gps.lat == pytest.approx(37.433333)
