"""Pictures of any colour space as sRGB of 8 bits."""

import pyvips

from media_archive.renditions.stills.colour.meaning import Meaning
from media_archive.renditions.stills.colour.ranges import tone_mapped

#: what printers and photographers see on their screens: relative colorimetric, black on black
INTENT = {"intent": "relative", "black_point_compensation": True}
PROFILE = "icc-profile-data"
#: spaces that libvips reckons in, which are no device's: a profile is not for them
MEASURED, REAL = ("lab", "labs", "labq"), ("xyz", "scrgb")
#: the colour spaces that a profile can be of, and the pictures that it is then for (ICC.1:2022, 7.2.6)
SPACES = {b"RGB ": ("srgb", "rgb16", "b-w", "grey16"), b"GRAY": ("b-w", "grey16"), b"CMYK": ("cmyk",)}


def to_srgb(image: pyvips.Image, meaning: Meaning | None) -> pyvips.Image:
    """sRGB or grey, 8 bits, with the transparency `image` has; without `meaning` the profile in `image` counts."""
    if meaning is not None and meaning.transfer is not None:
        return _tone_mapped(image, meaning)
    profile = meaning.profile if meaning is not None else _embedded(image)
    if profile and image.interpretation in SPACES.get(profile[16:20], ()):
        described = _described(image, profile)
        return described.icc_transform("srgb", embedded=True, depth=8, **INTENT)
    return _without_profile(image)


def _embedded(image: pyvips.Image) -> bytes | None:
    found: bytes | None = image.get(PROFILE) if image.get_typeof(PROFILE) != 0 else None
    return found


def _described(image: pyvips.Image, profile: bytes) -> pyvips.Image:
    """`image` with `profile`, and of as many colours as it is for."""
    if profile[16:20] == b"RGB " and image.bands < 3:
        grey, alpha = image[0], ([image[1]] if image.hasalpha() else [])
        image = grey.bandjoin([grey, grey, *alpha])
        image = image.copy(interpretation="rgb16" if image.format == "ushort" else "srgb")
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, PROFILE, profile)
    return image


def _without_profile(image: pyvips.Image) -> pyvips.Image:
    if image.interpretation in MEASURED:
        return image.colourspace("lab").icc_export(output_profile="srgb", pcs="lab", depth=8, **INTENT)
    if image.interpretation == "cmyk":
        return image.icc_transform("srgb", input_profile="cmyk", depth=8, **INTENT)
    if image.interpretation in ("srgb", "b-w") and image.format == "uchar":
        return image
    return image.colourspace("b-w" if image.bands < 3 else "srgb")


def _tone_mapped(image: pyvips.Image, meaning: Meaning) -> pyvips.Image:
    alpha = image.extract_band(image.bands - 1) if image.hasalpha() else None
    colours = image.extract_band(0, n=3) if image.bands > 2 else image[0].bandjoin([image[0], image[0]])
    made = tone_mapped(colours, meaning)
    if alpha is None:
        return made
    opacity = alpha.cast("uchar", shift=True) if alpha.format == "ushort" else alpha
    return made.bandjoin(opacity).copy(interpretation="srgb")
