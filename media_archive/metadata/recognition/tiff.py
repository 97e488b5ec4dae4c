"""TIFF and the camera raw formats built on it (TIFF 6.0, BigTIFF, TIFF/EP, DNG 1.7)."""

from typing import Literal

from media_archive.metadata.recognition.window import Window

SUBFILE, COMPRESSION, PHOTOMETRIC, MAKE, SUB_IFDS, DNG_VERSION = 254, 259, 262, 271, 330, 50706
#: colour filter array and linear raw: no finished picture
SENSOR_DATA = {32803, 34892}
#: bytes of one value of each field type
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
MOST_ENTRIES = 512
#: makers' names as they begin, and the raw formats they write as TIFF with the extensions these bear
MAKERS = {
    b"NIKON": ("nef", {".nef", ".nrw"}),
    b"SONY": ("arw", {".arw", ".sr2", ".srf"}),
    b"PENTAX": ("pef", {".pef"}),
    b"RICOH": ("pef", {".pef"}),
    b"SAMSUNG": ("srw", {".srw"}),
    b"HASSELBLAD": ("3fr", {".3fr", ".fff"}),
    b"PHASE ONE": ("iiq", {".iiq"}),
    b"LEAF": ("mos", {".mos"}),
    b"SEIKO EPSON": ("erf", {".erf"}),
    b"EASTMAN KODAK": ("dcr", {".dcr", ".kdc"}),
    b"MAMIYA": ("mef", {".mef"}),
}
#: marks behind the header of an ordinary TIFF
SECOND_MARKS = ((b"CR\x02", "cr2"), (b"IIII", "iiq"), (b"MMMM", "iiq"))
#: other marks where TIFF has 42; the same structure follows
MARKS = {b"IIU\x00": "rw2", b"IIRO": "orf", b"IIRS": "orf", b"MMOR": "orf"}


def recognise(window: Window) -> str | None:
    """The name of the format of a file that begins as TIFF does."""
    head = window.head
    if head[:4] == b"II\x1a\x00" and head[6:14] == b"HEAPCCDR":
        return "crw"
    if head[:4] in {b"II+\x00", b"MM\x00+"}:
        return "dng" if DNG_VERSION in _first_directory(window, big=True) else "tiff"
    if head[:4] in {b"II*\x00", b"MM\x00*"}:
        named = next((name for mark, name in SECOND_MARKS if head[8:].startswith(mark)), None)
        return named or _by_tags(window, _first_directory(window, big=False))
    return MARKS.get(head[:4])


def _by_tags(window: Window, tags: dict[int, bytes]) -> str:
    if DNG_VERSION in tags:
        return "dng"
    make = tags.get(MAKE, b"").upper()
    for start, (name, suffixes) in MAKERS.items():
        if make.startswith(start) and (_looks_raw(window, tags) or window.suffix in suffixes):
            return name
    return "tiff"


def _looks_raw(window: Window, tags: dict[int, bytes]) -> bool:
    """Whether the first picture is sensor data, or a small preview before others: finished TIFFs begin with themselves."""
    order = _order(window.head)
    value = {tag: int.from_bytes(raw[:2], order) for tag, raw in tags.items() if tag in {COMPRESSION, PHOTOMETRIC}}
    preview = int.from_bytes(tags.get(SUBFILE, b"")[:4], order) == 1
    return value.get(PHOTOMETRIC) in SENSOR_DATA or value.get(COMPRESSION, 0) > 32768 or (preview and SUB_IFDS in tags)


def _order(head: bytes) -> Literal["little", "big"]:
    return "little" if head[:1] == b"I" else "big"


def _first_directory(window: Window, *, big: bool) -> dict[int, bytes]:
    """Tags of the first directory, each with at most 32 bytes of its value."""
    order, head = _order(window.head), window.head
    counter, entry, pointer = (8, 20, 8) if big else (2, 12, 4)
    start = int.from_bytes(head[8:16] if big else head[4:8], order)
    count = min(int.from_bytes(window.at(start, counter), order), MOST_ENTRIES)
    table = window.at(start + counter, count * entry)
    tags: dict[int, bytes] = {}
    for at in range(0, len(table) - entry + 1, entry):
        number = int.from_bytes(table[at : at + 2], order)
        size = SIZES.get(int.from_bytes(table[at + 2 : at + 4], order), 1)
        total = size * int.from_bytes(table[at + 4 : at + 4 + pointer], order)
        inline = table[at + 4 + pointer : at + entry]
        if total > pointer and number == MAKE:
            inline = window.at(int.from_bytes(inline, order), min(total, 32))
        tags.setdefault(number, inline)
    return tags
