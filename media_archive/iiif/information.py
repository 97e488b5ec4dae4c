"""What info.json says of a picture (section 5)."""

from typing import Any

from media_archive.iiif.requests import Picture
from media_archive.iiif.sizes import Limits, Size

CONTEXT = "http://iiif.io/api/image/3/context.json"
PROFILE = "http://iiif.io/api/image/3/level2.json"
TILE = 512
#: beyond level 2
FEATURES = ("canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", "sizeUpscaling")
#: rights that the specification lets stand there: licences of Creative Commons and statements of RightsStatements.org
RIGHTS = (
    "http://creativecommons.org/licenses/",
    "http://creativecommons.org/publicdomain/",
    "http://rightsstatements.org/vocab/",
)


def information(base: str, picture: Picture, limits: Limits, rights: str | None = None) -> dict[str, Any]:
    """The document for the picture whose address is `base`."""
    factors = scale_factors(picture)
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "id": base,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": picture.width,
        "height": picture.height,
        "maxWidth": limits.width,
        "maxHeight": limits.height,
        "maxArea": limits.area,
        "sizes": [
            {"width": one.width, "height": one.height}
            for factor in reversed(factors)
            if limits.allow(one := reduced(picture, factor))
        ],
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": factors}],
        "preferredFormats": ["jpg"],
        "extraFormats": ["webp", "gif", "tif"],
        "extraQualities": ["gray", "bitonal"] if picture.grey else ["color", "gray", "bitonal"],
        "extraFeatures": list(FEATURES),
    }
    if named := rights_of(rights):
        said["rights"] = named
    return said


def scale_factors(picture: Picture) -> list[int]:
    """1, 2, 4 ... up to the first at which one tile holds the whole picture."""
    factors = [1]
    while max(picture.width, picture.height) > factors[-1] * TILE:
        factors.append(factors[-1] * 2)
    return factors


def reduced(picture: Picture, factor: int) -> Size:
    """The picture's size divided by `factor`, upwards, as viewers reckon their tiles."""
    return Size(-(-picture.width // factor), -(-picture.height // factor))


def rights_of(stated: str | None) -> str | None:
    """`stated` if it is one that the specification knows, in the form it is registered in."""
    if not stated:
        return None
    plain = stated.strip().replace("https://", "http://", 1).replace("http://www.", "http://", 1)
    return plain if plain.startswith(RIGHTS) and " " not in plain else None
