"""Who tells the variety and version of which format."""

from collections.abc import Callable

from media_archive.metadata.recognition import boxes, containers, matroska, pictures, riff, streams, text, tiff
from media_archive.metadata.recognition.detail import NOTHING, Detail
from media_archive.metadata.recognition.window import Window

DETAILS: dict[str, Callable[[Window], Detail]] = {
    "jpeg": pictures.jpeg,
    "png": pictures.png,
    "gif": pictures.gif,
    "bmp": pictures.bitmap,
    "webp": riff.webp,
    "tiff": tiff.detail,
    "heif": boxes.picture,
    "avif": boxes.picture,
    "jxl": pictures.jpeg_xl,
    "jp2": pictures.jpeg_2000,
    "psd": pictures.photoshop,
    "dng": tiff.digital_negative,
    "cr2": tiff.canon,
    "crw": tiff.ciff,
    "arw": tiff.sony,
    "3fr": tiff.hasselblad,
    "raf": pictures.fuji,
    "x3f": pictures.sigma,
    "mp4": boxes.film,
    "mov": boxes.film,
    "3gp": boxes.film,
    "m4a": boxes.sound,
    "mxf": streams.operational_pattern,
    "mxf-audio": streams.operational_pattern,
    "avi": riff.avi,
    "mkv": matroska.detail,
    "webm": matroska.detail,
    "mka": matroska.detail,
    "mpeg": streams.programme,
    "mpeg-video": streams.elementary,
    "flv": containers.flash,
    "wmv": containers.windows_media,
    "wma": containers.windows_media,
    "ogv": containers.ogg_codec,
    "ogg": containers.ogg_codec,
    "wav": riff.wave,
    "bwf": riff.broadcast_wave,
    "rf64": riff.long_wave,
    "bw64": riff.long_wave,
    "aiff": riff.aiff,
    "caf": containers.core_audio,
    "mp3": streams.mpeg_audio,
    "aac": streams.advanced_audio,
    "amr": streams.adaptive,
    "svg": text.drawing,
    "xmp": text.packet,
    "gpx": text.track,
}


def detail(name: str, window: Window) -> Detail:
    """The variety and version of a file of the format called `name`."""
    return DETAILS[name](window) if name in DETAILS else NOTHING
