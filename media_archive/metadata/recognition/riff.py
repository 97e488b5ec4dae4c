"""Files made of chunks: WAVE, RF64, BW64, AVI, WebP (RIFF), AIFF and AIFF-C (IFF)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from media_archive.metadata.recognition.detail import NOTHING, Detail
from media_archive.metadata.recognition.window import Window

RIFF = {b"WEBP": "webp", b"AVI ": "avi"}
WAVE = {b"RIFF": "wav", b"RF64": "rf64", b"BW64": "bw64"}
MOST_CHUNKS = 64
#: where the version stands in a `bext` chunk (EBU Tech 3285)
BEXT_VERSION = 346
#: wFormatTag (RFC 2361)
PCM, MPEG, EXTENSIBLE = 0x0001, 0x0050, 0xFFFE
ENCODINGS = {PCM: "pcm", MPEG: "mpeg", EXTENSIBLE: "extensible"}
WEBP = {b"VP8 ": "lossy", b"VP8L": "lossless", b"VP8X": "extended"}
#: VP8X flags (RFC 9649, 2.7.1)
ANIMATION = 0x02


@dataclass(frozen=True)
class Chunk:
    """One chunk: its four letters, and where its content lies as offsets in the file."""

    kind: bytes
    start: int
    end: int


def chunks(window: Window, start: int, end: int, order: Literal["little", "big"] = "little") -> Iterator[Chunk]:
    """The chunks from `start` to `end`, one level deep."""
    for _ in range(MOST_CHUNKS):
        header = window.at(start, 8)
        if start >= end or len(header) < 8:
            return
        length = int.from_bytes(header[4:], order)
        yield Chunk(header[:4], start + 8, start + 8 + length)
        start += 8 + length + length % 2


def recognise(window: Window) -> str | None:
    """The name of the format of a file made of chunks."""
    head = window.head
    kind = head[8:12]
    if head[:4] == b"FORM" and kind in {b"AIFF", b"AIFC"}:
        return "aiff"
    if head[:4] == b"RIFF" and kind in RIFF:
        return RIFF[kind]
    if head[:4] in WAVE and kind == b"WAVE":
        return "bwf" if head[:4] == b"RIFF" and _chunk(window, b"bext") else WAVE[head[:4]]
    return None


def _chunk(window: Window, kind: bytes) -> Chunk | None:
    return next((one for one in chunks(window, 12, window.size) if one.kind == kind), None)


def wave(window: Window) -> Detail:
    """By its `fmt ` chunk: PCMWAVEFORMAT, WAVEFORMATEX or WAVEFORMATEXTENSIBLE."""
    found = _chunk(window, b"fmt ")
    if found is None:
        return NOTHING
    tag = int.from_bytes(window.at(found.start, 2), "little")
    if tag == EXTENSIBLE:
        return Detail("extensible")
    if found.end - found.start != 16:
        return Detail("waveformatex")
    return Detail("pcm" if tag == PCM else None)


def broadcast_wave(window: Window) -> Detail:
    """Its encoding, and the version that its `bext` chunk states."""
    found, version = _chunk(window, b"fmt "), broadcast_version(window)
    tag = int.from_bytes(window.at(found.start, 2), "little") if found else 0
    return Detail(ENCODINGS.get(tag, "generic"), version)


def broadcast_version(window: Window) -> str | None:
    """The version of the `bext` chunk; None if there is none."""
    found = _chunk(window, b"bext")
    stated = window.at(found.start + BEXT_VERSION, 2) if found else b""
    return str(int.from_bytes(stated, "little")) if len(stated) == 2 else None


def long_wave(window: Window) -> Detail:
    """RF64 and BW64: with a `bext` chunk RF64 is a Multichannel Broadcast Wave (EBU Tech 3306)."""
    return Detail("broadcast" if _chunk(window, b"bext") else None)


def aiff(window: Window) -> Detail:
    """Plain, or AIFF-C that may be compressed."""
    return Detail("aifc" if window.head[8:12] == b"AIFC" else None)


def avi(window: Window) -> Detail:
    """With the index of OpenDML 1.02, for files of more than 2 GB, or without."""
    headers = next((one for one in chunks(window, 12, window.size) if one.kind == b"LIST"), None)
    if headers is None or window.at(headers.start, 4) != b"hdrl":
        return NOTHING
    lists = (one for one in chunks(window, headers.start + 4, headers.end) if one.kind == b"LIST")
    extended = any(window.at(one.start, 4) == b"odml" for one in lists)
    return Detail("opendml", "OpenDML") if extended else NOTHING


def webp(window: Window) -> Detail:
    """Simple lossy or lossless, or extended by metadata, profile, transparency or animation."""
    variant = WEBP.get(window.head[12:16])
    flags = window.head[20:21]
    animated = variant == "extended" and flags and flags[0] & ANIMATION
    return Detail("animated" if animated else variant)
