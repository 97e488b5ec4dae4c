"""The chunks of a PNG file, those behind its picture too, without decoding any of it (W3C PNG, third edition)."""

import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from media_archive.metadata.reading.characters import decode
from media_archive.metadata.reading.packets import Packets, iptc_in_photoshop
from media_archive.words import Message

MODES = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
XMP = "XML:com.adobe.xmp"
PROFILE = "Raw profile type "
#: bounds: chunks, bytes of one chunk of metadata, bytes it may swell to
MOST_CHUNKS, LONGEST, SWELLS_TO = 100_000, 16 << 20, 32 << 20
DATA, END = {b"IDAT", b"fdAT"}, b"IEND"
METRES = 0.0254


def read(source: BinaryIO, size: int) -> Packets:
    """What the PNG of `size` bytes in `source` says of itself."""
    found, ended = Packets(), False
    text: dict[str, bytes] = {}
    for kind, data in _chunks(source, size):
        if kind == END:
            ended = True
        elif kind == b"IHDR" and len(data) >= 13:
            numbers = {"width": int.from_bytes(data[:4], "big"), "height": int.from_bytes(data[4:8], "big")}
            mode = MODES.get(data[9], "RGB")
            found.facts |= {**numbers, "bits": data[8], "mode": mode, "interlaced": bool(data[12]), "decoder": "PNG"}
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            name, value = _text(kind, data)
            text.setdefault(name, value)
        else:
            _take(found, kind, data)
    _words(found, text)
    if "width" not in found.facts:
        found.problem = Message("The picture cannot be opened: its header is damaged or of an unknown kind.")
    elif not ended:
        found.problem = Message("The PNG ends after {n} bytes, before its last chunk.", {"n": size})
    return found


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    for _ in range(MOST_CHUNKS):
        source.seek(at)
        head = source.read(8)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if at + 12 + length > size and kind != END:
            return
        yield kind, b"" if kind in DATA or length > LONGEST else source.read(length)
        at += 12 + length
        if kind == END:
            return


def _take(found: Packets, kind: bytes, data: bytes) -> None:
    if kind == b"eXIf":
        found.exif = data[6:] if data.startswith(b"Exif\x00\x00") else data
    elif kind == b"iCCP":
        found.icc = _inflated(data.partition(b"\x00")[2][1:]) or None
    elif kind == b"pHYs" and len(data) >= 9 and data[8] == 1:
        found.facts["resolution"] = [round(int.from_bytes(data[at : at + 4], "big") * METRES, 2) for at in (0, 4)]
    elif kind == b"acTL":
        found.facts["pages"] = int.from_bytes(data[:4], "big")
    elif kind == b"tIME" and len(data) >= 7:
        year = int.from_bytes(data[:2], "big")
        found.facts["modified"] = f"{year:04}:{data[2]:02}:{data[3]:02} {data[4]:02}:{data[5]:02}:{data[6]:02}Z"
    elif kind == b"sRGB":
        found.facts["srgb"] = True
    elif kind == b"cICP" and len(data) >= 2:
        found.facts |= {"primaries": data[0], "transfer": data[1]}
    elif kind == b"gAMA" and len(data) >= 4:
        found.facts["gamma"] = int.from_bytes(data[:4], "big")
    elif kind == b"cHRM" and len(data) >= 32:
        found.facts["chromaticities"] = [int.from_bytes(data[at : at + 4], "big") for at in range(0, 32, 4)]


def _text(kind: bytes, data: bytes) -> tuple[str, bytes]:
    name, _, rest = data.partition(b"\x00")
    if kind == b"zTXt":
        rest = _inflated(rest[1:])
    elif kind == b"iTXt":
        packed, rest = rest[:1] == b"\x01", rest[2:].split(b"\x00", 2)[-1]
        rest = _inflated(rest) if packed else rest
    return name.decode("latin-1"), rest


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, SWELLS_TO)
    except zlib.error:
        return b""


def _words(found: Packets, text: dict[str, bytes]) -> None:
    """Sorts texts into packets and words: ImageMagick and ExifTool put packets into texts of digits."""
    words: dict[str, Any] = {}
    for name, value in text.items():
        if name == XMP:
            found.xmp = value
        elif name.startswith(PROFILE):
            _profile(found, name.removeprefix(PROFILE).lower(), value)
        else:
            words[name] = decode(value)
    if words:
        found.facts["text"] = words


def _profile(found: Packets, kind: str, value: bytes) -> None:
    """A packet as hexadecimal digits behind its name and length."""
    digits = re.sub(rb"\s+", b"", value.strip().partition(b"\n")[2].strip().partition(b"\n")[2])
    try:
        data = bytes.fromhex(digits.decode("ascii", "replace"))
    except ValueError:
        return
    if kind in {"exif", "app1"} and data.startswith(b"Exif\x00\x00"):
        found.exif = found.exif or data[6:]
    elif kind == "xmp" or (kind == "app1" and b"<x:xmpmeta" in data[:200]):
        found.xmp = found.xmp or data[max(data.find(b"<"), 0) :]
    elif kind in {"iptc", "8bim"}:
        found.iptc = found.iptc or iptc_in_photoshop(data) or data
    elif kind in {"icc", "icm"}:
        found.icc = found.icc or data
