"""What EXIF's code numbers mean, in the reader's language; the record has ExifTool's English words for them."""

from webapp.assets.rows import joined
from webapp.translated import lazy_gettext

WORDS = {
    "Not Defined": lazy_gettext("Not Defined"),
    "Manual": lazy_gettext("Manual"),
    "Program AE": lazy_gettext("Program AE"),
    "Aperture-priority AE": lazy_gettext("Aperture-priority AE"),
    "Shutter speed priority AE": lazy_gettext("Shutter speed priority AE"),
    "Creative (Slow speed)": lazy_gettext("Creative (Slow speed)"),
    "Action (High speed)": lazy_gettext("Action (High speed)"),
    "Portrait": lazy_gettext("Portrait"),
    "Landscape": lazy_gettext("Landscape"),
    "Bulb": lazy_gettext("Bulb"),
    "Auto": lazy_gettext("Auto"),
    "Auto bracket": lazy_gettext("Auto bracket"),
    "Unknown": lazy_gettext("Unknown"),
    "Average": lazy_gettext("Average"),
    "Center-weighted average": lazy_gettext("Center-weighted average"),
    "Spot": lazy_gettext("Spot"),
    "Multi-spot": lazy_gettext("Multi-spot"),
    "Multi-segment": lazy_gettext("Multi-segment"),
    "Partial": lazy_gettext("Partial"),
    "Other": lazy_gettext("Other"),
    "Daylight": lazy_gettext("Daylight"),
    "Fluorescent": lazy_gettext("Fluorescent"),
    "Tungsten (Incandescent)": lazy_gettext("Tungsten (Incandescent)"),
    "Flash": lazy_gettext("Flash"),
    "Fine Weather": lazy_gettext("Fine Weather"),
    "Cloudy": lazy_gettext("Cloudy"),
    "Shade": lazy_gettext("Shade"),
    "Daylight Fluorescent": lazy_gettext("Daylight Fluorescent"),
    "Day White Fluorescent": lazy_gettext("Day White Fluorescent"),
    "Cool White Fluorescent": lazy_gettext("Cool White Fluorescent"),
    "White Fluorescent": lazy_gettext("White Fluorescent"),
    "Warm White Fluorescent": lazy_gettext("Warm White Fluorescent"),
    "Standard Light A": lazy_gettext("Standard Light A"),
    "Standard Light B": lazy_gettext("Standard Light B"),
    "Standard Light C": lazy_gettext("Standard Light C"),
    "ISO Studio Tungsten": lazy_gettext("ISO Studio Tungsten"),
    "Standard": lazy_gettext("Standard"),
    "Night": lazy_gettext("Night"),
    "No Flash": lazy_gettext("No Flash"),
    "Fired": lazy_gettext("Fired"),
    "Return not detected": lazy_gettext("Return not detected"),
    "Return detected": lazy_gettext("Return detected"),
    "On": lazy_gettext("On"),
    "Did not fire": lazy_gettext("Did not fire"),
    "Off": lazy_gettext("Off"),
    "No flash function": lazy_gettext("No flash function"),
    "Red-eye reduction": lazy_gettext("Red-eye reduction"),
    "progressive": lazy_gettext("progressive"),
    "interlaced": lazy_gettext("interlaced"),
}


def coded(text: str | None) -> str:
    """The words of `text`, one by one: "Off, Did not fire"; what has no translation stays."""
    return joined(*(WORDS.get(word, word) for word in (text or "").split(", ")))
