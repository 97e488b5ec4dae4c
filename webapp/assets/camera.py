"""What the camera wrote, in groups that people read; the record's shape is `metadata.record.Record`."""

from collections.abc import Mapping
from typing import Any

from webapp.assets import described, recording
from webapp.assets.codes import coded
from webapp.assets.rows import Group, Row, joined, rows, shown
from webapp.shown import number, readable
from webapp.translated import gettext


def groups(record: Mapping[str, Any]) -> list[Group]:
    """The groups that have anything in them."""
    if not record:
        return []
    every = (
        (gettext("Camera"), _camera(record)),
        (gettext("Exposure"), _exposure(record.get("exposure") or {})),
        (gettext("Place and time"), _place_and_time(record)),
        (gettext("Picture"), _picture(record)),
        (gettext("In the same file"), _inside(record.get("still") or {})),
        *recording.groups(record),
        (gettext("Written into the file"), described.words(record.get("description") or {})),
        (gettext("The file says several things"), described.conflicts(record)),
        (gettext("Dates and values that cannot be right"), described.problems(record)),
    )
    return [(name, found) for name, found in every if found]


def _camera(record: Mapping[str, Any]) -> list[Row]:
    camera, lens = record.get("camera") or {}, record.get("lens") or {}
    make, model = camera.get("make") or "", camera.get("model") or ""
    name = model if model.lower().startswith(make.lower().split(" ")[0]) and make else f"{make} {model}".strip()
    return rows(
        (
            (gettext("Camera"), name),
            (gettext("Serial number"), camera.get("serial")),
            (gettext("Owner"), camera.get("owner")),
            (gettext("Lens"), lens.get("model")),
            (gettext("Serial number of the lens"), lens.get("serial")),
            (gettext("Software"), camera.get("software")),
        )
    )


def _exposure(exposure: Mapping[str, Any]) -> list[Row]:
    focal, equal = exposure.get("focal_length"), exposure.get("focal_length_35mm")
    fired = {True: gettext("fired"), False: gettext("did not fire"), None: None}[exposure.get("flash")]
    return rows(
        (
            (gettext("Shutter"), shown(exposure.get("time"), lambda value: f"{value} s")),
            (gettext("Aperture"), shown(exposure.get("f_number"), lambda value: f"f/{value:g}")),
            (gettext("Sensitivity"), shown(exposure.get("iso"), lambda value: f"ISO {value}")),
            (gettext("Focal length"), shown(focal, lambda value: _focal(value, equal))),
            (gettext("Compensation"), shown(exposure.get("bias"), lambda value: f"{value:+g} EV" if value else "0 EV")),
            (gettext("Program"), joined(coded(exposure.get("program")), coded(exposure.get("scene")))),
            (gettext("Metering"), coded(exposure.get("metering"))),
            (gettext("Flash"), coded(exposure.get("flash_mode")) or fired),
            (
                gettext("White balance"),
                joined(coded(exposure.get("white_balance")), coded(exposure.get("light_source"))),
            ),
            (gettext("Distance"), shown(exposure.get("subject_distance"), lambda value: f"{value:g} m")),
        )
    )


def _focal(value: float, equal: float | None) -> str:
    if equal and abs(equal - value) > 0.5:
        return gettext("%(mm)s mm (as %(equal)s mm on 35 mm film)", mm=f"{value:g}", equal=f"{equal:g}")
    return f"{value:g} mm"


def _place_and_time(record: Mapping[str, Any]) -> list[Row]:
    place, taken = record.get("gps") or {}, record.get("capture") or {}
    return rows(
        (
            (gettext("Taken"), shown(taken.get("at"), readable)),
            (gettext("Read from"), taken.get("source")),
            (gettext("Camera's clock"), shown(taken.get("ahead_of_gps"), _ahead)),
            (gettext("Position"), _position(place) if place else None),
            (gettext("Altitude"), shown(place.get("alt"), lambda value: f"{value:.0f} m")),
            (gettext("Looking"), shown(place.get("direction"), lambda value: _looking(value, place))),
            (gettext("Speed"), shown(place.get("speed"), lambda value: f"{value * 3.6:.0f} km/h")),
            (gettext("Accuracy"), shown(place.get("error"), lambda value: f"± {value:.0f} m")),
            (gettext("Datum"), place.get("datum")),
        )
    )


def _ahead(seconds: float) -> str:
    if abs(seconds) < 1:
        return gettext("agrees with the satellites")
    hours, rest = divmod(round(abs(seconds)), 3600)
    apart = f"{hours}:{rest // 60:02}:{rest % 60:02}"
    if seconds > 0:
        return gettext("%(time)s ahead of the satellites", time=apart)
    return gettext("%(time)s behind the satellites", time=apart)


def _looking(degrees: float, place: Mapping[str, Any]) -> str:
    return joined(f"{degrees:.0f}°", gettext("magnetic") if place.get("direction_reference") == "magnetic" else None)


def _position(place: Mapping[str, Any]) -> str:
    latitude, longitude = place["lat"], place["lon"]
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.6f}° {north}, {abs(longitude):.6f}° {east}"


def _picture(record: Mapping[str, Any]) -> list[Row]:
    still, size = record.get("still") or {}, record.get("shown") or {}
    width, height = size.get("width"), size.get("height")
    return rows(
        (
            (gettext("Pixels"), f"{number(width)} × {number(height)}" if width and height else None),
            (gettext("Megapixels"), f"{width * height / 1e6:.1f}" if still and width and height else None),
            (gettext("Colour"), joined(still.get("color_model"), still.get("chroma"))),
            (gettext("Bits a sample"), still.get("bit_depth")),
            (gettext("Colour profile"), still.get("profile") or still.get("color_space")),
            (gettext("Compression"), still.get("compression")),
            (gettext("Resolution"), shown(still.get("x_resolution"), lambda value: f"{value:g} ppi")),
            (gettext("Pages"), still.get("pages") if (still.get("pages") or 1) > 1 else None),
        )
    )


def _inside(still: Mapping[str, Any]) -> list[Row]:
    previews = still.get("previews") or []
    sizes = [f"{one['width']} × {one['height']}" for one in previews if one.get("width") and one.get("height")]
    return rows(
        (
            (gettext("Previews"), "、".join(sizes) or len(previews) or None),
            (gettext("Short film"), gettext("yes") if still.get("motion_photo") else None),
            (gettext("Live Photo"), still.get("content_identifier")),
            (gettext("Burst"), still.get("burst")),
            (gettext("Depth map"), gettext("yes") if still.get("depth") else None),
            (gettext("High dynamic range"), still.get("hdr")),
            (gettext("Panorama"), still.get("panorama")),
        )
    )
