"""Words for recipes and for how they stand."""

from webapp.translated import lazy_gettext

RECIPES = {
    "thumb": lazy_gettext("Small picture"),
    "screen": lazy_gettext("Picture for screens"),
    "large": lazy_gettext("Large picture"),
    "fingerprint": lazy_gettext("Fingerprint, to find what looks alike"),
    "pyramid": lazy_gettext("Tiles for zooming"),
    "text": lazy_gettext("Text in the picture"),
    "proxy": lazy_gettext("Proxy, 720 lines"),
    "proxy-1080": lazy_gettext("Proxy, 1080 lines"),
    "edit-proxy": lazy_gettext("Edit proxy, for editing programs"),
    "sprites": lazy_gettext("Small pictures along the film"),
    "poster": lazy_gettext("Poster"),
    "peaks": lazy_gettext("Waveform"),
    "waveform": lazy_gettext("Picture of the waveform"),
    "analysis": lazy_gettext("Cuts, black, silence, loudness"),
    "tracks": lazy_gettext("Sound tracks"),
    "subtitles": lazy_gettext("Subtitles"),
    "gps-track": lazy_gettext("Recorded way"),
    "audio": lazy_gettext("Sound for listening"),
    "spectrogram": lazy_gettext("Spectrogram"),
    "transcript": lazy_gettext("Transcript"),
    "public": lazy_gettext("Picture with watermark"),
    "public-proxy": lazy_gettext("Film with watermark"),
}
STATES = {
    "current": lazy_gettext("ready"),
    "missing": lazy_gettext("missing"),
    "outdated": lazy_gettext("out of date"),
    "impossible": lazy_gettext("not possible"),
    "wanted": lazy_gettext("waiting"),
    "running": lazy_gettext("being made"),
}
ICONS = {
    "current": "circle-check",
    "missing": "clock",
    "outdated": "history",
    "impossible": "minus",
    "wanted": "clock",
    "running": "loader",
}
LOOKS = {"current": "good", "missing": "warn", "outdated": "warn", "running": "warn"}


def recipe(name: str) -> str:
    """What a recipe makes."""
    return str(RECIPES.get(name, name))


def state(name: str) -> str:
    """The word for how a recipe stands."""
    return str(STATES.get(name, name))


def icon_of(name: str) -> str:
    """The icon of that."""
    return ICONS.get(name, "clock")


def look(name: str) -> str:
    """How it is coloured."""
    return LOOKS.get(name, "idle")
