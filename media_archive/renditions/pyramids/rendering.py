"""The stored pyramid of a large photograph, by the reader process."""

from typing import Any

from media_archive.config import Settings
from media_archive.metadata.formats import FORMATS
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.parameters import Pyramid
from media_archive.renditions.recipes import ORIGINAL, Recipe, book
from media_archive.tools.isolation import reader

MAKE = "media_archive.renditions.pyramids.making:make"


def render_pyramid(order: Order) -> Rendered:
    """The pyramid that the order asks for."""
    recipe = order.recipes[0]
    out = order.scratch / "pyramid.tif"
    made = reader().call(
        MAKE,
        *(str(order.source), order.format_name, is_raw(order.format_name), str(out), told(recipe, order.settings)),
        timeout=order.settings.reader_seconds * recipe.told(Pyramid).patience,
    )
    return Rendered([Output("pyramid", recipe, out, "image/tiff", made["width"], made["height"])])


def is_raw(format_name: str) -> bool:
    """Whether files of that format are developed."""
    return format_name in FORMATS and FORMATS[format_name].raw


#: where the recipes make no pyramids: zooming needs them all the same
ZOOMING = Recipe(name="pyramid", version=1, inputs=(ORIGINAL,), parameters={"tile": 512, "quality": 88})


def pyramid_recipe() -> Recipe:
    """How pyramids are made, stored ones and those that are made when somebody zooms."""
    return next((one for one in book("photo").recipe if one.made_by == "pyramid"), ZOOMING)


def told(recipe: Recipe, settings: Settings) -> dict[str, Any]:
    """What the reader process must know."""
    parameters = recipe.told(Pyramid)
    return {
        "tile": parameters.tile,
        "quality": parameters.quality,
        "max_pixels": settings.max_pixels,
        "background": list(book("photo").common.background),
    }
