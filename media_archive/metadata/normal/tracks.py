"""The tracks of a film or a recording, out of what MediaInfo found."""

import re
from typing import Any, Literal

from media_archive.metadata.normal.numbers import decimal, fraction, positive, rate, written
from media_archive.metadata.normal.words import said_by
from media_archive.metadata.plain import text as clean
from media_archive.metadata.record import AudioTrack, SubtitleTrack, VideoTrack

Track = dict[str, Any]
Mode = Literal["constant", "variable"]
MODES: dict[str, Mode] = {"CFR": "constant", "CBR": "constant", "VFR": "variable", "VBR": "variable"}
#: how a transfer curve is known among photographers
HDR_BY_TRANSFER = {"PQ": "PQ", "HLG": "HLG"}
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def video(track: Track) -> VideoTrack:
    """A track of moving pictures."""
    exact = rate(track.get("FrameRate_Num"), track.get("FrameRate_Den"), track.get("FrameRate"))
    turned = decimal(track.get("Rotation"))
    pixel = decimal(track.get("PixelAspectRatio"), 4) or 1.0
    return VideoTrack(
        codec=said(track, "Format"),
        codec_id=said(track, "CodecID"),
        profile=said(track, "Format_Profile"),
        level=_level(track),
        width=positive(track.get("Width")),
        height=positive(track.get("Height")),
        pixel_aspect=pixel if 0.1 <= pixel <= 10 else 1.0,
        display_aspect=decimal(track.get("DisplayAspectRatio"), 4),
        rotation=round((turned or 0) / 90) * 90 % 360,
        frame_rate=written(exact) if exact else None,
        frame_rate_mode=mode(track.get("FrameRate_Mode")),
        frame_rate_min=_rate(track.get("FrameRate_Minimum")),
        frame_rate_max=_rate(track.get("FrameRate_Maximum")),
        frames=positive(track.get("FrameCount")),
        duration=_seconds(track),
        bit_rate=_bit_rate(track),
        bit_rate_mode=mode(track.get("BitRate_Mode")),
        bit_depth=positive(track.get("BitDepth")),
        **_scan(track),
        **_colour(track),
        gop=said(track, "Format_Settings_GOP"),
        language=said(track, "Language"),
        title=said(track, "Title"),
    )


def audio(track: Track) -> AudioTrack:
    """A track of sound."""
    return AudioTrack(
        codec=said(track, "Format"),
        codec_id=said(track, "CodecID"),
        profile=said(track, "Format_Profile") or said(track, "Format_AdditionalFeatures"),
        channels=positive(track.get("Channels")),
        layout=said(track, "ChannelLayout"),
        sample_rate=positive(track.get("SamplingRate")),
        bit_depth=positive(track.get("BitDepth")),
        bit_rate=_bit_rate(track),
        bit_rate_mode=mode(track.get("BitRate_Mode")),
        duration=_seconds(track),
        language=said(track, "Language"),
        title=said(track, "Title"),
    )


def subtitles(track: Track) -> SubtitleTrack:
    """A track of text."""
    return SubtitleTrack(
        codec=said(track, "Format"),
        codec_id=said(track, "CodecID"),
        language=said(track, "Language"),
        title=said(track, "Title"),
        forced={"Yes": True, "No": False}.get(str(track.get("Forced"))),
    )


def mode(value: Any) -> Mode | None:
    """Constant or variable, as MediaInfo abbreviates it."""
    return MODES.get(str(value))


def said(track: Track, name: str) -> str | None:
    """The text of one of MediaInfo's fields."""
    return said_by(track.get(name)) or None


def _scan(track: Track) -> dict[str, Any]:
    kind = said(track, "ScanType")
    return {"scan": kind.lower() if kind else None, "scan_order": said(track, "ScanOrder")}


def _colour(track: Track) -> dict[str, Any]:
    transfer = said(track, "transfer_characteristics")
    return {
        "color_space": said(track, "ColorSpace"),
        "color_range": said(track, "colour_range"),
        "chroma": said(track, "ChromaSubsampling"),
        "primaries": said(track, "colour_primaries"),
        "transfer": transfer,
        "matrix": said(track, "matrix_coefficients"),
        "hdr": said(track, "HDR_Format") or HDR_BY_TRANSFER.get(transfer or ""),
        "mastering_primaries": said(track, "MasteringDisplay_ColorPrimaries"),
        "mastering_luminance": said(track, "MasteringDisplay_Luminance"),
        "max_cll": _light(track.get("MaxCLL")),
        "max_fall": _light(track.get("MaxFALL")),
    }


def _level(track: Track) -> str | None:
    """With the tier where it is the high one: "4.1", "5.1 High"."""
    level, tier = said(track, "Format_Level"), said(track, "Format_Tier")
    return f"{level} {tier}" if level and tier and tier != "Main" else level


def _bit_rate(track: Track) -> int | None:
    # some streams state two, the core's and the whole's
    text = clean(str(track.get("BitRate") or track.get("BitRate_Nominal") or ""))
    return max((positive(part) or 0 for part in text.split(" / ")), default=0) or None


def _seconds(track: Track) -> float | None:
    length = decimal(track.get("Duration"))
    return length if length and length > 0 else None


def _rate(value: Any) -> str | None:
    exact = rate(None, None, value)
    return written(exact) if exact else None


def _light(value: Any) -> int | None:
    """Candela a square metre, out of "1000 cd/m2"."""
    found = NUMBER.match(str(value or ""))
    exact = fraction(found[0]) if found else None
    return round(exact) if exact and exact < 1 << 31 else None
