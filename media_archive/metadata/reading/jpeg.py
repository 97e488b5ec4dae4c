"""The segments of a JPEG file up to its picture, without decoding any of it (ITU-T T.81, Adobe XMP part 3)."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from media_archive.metadata.reading.packets import LONGEST, Packets, iptc_in_photoshop
from media_archive.words import Message

START_OF_SCAN, END_OF_IMAGE, COMMENT = 0xDA, 0xD9, 0xFE
#: frame headers: C0 to CF without DHT, JPG and DAC
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xD8)}
EXIF, XMP, MORE_XMP = b"Exif\x00", b"http://ns.adobe.com/xap/1.0/\x00", b"http://ns.adobe.com/xmp/extension/\x00"
PHOTOSHOP, ICC, ADOBE = b"Photoshop 3.0\x00", b"ICC_PROFILE\x00", b"Adobe\x00"
MODES = {1: "grey", 3: "YCbCr", 4: "CMYK"}
#: segments looked at before giving up
MOST_SEGMENTS = 4096


def read(source: BinaryIO, size: int, start: int = 0) -> Packets:
    """What the JPEG of `size` bytes in `source`, beginning at `start`, says before its picture begins."""
    found, pieces = Packets(), _Pieces()
    for marker, data, at in _segments(source, start, size):
        if marker in FRAMES:
            _frame(found, marker, data)
        elif marker == COMMENT:
            found.facts.setdefault("comment", data[:4096].decode("utf-8", "replace"))
        elif marker == START_OF_SCAN:
            found.problem = _cut_picture(source, at, size)
        elif marker < 0:
            found.problem = Message("The JPEG ends inside its header, after {n} bytes.", {"n": size - start})
        else:
            pieces.take(found, data)
    found.iptc = iptc_in_photoshop(bytes(pieces.photoshop))
    found.icc = b"".join(pieces.profile[number] for number in sorted(pieces.profile)) or None
    if pieces.more_xmp:
        found.facts["extended_xmp_bytes"] = pieces.more_xmp
    return _judged(found)


@dataclass
class _Pieces:
    """Packets that come in several segments."""

    photoshop: bytearray = field(default_factory=bytearray)
    profile: dict[int, bytes] = field(default_factory=dict)
    more_xmp: int = 0

    def take(self, found: Packets, data: bytes) -> None:
        """Keeps what an application segment holds."""
        if data.startswith(EXIF):
            found.exif = found.exif or data[6:]
        elif data.startswith(XMP):
            found.xmp = found.xmp or data[len(XMP) :]
        elif data.startswith(MORE_XMP):
            self.more_xmp += len(data)
        elif data.startswith(PHOTOSHOP):
            self.photoshop += data[len(PHOTOSHOP) :]
        elif data.startswith(ICC) and len(data) > 14:
            self.profile.setdefault(data[12], data[14:])
        elif data.startswith(ADOBE) and len(data) > 11:
            found.facts["adobe_transform"] = data[11]


def _judged(found: Packets) -> Packets:
    if "width" not in found.facts and found.problem is None:
        found.problem = Message("The JPEG has no picture header before its data.")
    components = found.facts.get("components")
    if components == 3 and found.facts.get("adobe_transform") == 0:
        found.facts["mode"] = "RGB"
    elif components in MODES:
        found.facts["mode"] = MODES[components]
    return found


def _segments(source: BinaryIO, at: int, size: int) -> Iterator[tuple[int, bytes, int]]:
    """Marker, content and offset behind it of each segment up to the first scan; marker -1 where the file ends early."""
    at += 2
    total = 0
    for _ in range(MOST_SEGMENTS):
        source.seek(at)
        # fill bytes and rubbish between segments are tolerated, as other readers do
        ahead = source.read(4096)
        mark = ahead.find(b"\xff")
        while 0 <= mark < len(ahead) - 1 and ahead[mark + 1] in {0x00, 0xFF}:
            mark = ahead.find(b"\xff", mark + 1)
        if mark < 0 or mark + 1 >= len(ahead):
            yield -1, b"", at
            return
        marker, at = ahead[mark + 1], at + mark + 2
        if marker in ALONE or marker == 0xD8:
            continue
        if marker == END_OF_IMAGE:
            return
        source.seek(at)
        length = int.from_bytes(source.read(2), "big")
        data = source.read(max(length - 2, 0))
        total += length
        at += max(length, 2)
        if total > LONGEST:
            return
        yield marker, data, at
        if marker == START_OF_SCAN:
            return
        if at > size:
            yield -1, b"", size
            return


def _frame(found: Packets, marker: int, data: bytes) -> None:
    if len(data) < 6 or "width" in found.facts:
        return
    found.facts |= {
        "bits": data[0],
        "height": int.from_bytes(data[1:3], "big"),
        "width": int.from_bytes(data[3:5], "big"),
        "components": data[5],
        "progressive": marker in {0xC2, 0xC6, 0xCA, 0xCE},
    }


def _cut_picture(source: BinaryIO, start: int, size: int) -> Message | None:
    """Why the picture is not whole: its end marker is missing. Seldom reads more than the last bytes."""
    source.seek(max(size - 2, start))
    if source.read(2) == b"\xff\xd9":
        return None
    if start < size:
        with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            if whole.find(b"\xff\xd9", start) >= 0:
                return None
    return Message("The JPEG ends after {n} bytes of its picture data.", {"n": max(size - start, 0)})
