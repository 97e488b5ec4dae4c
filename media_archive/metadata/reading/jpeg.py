"""The segments of a JPEG file up to its picture, without decoding any of it (ITU-T T.81, Adobe XMP part 3)."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from media_archive.metadata.reading import mpf
from media_archive.metadata.reading.characters import decode
from media_archive.metadata.reading.packets import LONGEST, Packets, photoshop
from media_archive.words import Message

APP1, XMP_MARK = 0xE1, b"<x:xmpmeta"
START_OF_SCAN, END_OF_IMAGE, COMMENT = 0xDA, 0xD9, 0xFE
#: frame headers: C0 to CF without DHT, JPG and DAC
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xD8)}
EXIF, XMP, MORE_XMP = b"Exif\x00", b"http://ns.adobe.com/xap/1.0/\x00", b"http://ns.adobe.com/xmp/extension/\x00"
PHOTOSHOP, ICC, ADOBE = b"Photoshop 3.0\x00", b"ICC_PROFILE\x00", b"Adobe\x00"
ISO_GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\x00"
SAMPLINGS = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (4, 1): "4:1:1", (4, 2): "4:1:0", (1, 2): "4:4:0"}
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
            found.facts.setdefault("comment", decode(data[:8192]))
        elif marker == START_OF_SCAN:
            found.problem = _cut_picture(source, at, size)
        elif marker < 0:
            found.problem = Message("The JPEG ends inside its header, after {n} bytes.", {"n": size - start})
        else:
            pieces.take(found, marker, data, at - len(data))
    pieces.join(found)
    return _judged(found)


@dataclass
class _Pieces:
    """Packets that come in several segments."""

    photoshop: bytearray = field(default_factory=bytearray)
    profile: dict[int, bytes] = field(default_factory=dict)
    more_xmp: dict[bytes, dict[int, bytes]] = field(default_factory=dict)

    def take(self, found: Packets, marker: int, data: bytes, place: int) -> None:
        """Keeps what an application segment holds."""
        if data.startswith(EXIF):
            # some programs go on in further segments where one is too short
            found.exif = data[6:] if found.exif is None else found.exif + data[6:]
        elif data.startswith(XMP):
            found.xmp = found.xmp or data[len(XMP) :]
        elif data.startswith(MORE_XMP):
            head = len(MORE_XMP)
            offset = int.from_bytes(data[head + 36 : head + 40], "big")
            self.more_xmp.setdefault(data[head : head + 32], {})[offset] = data[head + 40 :]
        elif marker == APP1 and XMP_MARK in data[:200]:
            # some programs write the name space's address otherwise, or cut it off
            found.xmp = found.xmp or data[data.index(b"<") :]
        elif data.startswith(PHOTOSHOP):
            self.photoshop += data[len(PHOTOSHOP) :]
        elif data.startswith(ICC) and len(data) > 14:
            self.profile.setdefault(data[12], data[14:])
        else:
            _mark(found.facts, marker, data, place)

    def join(self, found: Packets) -> None:
        """Hands over what is complete."""
        photoshop(found, bytes(self.photoshop))
        found.icc = b"".join(self.profile[number] for number in sorted(self.profile)) or None
        for parts in self.more_xmp.values():
            found.more_xmp.append(b"".join(parts[offset] for offset in sorted(parts)))


def _mark(facts: dict[str, Any], marker: int, data: bytes, place: int) -> None:
    """Smaller segments: densities, colour transform, further pictures, gain maps, GoPro's serial number."""
    if data.startswith(ADOBE) and len(data) > 11:
        facts["adobe_transform"] = data[11]
    elif data.startswith(b"JFIF\x00") and len(data) >= 14 and "density" not in facts:
        facts["density"] = [data[7], int.from_bytes(data[8:10], "big"), int.from_bytes(data[10:12], "big")]
        if data[12] and data[13]:
            facts["jfif_thumbnail"] = [data[12], data[13], len(data) - 14]
    elif data.startswith(b"JFXX\x00\x10"):
        facts["jfxx_thumbnail"] = len(data) - 6
    elif data.startswith(b"MPF\x00"):
        facts["mpf"] = {"place": place + 4, "pictures": mpf.read(data[4:])}
    elif data.startswith(ISO_GAIN_MAP):
        facts["gain_map"] = True
    elif data.startswith(b"GoPro\x00") and b"CASN" in data:
        at = data.index(b"CASN")
        facts["gopro_serial"] = decode(data[at + 8 : at + 8 + data[at + 5] * data[at + 7]])
    elif marker == 0xEC and data.startswith(b"Ducky"):
        facts["ducky"] = True


def _judged(found: Packets) -> Packets:
    if "width" not in found.facts and found.problem is None:
        found.problem = Message("The JPEG has no picture header before its data.")
    components = found.facts.get("components")
    if components == 3 and found.facts.get("adobe_transform") == 0:
        found.facts["mode"] = "RGB"
    elif components in MODES:
        found.facts["mode"] = MODES[components]
    if components == 3 and "sampling" in found.facts:
        found.facts["chroma"] = SAMPLINGS.get(tuple(found.facts["sampling"][0]), "")
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
        "process": marker,
        "sampling": [[data[at] >> 4, data[at] & 15] for at in range(7, min(len(data), 7 + 3 * data[5]), 3)],
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
