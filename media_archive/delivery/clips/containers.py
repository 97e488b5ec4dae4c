"""Which container holds which codecs, and how a codec is encoded again at high quality."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from media_archive.delivery.clips.film import Film, Sound

#: bytes of a sample of the kinds of PCM that can be cut anywhere
PCM = {f"pcm_{kind}{bits}{order}": bits // 8 for kind in "suf" for bits in (16, 24, 32, 64) for order in ("le", "be")}
PCM |= {"pcm_u8": 1, "pcm_s8": 1, "pcm_alaw": 1, "pcm_mulaw": 1}
TRANSPORT = {"h264", "hevc", "mpeg2video", "mpeg1video"}
#: of MXF, MPEG-2, AVC-Intra, DNxHD, JPEG 2000 and DV; of MP4 what players know
PICTURES: dict[str, set[str]] = {
    "mp4": {"h264", "hevc", "av1", "vp9", "mpeg4"},
    "mpegts": TRANSPORT,
    "mxf": {"mpeg2video", "h264", "dnxhd", "jpeg2000", "dvvideo", "prores"},
}
SOUNDS: dict[str, set[str]] = {
    "mov": {*PCM, "aac", "ac3", "eac3", "alac", "mp3", "mp2"},
    "mp4": {"aac", "ac3", "eac3", "mp3", "alac"},
    "mpegts": {"aac", "ac3", "eac3", "mp2", "mp3"},
    "mxf": {"pcm_s16le", "pcm_s24le"},
}
#: suffix of the file -> libavformat's name of its container
SUFFIXES = {
    ".mov": "mov",
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".mxf": "mxf",
    ".mts": "mpegts",
    ".m2ts": "mpegts",
    ".ts": "mpegts",
    ".mkv": "matroska",
}
MEDIA_TYPES = {
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "mxf": "application/mxf",
    "mpegts": "video/mp2t",
    "matroska": "video/x-matroska",
}
#: those that write down the timecode of their first frame
TIMED = {"mov", "mp4", "mxf"}


def holds(form: str, film: Film) -> str | None:
    """The first codec of `film` that the container `form` cannot hold; None if it holds all."""
    if film.paired and form != "mpegts":
        return f"{film.codec} (PAFF)"
    if film.codec not in PICTURES.get(form, {film.codec}):
        return film.codec
    return next((one.codec for one in film.sounds if one.codec not in SOUNDS.get(form, {one.codec})), None)


@dataclass(frozen=True)
class Coding:
    """How a codec is encoded again: ffmpeg's encoder and its options."""

    encoder: str
    options: Mapping[str, Any] = field(default_factory=dict)
    #: pixel formats the encoder takes; any if there are none
    pixels: frozenset[str] = frozenset()


#: bits a second where the original does not say, for encoders that want to be told
USUAL_BIT_RATE = 50_000_000
LIKE_H264 = frozenset(
    {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"}
)


def picture_coding(film: Film, form: str) -> tuple[Coding, str]:
    """How the picture of `film` is encoded for the container `form`, and in which pixel format."""
    coding = _codings(film).get(film.codec)
    if coding is None or film.codec not in PICTURES.get(form, {film.codec}):
        coding = _codings(film)["mpeg2video" if form == "mxf" else "h264"]
    if not coding.pixels or film.pixels in coding.pixels:
        return coding, film.pixels
    return coding, "yuv422p10le" if "yuv422p10le" in coding.pixels and "10" in film.pixels else sorted(coding.pixels)[0]


def _codings(film: Film) -> dict[str, Coding]:
    """High enough that an editor sees no difference: twice the bits for codecs of constant quality unknown."""
    rate = max(film.bit_rate or USUAL_BIT_RATE, 8_000_000)
    interlaced = {"flags": "+ilme+ildct"} if film.interlaced else {}
    crf = {"preset": "medium", "crf": 14}
    return {
        "h264": Coding("libx264", crf | interlaced, LIKE_H264),
        "hevc": Coding("libx265", {"preset": "fast", "crf": 16, "x265-params": "log-level=error"}, LIKE_H264),
        "mpeg2video": Coding(
            "mpeg2video",
            {"b:v": 2 * rate, "maxrate": 2 * rate, "bufsize": 2 * rate, "q:v": 2, "g": 12, "bf": 2} | interlaced,
            frozenset({"yuv420p", "yuv422p"}),
        ),
        "mpeg4": Coding("mpeg4", {"q:v": 2}, frozenset({"yuv420p"})),
    }


def sound_coding(sound: Sound, form: str) -> dict[str, Any]:
    """ffmpeg's options for a track of sound: its own codec where the container holds it and it can be encoded."""
    allowed = SOUNDS.get(form, {sound.codec})
    if sound.codec in PCM and sound.codec in allowed:
        return {"c": sound.codec}
    if form == "mxf":
        return {"c": "pcm_s24le", "ar": 48_000}
    if sound.codec in ("ac3", "mp2") and sound.codec in allowed:
        return {"c": sound.codec, "b": max(sound.bit_rate or 0, 384_000)}
    if sound.codec in PCM and form == "mov":
        return {"c": "pcm_s24le"}
    return {"c": "aac", "b": max(sound.bit_rate or 0, 128_000 * max(1, sound.channels))}
