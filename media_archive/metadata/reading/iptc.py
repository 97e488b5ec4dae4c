"""IPTC-IIM records (IIM 4.2), in whatever characters they were written."""

from collections.abc import Iterator
from typing import Any

from media_archive.metadata.reading.characters import encoding_of

#: names of the datasets that say something to people, by record and number
NAMES = {
    (1, 90): "CodedCharacterSet",
    (2, 4): "ObjectAttributeReference",
    (2, 5): "ObjectName",
    (2, 10): "Urgency",
    (2, 12): "SubjectReference",
    (2, 15): "Category",
    (2, 20): "SupplementalCategories",
    (2, 25): "Keywords",
    (2, 30): "ReleaseDate",
    (2, 40): "SpecialInstructions",
    (2, 55): "DateCreated",
    (2, 60): "TimeCreated",
    (2, 62): "DigitalCreationDate",
    (2, 63): "DigitalCreationTime",
    (2, 65): "OriginatingProgram",
    (2, 80): "Byline",
    (2, 85): "BylineTitle",
    (2, 90): "City",
    (2, 92): "Sublocation",
    (2, 95): "ProvinceState",
    (2, 100): "CountryCode",
    (2, 101): "Country",
    (2, 103): "OriginalTransmissionReference",
    (2, 105): "Headline",
    (2, 110): "Credit",
    (2, 115): "Source",
    (2, 116): "CopyrightNotice",
    (2, 118): "Contact",
    (2, 120): "Caption",
    (2, 122): "CaptionWriter",
}
REPEATED = {"Keywords", "Byline", "SubjectReference", "SupplementalCategories", "BylineTitle"}
REPEATED |= {"ObjectAttributeReference"}
#: ISO 2022 escape that announces UTF-8
UTF8 = b"\x1b%G"
MOST_RECORDS = 4096


def read(data: bytes) -> dict[str, Any]:
    """The datasets by name: text, or a list of texts for Keywords and Byline."""
    raw: dict[str, list[bytes]] = {}
    for key, value in datasets(data):
        if key in NAMES:
            raw.setdefault(NAMES[key], []).append(value)
    announced = raw.pop("CodedCharacterSet", [b""])[0]
    encoding = _encoding(announced, [value for values in raw.values() for value in values])
    found: dict[str, Any] = {"characters": encoding}
    for name, values in raw.items():
        texts = [value.decode(encoding, "replace").strip("\x00 ") for value in values]
        found[name] = texts if name in REPEATED else texts[0]
    return found


def _encoding(announced: bytes, values: list[bytes]) -> str:
    """The announced one where the text bears it out: programs announce UTF-8 and write what they please."""
    if announced == UTF8:
        whole = b"\n".join(value for value in values if not value.isascii())
        found = encoding_of([whole]) if whole else "utf-8"
        return found if found != "cp1252" else "utf-8"
    return encoding_of(values)


def datasets(data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Record, number and bytes of each dataset, from the first on; ends where the data does not hold together."""
    at = data.find(b"\x1c")
    for _ in range(MOST_RECORDS):
        if at < 0 or at + 5 > len(data) or data[at] != 0x1C:
            return
        length, start = int.from_bytes(data[at + 3 : at + 5], "big"), at + 5
        if length & 0x8000:
            width = length & 0x7FFF
            if width > 4:
                return
            length, start = int.from_bytes(data[start : start + width], "big"), start + width
        yield (data[at + 1], data[at + 2]), data[start : start + length]
        at = start + length
