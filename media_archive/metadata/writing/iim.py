"""IPTC-IIM records in Photoshop's image resources, kept in step with XMP as the Metadata Working Group asks.

IIM 4.2 for the datasets and their greatest lengths; Adobe Photoshop File Formats for resources 0x0404 (the records)
and 0x0425 (MD5 of the records, by which readers tell that nobody changed them behind the XMP's back).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from media_archive.metadata.reading.characters import encoding_of
from media_archive.metadata.reading.iptc import datasets
from media_archive.metadata.record import Location
from media_archive.metadata.writing.properties import safe
from media_archive.metadata.writing.statement import Statement

RECORDS, DIGEST = 0x0404, 0x0425
UTF8 = b"\x1b%G"
CHARACTERS, VERSION = (1, 90), (2, 0)
#: greatest length in bytes of what we write, by record and dataset
LONGEST = {
    (2, 5): 64,
    (2, 25): 64,
    (2, 40): 256,
    (2, 80): 32,
    (2, 85): 32,
    (2, 90): 32,
    (2, 92): 32,
    (2, 95): 32,
    (2, 100): 3,
    (2, 101): 64,
    (2, 105): 256,
    (2, 110): 32,
    (2, 115): 32,
    (2, 116): 128,
    (2, 120): 2000,
    (2, 122): 32,
}
DATE, TIME = (2, 55), (2, 60)
Key = tuple[int, int]


@dataclass(frozen=True)
class Resource:
    """One of Photoshop's image resources."""

    number: int
    name: bytes
    data: bytes

    def packed(self) -> bytes:
        """Padded to even lengths, as the format wants."""
        name = bytes([len(self.name)]) + self.name
        parts = b"8BIM", self.number.to_bytes(2, "big"), name, b"\0" * (len(name) % 2)
        return b"".join(parts) + len(self.data).to_bytes(4, "big") + self.data + b"\0" * (len(self.data) % 2)


def resources(had: bytes, said: Statement) -> bytes:
    """Photoshop's resources `had` with the statement in their records, and the records' digest."""
    kept = list(_resources(had))
    before = next((one.data for one in kept if one.number == RECORDS), b"")
    records = written(before, said)
    digest = hashlib.md5(records, usedforsecurity=False).digest()
    fresh = [Resource(RECORDS, b"", records), Resource(DIGEST, b"", digest)]
    others = [one for one in kept if one.number not in (RECORDS, DIGEST)]
    return b"".join(one.packed() for one in [*fresh, *others])


def digested(had: bytes, records: bytes) -> bytes:
    """Photoshop's resources `had` with the digest of `records`, which lie elsewhere."""
    digest = hashlib.md5(records, usedforsecurity=False).digest()
    others = [one for one in _resources(had) if one.number not in (RECORDS, DIGEST)]
    return b"".join(one.packed() for one in [Resource(DIGEST, b"", digest), *others])


def _resources(data: bytes) -> Iterator[Resource]:
    at = 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        number, length = int.from_bytes(data[at + 4 : at + 6], "big"), data[at + 6]
        start = at + 6 + (length + 1) + (length + 1) % 2
        size = int.from_bytes(data[start : start + 4], "big")
        yield Resource(number, data[at + 7 : at + 7 + length], data[start + 4 : start + 4 + size])
        at = start + 4 + size + size % 2


def written(before: bytes, said: Statement) -> bytes:
    """Records with the statement in UTF-8; datasets that were there and that it does not say stay."""
    ours = [(key, _cut(safe(text), LONGEST.get(key, 32767))) for key, text in _said(said) if text and safe(text)]
    replaced = {key for key, _ in ours} | {CHARACTERS, VERSION}
    old = list(datasets(before))
    announced = next((value for key, value in old if key == CHARACTERS), b"")
    encoding = "utf-8" if announced == UTF8 else encoding_of([value for key, value in old if key[0] == 2])
    kept = [(key, _in_utf8(key, value, encoding)) for key, value in old if key not in replaced]
    first = [(CHARACTERS, UTF8), *(one for one in kept if one[0][0] == 1)]
    second = [(VERSION, b"\0\4"), *sorted([*ours, *(one for one in kept if one[0][0] == 2)], key=lambda one: one[0])]
    return b"".join(_dataset(key, value) for key, value in [*first, *second])


def _said(said: Statement) -> Iterable[tuple[Key, str | None]]:
    where = said.location_created or next(iter(said.location_shown), Location())
    yield (2, 5), said.title
    yield from (((2, 25), word) for word in said.keywords)
    yield (2, 40), said.instructions
    yield from _moment(said.taken or "")
    yield from (((2, 80), name) for name in said.creator)
    yield (2, 85), said.creator_title
    yield (2, 90), where.city
    yield (2, 92), where.sublocation or where.name
    yield (2, 95), where.state
    yield (2, 100), where.country_code if where.country_code and len(where.country_code) == 3 else None
    yield (2, 101), where.country
    yield (2, 105), said.headline
    yield (2, 110), said.credit
    yield (2, 115), said.source
    yield (2, 116), said.rights
    yield (2, 120), said.caption
    yield (2, 122), said.caption_writer


def _moment(taken: str) -> Iterable[tuple[Key, str]]:
    """Date as CCYYMMDD with noughts for what is not known, time with its offset."""
    day, _, clock = taken.partition("T")
    digits = day.replace("-", "")
    if len(digits) in (4, 6, 8) and digits.isdecimal():
        yield DATE, digits.ljust(8, "0")
    if len(clock) >= 8 and (offset := clock[-6:].replace(":", ""))[:1] in ("+", "-"):
        yield TIME, clock[:8].replace(":", "") + offset


def _cut(text: str, longest: int) -> bytes:
    """UTF-8 of at most so many bytes, never ending inside a character."""
    return text.encode()[:longest].decode("utf-8", "ignore").encode()


def _in_utf8(key: Key, value: bytes, encoding: str) -> bytes:
    return value if key[0] != 2 or encoding == "utf-8" else value.decode(encoding, "replace").encode()


def _dataset(key: Key, value: bytes) -> bytes:
    return bytes([0x1C, *key]) + len(value).to_bytes(2, "big") + value
