"""Films and recordings as people read them: the whole, and each track."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from webapp.assets.codes import coded
from webapp.assets.rows import Group, Row, joined, rows, shown
from webapp.shown import duration, number
from webapp.translated import gettext


def groups(record: Mapping[str, Any]) -> list[Group]:
    """The groups of a film or recording; none for a photograph."""
    film = record.get("container") or {}
    if not film:
        return []
    whole = _whole(film)
    spoken = _noted(film)
    tracks = [(gettext("Video track"), _video(track)) for track in record.get("video") or []]
    tracks += [(gettext("Audio track"), _audio(track)) for track in record.get("audio") or []]
    tracks += [(gettext("Text track"), _text(track)) for track in record.get("subtitles") or []]
    way = _way(record.get("gps") or {})
    return [(gettext("Recording"), [*whole, *way]), (gettext("What the recorder noted"), spoken), *tracks]


def _whole(film: Mapping[str, Any]) -> list[Row]:
    timecode = film.get("timecode") or {}
    counted = gettext("drop-frame") if timecode.get("drop") else None
    return rows(
        (
            (gettext("Container"), joined(film.get("format"), film.get("profile"))),
            (gettext("Duration"), shown(film.get("duration"), duration)),
            (gettext("Bit rate"), _rated(film)),
            (gettext("Start timecode"), joined(timecode.get("text"), counted)),
            (gettext("Reel or card"), film.get("reel")),
            (gettext("Material number"), film.get("umid")),
            (gettext("Chapters"), len(film.get("chapters") or []) or None),
            (gettext("Protected"), gettext("yes") if film.get("encrypted") else None),
        )
    )


def _way(gps: Mapping[str, Any]) -> list[Row]:
    points = gps.get("track_points")
    return rows(((gettext("Recorded way"), gettext("%(number)s points", number=number(points)) if points else None),))


def _noted(film: Mapping[str, Any]) -> list[Row]:
    ixml, bext = film.get("ixml") or {}, film.get("bext") or {}
    loudness = bext.get("loudness_value")
    return rows(
        (
            (gettext("Project"), ixml.get("project")),
            (gettext("Scene and take"), joined(ixml.get("scene"), ixml.get("take"))),
            (gettext("Note"), ixml.get("note")),
            (gettext("Originator"), joined(bext.get("originator"), bext.get("originator_reference"))),
            (gettext("Loudness"), f"{loudness} LUFS" if loudness else None),
            (gettext("Coding history"), bext.get("coding_history")),
        )
    )


def _rated(track: Mapping[str, Any]) -> str:
    """The rate of bits, and whether it varies."""
    rate = shown(track.get("bit_rate"), bit_rate)
    return joined(rate, _varying(track.get("bit_rate_mode"))) if rate else ""


def _varying(mode: str | None) -> str | None:
    return {"constant": gettext("constant"), "variable": gettext("variable")}.get(mode or "")


def _video(track: Mapping[str, Any]) -> list[Row]:
    rate = shown(track.get("frame_rate"), frame_rate)
    varying = _varying("variable") if track.get("frame_rate_mode") == "variable" else None
    bits = shown(track.get("bit_depth"), lambda depth: f"{depth} bit")
    levels = [shown(track.get(name), lambda light: f"{light} cd/m²") for name in ("max_cll", "max_fall")]
    return rows(
        (
            (gettext("Codec"), joined(track.get("codec"), track.get("profile"), track.get("level"))),
            (gettext("Frame rate"), joined(rate, varying) if rate else None),
            (gettext("Frames"), shown(track.get("frames"), number)),
            (gettext("Scan"), joined(coded(track.get("scan")), track.get("scan_order"))),
            (
                gettext("Sampling"),
                joined(track.get("color_space"), track.get("chroma"), bits, track.get("color_range")),
            ),
            (gettext("Colour"), joined(track.get("primaries"), track.get("transfer"), track.get("matrix"))),
            (gettext("High dynamic range"), joined(track.get("hdr"), track.get("mastering_luminance"))),
            (gettext("Light levels"), joined(*levels)),
            (gettext("Group of pictures"), track.get("gop")),
            (gettext("Bit rate"), _rated(track)),
            (gettext("Language"), track.get("language")),
            (gettext("Title"), track.get("title")),
        )
    )


def _audio(track: Mapping[str, Any]) -> list[Row]:
    return rows(
        (
            (gettext("Codec"), joined(track.get("codec"), track.get("profile"))),
            (gettext("Channels"), joined(track.get("channels"), track.get("layout"))),
            (gettext("Sample rate"), shown(track.get("sample_rate"), lambda hertz: f"{hertz / 1000:g} kHz")),
            (gettext("Bits a sample"), track.get("bit_depth")),
            (gettext("Bit rate"), _rated(track)),
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
