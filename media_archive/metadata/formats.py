"""What is this file? Told by its content, in pure Python, without opening it in any native library."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from media_archive.metadata.recognition import details, rules, signatures, strangers
from media_archive.metadata.recognition.window import HEAD, Window

Kind = Literal["photo", "film", "sound", "sidecar"]


@dataclass(frozen=True)
class Format:
    """A file format: short name, IANA media type (or the customary one), what it is to people."""

    name: str
    media_type: str
    kind: Kind
    raw: bool = False


#: every format the archive takes, by name
FORMATS: dict[str, Format] = {
    made.name: made
    for made in (
        Format("jpeg", "image/jpeg", "photo"),
        Format("png", "image/png", "photo"),
        Format("gif", "image/gif", "photo"),
        Format("bmp", "image/bmp", "photo"),
        Format("webp", "image/webp", "photo"),
        Format("tiff", "image/tiff", "photo"),
        Format("heif", "image/heic", "photo"),
        Format("avif", "image/avif", "photo"),
        Format("jxl", "image/jxl", "photo"),
        Format("jp2", "image/jp2", "photo"),
        Format("psd", "image/vnd.adobe.photoshop", "photo"),
        Format("svg", "image/svg+xml", "photo"),
        Format("dng", "image/x-adobe-dng", "photo", raw=True),
        Format("cr2", "image/x-canon-cr2", "photo", raw=True),
        Format("cr3", "image/x-canon-cr3", "photo", raw=True),
        Format("crw", "image/x-canon-crw", "photo", raw=True),
        Format("nef", "image/x-nikon-nef", "photo", raw=True),
        Format("arw", "image/x-sony-arw", "photo", raw=True),
        Format("pef", "image/x-pentax-pef", "photo", raw=True),
        Format("orf", "image/x-olympus-orf", "photo", raw=True),
        Format("rw2", "image/x-panasonic-rw2", "photo", raw=True),
        Format("raf", "image/x-fuji-raf", "photo", raw=True),
        Format("srw", "image/x-samsung-srw", "photo", raw=True),
        Format("3fr", "image/x-hasselblad-3fr", "photo", raw=True),
        Format("iiq", "image/x-phaseone-iiq", "photo", raw=True),
        Format("mos", "image/x-leaf-mos", "photo", raw=True),
        Format("mef", "image/x-mamiya-mef", "photo", raw=True),
        Format("erf", "image/x-epson-erf", "photo", raw=True),
        Format("dcr", "image/x-kodak-dcr", "photo", raw=True),
        Format("x3f", "image/x-sigma-x3f", "photo", raw=True),
        Format("mrw", "image/x-minolta-mrw", "photo", raw=True),
        Format("mp4", "video/mp4", "film"),
        Format("mov", "video/quicktime", "film"),
        Format("3gp", "video/3gpp", "film"),
        Format("mxf", "application/mxf", "film"),
        Format("avi", "video/vnd.avi", "film"),
        Format("mkv", "video/matroska", "film"),
        Format("webm", "video/webm", "film"),
        Format("mpeg", "video/mpeg", "film"),
        Format("mpeg-video", "video/mpv", "film"),
        Format("ts", "video/mp2t", "film"),
        Format("m2ts", "video/mp2t", "film"),
        Format("flv", "video/x-flv", "film"),
        Format("wmv", "video/x-ms-wmv", "film"),
        Format("dv", "video/dv", "film"),
        Format("ogv", "video/ogg", "film"),
        Format("m4a", "audio/mp4", "sound"),
        Format("mka", "audio/matroska", "sound"),
        Format("mxf-audio", "application/mxf", "sound"),
        Format("wav", "audio/vnd.wave", "sound"),
        Format("bwf", "audio/vnd.wave", "sound"),
        Format("rf64", "audio/vnd.wave", "sound"),
        Format("bw64", "audio/vnd.wave", "sound"),
        Format("aiff", "audio/aiff", "sound"),
        Format("caf", "audio/x-caf", "sound"),
        Format("mp3", "audio/mpeg", "sound"),
        Format("flac", "audio/flac", "sound"),
        Format("ogg", "audio/ogg", "sound"),
        Format("aac", "audio/aac", "sound"),
        Format("amr", "audio/amr", "sound"),
        Format("wma", "audio/x-ms-wma", "sound"),
        Format("xmp", "application/rdf+xml", "sidecar"),
        Format("srt", "application/x-subrip", "sidecar"),
        Format("gpx", "application/gpx+xml", "sidecar"),
        Format("camera-xml", "application/xml", "sidecar"),
        Format("aae", "application/x-plist", "sidecar"),
        # what a card says of its clips in files of its own: playlists, clip information, indexes
        Format("card-data", "application/octet-stream", "sidecar"),
    )
}


@dataclass(frozen=True)
class Identified:
    """What a file is, as exactly as its content says.

    `version` is that of the format as the content states it (for MP4 and its kin the major brand), None where it
    states none. `puid` is PRONOM's identifier. `extension_matches` is None if the name has no extension.
    """

    format: Format
    title: str
    version: str | None
    media_type: str
    puid: str | None
    extension_matches: bool | None


def identify_path(path: Path, name: str | None = None) -> Identified | None:
    """Format, version and PRONOM identifier of the file at `path`; None if it is none that the archive takes.

    `name` is what it was called by those who made it, where `path` is called otherwise. Reads the first 64 KiB and a
    few small pieces. OSError if it cannot be read.
    """
    with _opened(path, name) as window:
        return identify(window)


def identify(window: Window) -> Identified | None:
    """The same for a file that is seen through `window`."""
    known = _recognise(window)
    if known is None:
        return None
    detail = details.detail(known.name, window)
    described = rules.describe(known.name, detail)
    return Identified(
        format=known,
        title=described.title or known.name,
        version=detail.version or described.edition,
        media_type=described.media_type or known.media_type,
        puid=described.puid,
        extension_matches=window.suffix[1:] in described.extensions if window.suffix else None,
    )


def stranger_path(path: Path) -> strangers.Stranger | None:
    """What the file at `path` is that is none of the archive's formats; None if it is nothing known. OSError as above."""
    with _opened(path) as window:
        return strangers.stranger(window) if window.head else None


def recognise(head: bytes, tail: bytes, size: int, name: str) -> Format | None:
    """The format of a file of `size` bytes called `name` of which `head` and `tail` are known; None if unknown.

    The name only decides between TIFF and a maker's raw format where the content leaves that open.
    """
    return _recognise(window_on(head, tail, size, name))


def window_on(head: bytes, tail: bytes, size: int, name: str) -> Window:
    """A view of a file of which only `head` and `tail` are known."""
    behind = size - len(tail)

    def fetch(offset: int, length: int) -> bytes:
        if offset >= behind:
            return tail[offset - behind : offset - behind + length]
        return head[offset : offset + length]

    return Window(head, size, name, fetch)


def recognise_path(path: Path) -> Format | None:
    """The format of the file at `path`; reads its first 64 KiB and a few small pieces. OSError if it cannot be read."""
    with _opened(path) as window:
        return _recognise(window)


@contextmanager
def _opened(path: Path, name: str | None = None) -> Iterator[Window]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        head = os.pread(descriptor, HEAD, 0)
        yield Window(head, size, name or path.name, lambda offset, length: os.pread(descriptor, length, offset))
    finally:
        os.close(descriptor)


def _recognise(window: Window) -> Format | None:
    found = signatures.recognise(window) if window.head else None
    return FORMATS[found] if found else None
