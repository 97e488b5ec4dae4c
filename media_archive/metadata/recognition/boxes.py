"""ISO base media files: MP4, QuickTime, 3GP, HEIF, AVIF, CR3 (ISO/IEC 14496-12, 23008-12; QuickTime File Format)."""

from collections.abc import Iterator
from dataclasses import dataclass

from media_archive.metadata.recognition.detail import NOTHING, Detail
from media_archive.metadata.recognition.window import Window

#: boxes looked at on one level before giving up; real files have a few
MOST_BOXES = 256
#: bytes of a box that names brands
LONGEST_BRANDS = 4096
#: what a QuickTime film from before `ftyp` may begin with
OLD_STARTS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
STILLS = {
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heif",
    b"heix": "heif",
    b"heim": "heif",
    b"heis": "heif",
    b"hevc": "heif",
    b"hevx": "heif",
    b"hevm": "heif",
    b"hevs": "heif",
    b"mif1": "heif",
    b"mif2": "heif",
    b"miaf": "heif",
    b"msf1": "heif",
    b"crx ": "cr3",
}
#: brands that say only "some picture"
GENERAL = {b"mif1", b"mif2", b"miaf", b"msf1"}
#: brands of pictures in sequence, of single ones in HEVC
SEQUENCES = {b"hevc": "hevc-sequence", b"hevx": "hevc-sequence", b"hevm": "hevc-sequence", b"hevs": "hevc-sequence"}
HEVC_PICTURES = {b"heic", b"heix", b"heim", b"heis"}
#: brands of films that are a format of their own, by how they begin
FILM_BRANDS = (
    (b"3g2", "3g2"),
    (b"3g", "3gp"),
    (b"M4V", "m4v"),
    (b"mjp2", "motion-jpeg-2000"),
    (b"mj2s", "motion-jpeg-2000"),
    (b"XAVC", "xavc"),
)


@dataclass(frozen=True)
class Box:
    """One box: its four letters, and where its content lies as offsets in the file."""

    kind: bytes
    start: int
    end: int


def boxes(window: Window, start: int, end: int) -> Iterator[Box]:
    """The boxes from `start` to `end`, one level deep; stops at the first that makes no sense."""
    for _ in range(MOST_BOXES):
        header = window.at(start, 16)
        if start >= end or len(header) < 8:
            return
        length, content = int.from_bytes(header[:4], "big"), start + 8
        if length == 1:
            length, content = int.from_bytes(header[8:16], "big"), start + 16
        elif length == 0:
            length = end - start
        if length < content - start:
            return
        yield Box(header[4:8], content, min(start + length, end))
        start += length


def inside(window: Window, box: Box, *kinds: bytes) -> Iterator[Box]:
    """The boxes of `kinds` directly in `box`."""
    return (child for child in boxes(window, box.start, box.end) if child.kind in kinds)


def first(window: Window, box: Box, *path: bytes) -> Box | None:
    """The first box at `path` below `box`."""
    for kind in path:
        found = next(inside(window, box, kind), None)
        if found is None:
            return None
        box = found
    return box


def whole(window: Window) -> Box:
    """The file itself, as a box to look into."""
    return Box(b"", 0, window.size)


def handlers(window: Window) -> set[bytes]:
    """What kinds of track a film has, such as b"vide" and b"soun"; empty if its index is not to be found."""
    movie = next(inside(window, whole(window), b"moov"), None)
    if movie is None:
        return set()
    found = set()
    for track in inside(window, movie, b"trak"):
        handler = first(window, track, b"mdia", b"hdlr")
        if handler:
            found.add(window.at(handler.start + 8, 4))
    return found


def recognise(window: Window) -> str | None:
    """The name of the format of a file made of boxes."""
    head = window.head
    # real ones list a few dozen brands: texts may begin with four letters too
    if head[4:8] == b"ftyp" and int.from_bytes(head[:4], "big") <= LONGEST_BRANDS:
        return _by_brands(window)
    if head[4:8] in OLD_STARTS and _is_old_quicktime(window):
        return _film_or_sound(window, "mov")
    return None


def _brands(window: Window) -> tuple[bytes, list[bytes]]:
    """The major brand, and all it says it is compatible with."""
    length = int.from_bytes(window.head[:4], "big")
    return window.head[8:12], [window.head[at : at + 4] for at in range(16, length - 3, 4)]


def _by_brands(window: Window) -> str | None:
    major, brands = _brands(window)
    if major in STILLS:
        # the codec is then among the compatible brands
        known = [STILLS[brand] for brand in (major, *brands) if brand in STILLS]
        return "avif" if major in GENERAL and "avif" in known else known[0]
    if major == b"jxl ":
        return "jxl"
    if major in {b"jp2 ", b"jpx ", b"jpm ", b"jph "}:
        return "jp2"
    if major == b"qt  ":
        return _film_or_sound(window, "mov")
    if major in {b"M4A ", b"M4B ", b"M4P "}:
        return "m4a"
    return _film_or_sound(window, "3gp" if major[:2] == b"3g" else "mp4")


def film(window: Window) -> Detail:
    """By its major brand, which is also the version; QuickTime has none."""
    major, _ = _brands(window)
    if window.head[4:8] != b"ftyp" or major == b"qt  ":
        return NOTHING
    return Detail(next((name for start, name in FILM_BRANDS if major.startswith(start)), None), _printed(major))


def sound(window: Window) -> Detail:
    """M4A by its own brand, or sound alone in a container for films."""
    major, _ = _brands(window)
    if window.head[4:8] != b"ftyp" or major == b"qt  ":
        return Detail("quicktime")
    return Detail("m4a" if major[:2] == b"M4" else None, _printed(major))


def picture(window: Window) -> Detail:
    """HEIF and AVIF: one picture or a sequence, in HEVC or another codec; the major brand is the version."""
    major, brands = _brands(window)
    if major in SEQUENCES:
        return Detail(SEQUENCES[major], _printed(major))
    if major in {b"msf1", b"avis"}:
        return Detail("sequence", _printed(major))
    hevc = major in HEVC_PICTURES or (major in GENERAL and HEVC_PICTURES & set(brands))
    return Detail("hevc" if hevc else None, _printed(major))


def _printed(brand: bytes) -> str | None:
    """A brand in letters, without the spaces that fill it up; None if it has others."""
    letters = brand.decode("ascii", "replace").rstrip()
    return letters if letters.isprintable() and letters.isascii() and letters else None


def _is_old_quicktime(window: Window) -> bool:
    kinds = [box.kind for box in boxes(window, 0, window.size)]
    return b"moov" in kinds or (len(kinds) >= 2 and b"mdat" in kinds and set(kinds) <= OLD_STARTS)


def _film_or_sound(window: Window, film: str) -> str:
    tracks = handlers(window)
    return "m4a" if b"soun" in tracks and b"vide" not in tracks else film
