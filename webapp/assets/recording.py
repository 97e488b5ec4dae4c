"""Films and recordings as people read them: the whole, and each track."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from webapp.assets.rows import Group, Row, joined, rows, shown
from webapp.shown import duration, number
from webapp.translated import gettext


def groups(record: Mapping[str, Any]) -> list[Group]:
    """The groups of a film or recording; none for a photograph."""
    film = record.get("container") or {}
    if not film:
        return []
    timecode = film.get("timecode") or {}
    whole = rows(
        (
            (gettext("Container"), film.get("format")),
            (gettext("Duration"), shown(film.get("duration"), duration)),
            (gettext("Bit rate"), shown(film.get("bit_rate"), bit_rate)),
            (gettext("Start timecode"), timecode.get("text")),
            (gettext("Chapters"), len(film.get("chapters") or []) or None),
        )
    )
    tracks = [(gettext("Video track"), _video(track)) for track in record.get("video") or []]
    tracks += [(gettext("Audio track"), _audio(track)) for track in record.get("audio") or []]
    tracks += [(gettext("Text track"), _text(track)) for track in record.get("subtitles") or []]
    return [(gettext("Recording"), whole), *tracks]


def _video(track: Mapping[str, Any]) -> list[Row]:
    return rows(
        (
            (gettext("Codec"), joined(track.get("codec"), track.get("profile"))),
            (gettext("Frame rate"), shown(track.get("frame_rate"), frame_rate)),
            (gettext("Frames"), shown(track.get("frames"), number)),
            (gettext("Scan"), joined(track.get("scan"), track.get("scan_order"))),
            (
                gettext("Sampling"),
                joined(track.get("chroma"), shown(track.get("bit_depth"), lambda bits: f"{bits} bit")),
            ),
            (gettext("Colour"), joined(track.get("primaries"), track.get("transfer"), track.get("hdr"))),
            (gettext("Bit rate"), shown(track.get("bit_rate"), bit_rate)),
        )
    )


def _audio(track: Mapping[str, Any]) -> list[Row]:
    return rows(
        (
            (gettext("Codec"), track.get("codec")),
            (gettext("Channels"), joined(track.get("channels"), track.get("layout"))),
            (gettext("Sample rate"), shown(track.get("sample_rate"), lambda hertz: f"{hertz / 1000:g} kHz")),
            (gettext("Bits a sample"), track.get("bit_depth")),
            (gettext("Bit rate"), shown(track.get("bit_rate"), bit_rate)),
            (gettext("Language"), track.get("language")),
            (gettext("Title"), track.get("title")),
        )
    )


def _text(track: Mapping[str, Any]) -> list[Row]:
    pairs = ((gettext("Codec"), "codec"), (gettext("Language"), "language"), (gettext("Title"), "title"))
    return rows((label, track.get(field)) for label, field in pairs)


def bit_rate(value: float) -> str:
    """12.3 Mbit/s, 128 kbit/s."""
    return f"{value / 1e6:.1f} Mbit/s" if value >= 1e6 else f"{value / 1e3:.0f} kbit/s"


def frame_rate(value: str) -> str:
    """The exact fraction, and its decimal where it is no whole number."""
    try:
        exact = Fraction(value)
    except (ValueError, ZeroDivisionError):
        return value
    return f"{exact} fps" if exact.denominator == 1 else f"{float(exact):.3f} fps ({exact})"
