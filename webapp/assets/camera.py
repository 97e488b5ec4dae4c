"""What the camera wrote, in groups that people read; the record's shape is `metadata.record.Record`."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from webapp.shown import duration, number, readable
from webapp.translated import gettext

Row = tuple[str, str]
Group = tuple[str, list[Row]]


def groups(record: Mapping[str, Any]) -> list[Group]:
    """The groups that have anything in them."""
    if not record:
        return []
    every = (
        (gettext("Camera"), _camera(record)),
        (gettext("Exposure"), _exposure(record.get("exposure") or {})),
        (gettext("Place and time"), _place_and_time(record)),
        (gettext("Picture"), _picture(record)),
        *_film(record),
        (gettext("Written into the file"), _words(record)),
    )
    return [(name, rows) for name, rows in every if rows]


def _rows(pairs: Iterable[tuple[str, Any]]) -> list[Row]:
    return [(label, str(value)) for label, value in pairs if value not in (None, "", [])]


def _with(value: Any, show: Callable[[Any], str]) -> str | None:
    return None if value is None else show(value)


def _camera(record: Mapping[str, Any]) -> list[Row]:
    camera = record.get("camera") or {}
    make, model = camera.get("make") or "", camera.get("model") or ""
    name = model if model.lower().startswith(make.lower().split(" ")[0]) and make else f"{make} {model}".strip()
    return _rows(
        (
            (gettext("Camera"), name),
            (gettext("Lens"), (record.get("lens") or {}).get("model")),
            (gettext("Serial number"), camera.get("serial")),
            (gettext("Software"), camera.get("software")),
        )
    )


def _exposure(exposure: Mapping[str, Any]) -> list[Row]:
    focal, equal = exposure.get("focal_length"), exposure.get("focal_length_35mm")
    return _rows(
        (
            (gettext("Shutter"), _with(exposure.get("time"), lambda value: f"{value} s")),
            (gettext("Aperture"), _with(exposure.get("f_number"), lambda value: f"f/{value:g}")),
            (gettext("Sensitivity"), _with(exposure.get("iso"), lambda value: f"ISO {value}")),
            (gettext("Focal length"), _with(focal, lambda value: _focal(value, equal))),
            (
                gettext("Flash"),
                _with(exposure.get("flash"), lambda fired: gettext("fired") if fired else gettext("did not fire")),
            ),
        )
    )


def _focal(value: float, equal: float | None) -> str:
    if equal and abs(equal - value) > 0.5:
        return gettext("%(mm)s mm (as %(equal)s mm on 35 mm film)", mm=f"{value:g}", equal=f"{equal:g}")
    return f"{value:g} mm"


def _place_and_time(record: Mapping[str, Any]) -> list[Row]:
    place, taken = record.get("gps") or {}, record.get("capture") or {}
    return _rows(
        (
            (gettext("Taken"), _with(taken.get("at"), readable)),
            (gettext("Read from"), taken.get("source")),
            (gettext("Position"), _position(place) if place else None),
            (gettext("Altitude"), _with(place.get("alt"), lambda value: f"{value:.0f} m")),
            (gettext("Looking"), _with(place.get("direction"), lambda value: f"{value:.0f}°")),
            (gettext("Datum"), place.get("datum")),
        )
    )


def _position(place: Mapping[str, Any]) -> str:
    latitude, longitude = place["lat"], place["lon"]
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.6f}° {north}, {abs(longitude):.6f}° {east}"


def _picture(record: Mapping[str, Any]) -> list[Row]:
    still = record.get("still") or {}
    shown = record.get("shown") or {}
    width, height = shown.get("width"), shown.get("height")
    return _rows(
        (
            (gettext("Pixels"), f"{number(width)} × {number(height)}" if width and height else None),
            (gettext("Megapixels"), f"{width * height / 1e6:.1f}" if still and width and height else None),
            (gettext("Colour"), still.get("color_model")),
            (gettext("Bits a sample"), still.get("bit_depth")),
            (gettext("Colour profile"), still.get("profile")),
            (gettext("Pages"), still.get("pages") if (still.get("pages") or 1) > 1 else None),
        )
    )


def _film(record: Mapping[str, Any]) -> list[Group]:
    film = record.get("container") or {}
    if not film:
        return []
    timecode = film.get("timecode") or {}
    whole = _rows(
        (
            (gettext("Container"), film.get("format")),
            (gettext("Duration"), _with(film.get("duration"), duration)),
            (gettext("Bit rate"), _with(film.get("bit_rate"), bit_rate)),
            (gettext("Start timecode"), timecode.get("text")),
            (gettext("Chapters"), len(film.get("chapters") or []) or None),
        )
    )
    tracks = [(gettext("Video track"), _video(track)) for track in record.get("video") or []]
    tracks += [(gettext("Audio track"), _audio(track)) for track in record.get("audio") or []]
    tracks += [(gettext("Text track"), _text(track)) for track in record.get("subtitles") or []]
    return [(gettext("Recording"), whole), *tracks]


def _video(track: Mapping[str, Any]) -> list[Row]:
    return _rows(
        (
            (gettext("Codec"), _joined(track.get("codec"), track.get("profile"))),
            (gettext("Frame rate"), _with(track.get("frame_rate"), frame_rate)),
            (gettext("Frames"), _with(track.get("frames"), number)),
            (gettext("Scan"), _joined(track.get("scan"), track.get("scan_order"))),
            (
                gettext("Sampling"),
                _joined(track.get("chroma"), _with(track.get("bit_depth"), lambda bits: f"{bits} bit")),
            ),
            (gettext("Colour"), _joined(track.get("primaries"), track.get("transfer"), track.get("hdr"))),
            (gettext("Bit rate"), _with(track.get("bit_rate"), bit_rate)),
        )
    )


def _audio(track: Mapping[str, Any]) -> list[Row]:
    return _rows(
        (
            (gettext("Codec"), track.get("codec")),
            (gettext("Channels"), _joined(track.get("channels"), track.get("layout"))),
            (gettext("Sample rate"), _with(track.get("sample_rate"), lambda hertz: f"{hertz / 1000:g} kHz")),
            (gettext("Bits a sample"), track.get("bit_depth")),
            (gettext("Bit rate"), _with(track.get("bit_rate"), bit_rate)),
            (gettext("Language"), track.get("language")),
            (gettext("Title"), track.get("title")),
        )
    )


def _text(track: Mapping[str, Any]) -> list[Row]:
    pairs = ((gettext("Codec"), "codec"), (gettext("Language"), "language"), (gettext("Title"), "title"))
    return _rows((label, track.get(field)) for label, field in pairs)


def _words(record: Mapping[str, Any]) -> list[Row]:
    words = record.get("description") or {}
    return _rows(
        (
            (gettext("Title"), words.get("title")),
            (gettext("Caption"), words.get("caption")),
            (gettext("Keywords"), "、".join(words.get("keywords") or [])),
            (gettext("Creator"), "、".join(words.get("creator") or [])),
            (gettext("Credit"), words.get("credit")),
            (gettext("Rights"), words.get("rights")),
            (gettext("Rating"), _with(words.get("rating"), lambda stars: "★" * stars + "☆" * (5 - stars))),
        )
    )


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part not in (None, ""))


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
