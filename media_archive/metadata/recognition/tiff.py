"""TIFF and the camera raw formats built on it (TIFF 6.0, BigTIFF, TIFF/EP, DNG 1.7)."""

from typing import Literal

from media_archive.metadata.recognition.detail import NOTHING, Detail
from media_archive.metadata.recognition.window import Window

SUBFILE, COMPRESSION, PHOTOMETRIC, MAKE, SUB_IFDS, DNG_VERSION = 254, 259, 262, 271, 330, 50706
EXIF, GEO_KEYS, TIFF_EP, EXIF_VERSION = 34665, 34735, 37398, 36864
#: the entry FileFormat of Sony's maker's note: tag 0xB000, four bytes
SONY_FORMAT = b"\x00\xb0\x01\x00\x04\x00\x00\x00"
#: tags whose value is wanted where it does not fit into the entry
LONG_VALUES = {MAKE, GEO_KEYS}
#: colour filter array and linear raw: no finished picture
SENSOR_DATA = {32803, 34892}
#: bytes of one value of each field type
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
MOST_ENTRIES = 512
#: versions of Exif whose pictures in TIFF count as a format of their own
EXIF_WITH_A_NAME = {"2.0", "2.1", "2.2"}
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
        return "dng" if DNG_VERSION in _first_directory(window) else "tiff"
    if head[:4] in {b"II*\x00", b"MM\x00*"}:
        named = next((name for mark, name in SECOND_MARKS if head[8:].startswith(mark)), None)
        return named or _by_tags(window, _first_directory(window))
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


def detail(window: Window) -> Detail:
    """Of a finished picture: BigTIFF, GeoTIFF, TIFF/EP, Exif, or plain."""
    if _is_big(window.head):
        return Detail("bigtiff")
    tags, order = _first_directory(window), _order(window.head)
    if GEO_KEYS in tags:
        # the key directory begins with its own version, 1, then the revision of the keys
        keys = tags[GEO_KEYS]
        revision, minor = int.from_bytes(keys[2:4], order), int.from_bytes(keys[4:6], order)
        return Detail("geotiff", f"{revision}.{minor}" if len(keys) >= 6 else None)
    if TIFF_EP in tags:
        return Detail("tiff-ep", _dotted(tags[TIFF_EP]))
    version = exif_version(window)
    return Detail("exif", version) if version in EXIF_WITH_A_NAME else NOTHING


def digital_negative(window: Window) -> Detail:
    """The version of DNG that the file states."""
    return Detail(version=_dotted(_first_directory(window).get(DNG_VERSION, b"")))


def sony(window: Window) -> Detail:
    """SR2, or the version of ARW, by the entry that Sony writes into its maker's note."""
    at = window.head.find(SONY_FORMAT)
    stated = window.head[at + len(SONY_FORMAT) :][:4] if at >= 0 else b""
    if len(stated) < 4 or not stated[0]:
        return NOTHING
    if stated[0] == 1:
        return Detail("sr2")
    # 2 and 3 were ARW 1 and 2; from 4 on number and name agree
    major = stated[0] if stated[0] > 3 else stated[0] - 1
    return Detail(version=f"{major}.{stated[1]}" + (f".{stated[2]}" if stated[2] else ""))


def canon(window: Window) -> Detail:
    """CR2 states its version behind its mark."""
    stated = window.head[10:12]
    return Detail(version=f"{stated[0]}.{stated[1]}") if len(stated) == 2 else NOTHING


def ciff(window: Window) -> Detail:
    """CRW states the version of its structure (CIFF), the major half of a number last."""
    stated = window.head[14:18]
    if len(stated) < 4:
        return NOTHING
    return Detail(version=f"{int.from_bytes(stated[2:], 'little')}.{int.from_bytes(stated[:2], 'little')}")


def hasselblad(window: Window) -> Detail:
    """3FR comes from the camera, FFF from the maker's program; only the name tells them apart."""
    return Detail("fff" if window.suffix == ".fff" else None)


def exif_version(window: Window) -> str | None:
    """The version of Exif that a TIFF structure states, such as "2.31"."""
    pointer = _first_directory(window).get(EXIF)
    if pointer is None:
        return None
    stated = _directory(window, int.from_bytes(pointer, _order(window.head))).get(EXIF_VERSION, b"")[:4]
    if len(stated) < 4 or not stated.isdigit():
        return None
    minor = stated[2:3] + stated[3:].replace(b"0", b"")
    return f"{int(stated[:2])}.{minor.decode()}"


def _dotted(stated: bytes) -> str | None:
    return ".".join(str(one) for one in stated[:4]) if len(stated) >= 4 else None


def _is_big(head: bytes) -> bool:
    return head[:4] in {b"II+\x00", b"MM\x00+"}


def _first_directory(window: Window) -> dict[int, bytes]:
    order, head = _order(window.head), window.head
    return _directory(window, int.from_bytes(head[8:16] if _is_big(head) else head[4:8], order))


def _directory(window: Window, start: int) -> dict[int, bytes]:
    """Tags of a directory with their values; of what does not fit into an entry, 32 bytes of the wanted ones."""
    order, big = _order(window.head), _is_big(window.head)
    counter, entry, pointer = (8, 20, 8) if big else (2, 12, 4)
    count = min(int.from_bytes(window.at(start, counter), order), MOST_ENTRIES)
    table = window.at(start + counter, count * entry)
    tags: dict[int, bytes] = {}
    for at in range(0, len(table) - entry + 1, entry):
        number = int.from_bytes(table[at : at + 2], order)
        size = SIZES.get(int.from_bytes(table[at + 2 : at + 4], order), 1)
        total = size * int.from_bytes(table[at + 4 : at + 4 + pointer], order)
        inline = table[at + 4 + pointer : at + entry]
        if total > pointer and number in LONG_VALUES:
            inline = window.at(int.from_bytes(inline, order), min(total, 32))
        tags.setdefault(number, inline)
    return tags
