"""Packages of an MXF file: what tape or card it comes from, its unique number, who wrote it when (SMPTE ST 377-1)."""

from collections.abc import Iterator
from typing import Any

from media_archive.metadata.plain import text as clean
from media_archive.metadata.recognition.window import Window

PARTITION = bytes.fromhex("060e2b34020501010d01020101")
SET = bytes.fromhex("060e2b34025301010d01010101")
#: a film may begin behind other bytes (ST 377-1, 6.5)
LONGEST_RUN_IN = 65536
#: header metadata read, and sets in it
MOST_HEADER, MOST_SETS, LONGEST_SET = 4 << 20, 4000, 64 << 10
MATERIAL, SOURCE, IDENTIFICATION, TAPE, IMPORT = 0x36, 0x37, 0x30, 0x2E, 0x2D
WANTED = {MATERIAL, SOURCE, IDENTIFICATION, TAPE, IMPORT}
#: local tags
INSTANCE, PACKAGE, NAME, DESCRIPTOR, CREATED = 0x3C0A, 0x4401, 0x4402, 0x4701, 0x4405
COMPANY, PRODUCT, VERSION, WRITTEN, PLATFORM = 0x3C01, 0x3C02, 0x3C04, 0x3C06, 0x3C08

Set = dict[int, bytes]


def read(window: Window) -> dict[str, Any]:
    """Keys umid, reel, package, created, written, company, product, version: those that the file has."""
    start = _start(window)
    if start is None:
        return {}
    sets: dict[int, list[Set]] = {}
    for kind, content in _sets(window, start):
        sets.setdefault(kind, []).append(_tags(content))
    found = _packages(sets)
    for writer in sets.get(IDENTIFICATION, [])[-1:]:
        texts = {"company": COMPANY, "product": PRODUCT, "version": VERSION, "platform": PLATFORM}
        found |= {name: _text(writer.get(tag)) for name, tag in texts.items()}
        found["written"] = _moment(writer.get(WRITTEN))
    return {name: value for name, value in found.items() if value}


def _packages(sets: dict[int, list[Set]]) -> dict[str, str]:
    material = next(iter(sets.get(MATERIAL, [])), {})
    sources = sets.get(SOURCE, [])
    tapes = {one.get(INSTANCE) for kind in (TAPE, IMPORT) for one in sets.get(kind, [])} - {None}
    reel = next((_text(one.get(NAME)) for one in sources if one.get(DESCRIPTOR) in tapes), "")
    created = (_moment(one.get(CREATED)) for one in (*sources, material))
    return {
        "umid": (material.get(PACKAGE) or b"").hex().upper(),
        "reel": reel,
        "package": _text(material.get(NAME)),
        "created": next((moment for moment in created if moment), ""),
    }


def _start(window: Window) -> int | None:
    """Where the header partition begins."""
    head = window.at(0, 16)
    if head.startswith(PARTITION):
        return 0
    at = window.at(0, LONGEST_RUN_IN + 16).find(PARTITION)
    return at if at >= 0 else None


def _sets(window: Window, start: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of the sets of the header that are wanted."""
    length, width = _length(window.at(start + 16, 9))
    at = start + 16 + width
    announced = int.from_bytes(window.at(at + 32, 8), "big")
    at += length
    end = at + min(announced or MOST_HEADER, MOST_HEADER)
    for _ in range(MOST_SETS):
        key = window.at(at, 25)
        if at >= end or len(key) < 18 or not key.startswith(b"\x06\x0e\x2b\x34"):
            return
        length, width = _length(key[16:])
        at += 16 + width
        if key.startswith(SET) and key[14] in WANTED and length <= LONGEST_SET:
            yield key[14], window.at(at, length)
        at += length


def _length(data: bytes) -> tuple[int, int]:
    """A length in BER, and the bytes it takes."""
    if not data or data[0] < 0x80:
        return (data[0] if data else 0), 1
    width = data[0] & 0x7F
    return int.from_bytes(data[1 : 1 + width], "big"), 1 + width


def _tags(content: bytes) -> Set:
    found: Set = {}
    at = 0
    while at + 4 <= len(content):
        tag, length = int.from_bytes(content[at : at + 2], "big"), int.from_bytes(content[at + 2 : at + 4], "big")
        found.setdefault(tag, content[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def _text(content: bytes | None) -> str:
    return clean((content or b"").decode("utf-16-be", "replace").split("\0")[0])


def _moment(content: bytes | None) -> str:
    """Year, month, day, hour, minute, second, and quarters of thousandths."""
    if content is None or len(content) != 8 or not any(content):
        return ""
    year = int.from_bytes(content[:2], "big")
    month, day, hour, minute, second, quarter = content[2:]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{quarter * 4:03}"
