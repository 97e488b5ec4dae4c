"""Drawing a watermark: a transparent layer of a given size. Runs in the reader process only."""

import base64
import io
from typing import Any

import pyvips
from PIL import Image, ImageDraw, ImageFont

from media_archive.errors import Invalid

#: a mark that is higher than this part of the picture is drawn smaller
HIGHEST = 0.5
#: pixels that a mark given as a picture may have
MOST_PIXELS = 50_000_000
#: size at which a text is measured
MEASURE = 100
#: the outline that keeps white letters legible on white ground, as a part of the size of the letters
OUTLINE = 0.06
OUTLINE_COLOUR = (0, 0, 0, 170)
#: a tiled mark stands at this many degrees, with gaps as parts of its width and height between
TILED_TURN = 30
TILED_GAPS = 0.35, 1.2
LINE_GAP = 0.25


def layer(width: int, height: int, mark: dict[str, Any]) -> Image.Image:
    """A transparent picture of `width` by `height` with the mark on it.

    mark: {"look": Mark as JSON, "picture": base64 of a PNG or None, "font": path or None, "face": number in it}.
    """
    look = mark["look"]
    drawn = _sized(width, height, mark)
    if look["opacity"] < 1:
        drawn.putalpha(drawn.getchannel("A").point(lambda value: round(value * look["opacity"])))
    empty = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    if look["position"] == "tiled":
        _tile(empty, drawn)
    else:
        margin = round(min(width, height) * look["margin"])
        empty.alpha_composite(drawn, _corner(empty.size, drawn.size, look["position"], margin))
    return empty


def save_layer(width: int, height: int, mark: dict[str, Any], target: str) -> None:
    """Writes the layer as PNG, for ffmpeg."""
    layer(width, height, mark).save(target, compress_level=1)


def check(mark: dict[str, Any]) -> None:
    """Draws the mark once; Invalid where its picture is none."""
    layer(640, 480, mark)


def mark_picture(source: str, target: str, size: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
    """Writes the JPEG at `source`, within size["long_edge"], with the mark over it; returns its width and height."""
    edge = size["long_edge"]
    picture = pyvips.Image.thumbnail(source, edge, height=edge, size="down").colourspace("srgb")
    picture = picture.extract_band(0, n=3).copy_memory()
    over = layer(picture.width, picture.height, mark)
    overlay = pyvips.Image.new_from_memory(over.tobytes(), over.width, over.height, 4, "uchar").copy(
        interpretation="srgb"
    )
    marked = picture.composite2(overlay, "over").flatten().cast("uchar")
    marked.jpegsave(target, Q=size["quality"], keep="none")
    return {"width": marked.width, "height": marked.height}


def sample(target: str, mark: dict[str, Any]) -> None:
    """Writes a picture that goes from black to white with the mark over it, as JPEG."""
    ground = Image.linear_gradient("L").rotate(90).resize((1280, 853)).convert("RGBA")
    ground.alpha_composite(layer(*ground.size, mark))
    ground.convert("RGB").save(target, "JPEG", quality=90)


def _sized(width: int, height: int, mark: dict[str, Any]) -> Image.Image:
    """The mark alone, as wide as its look says."""
    wide = max(8, round(width * mark["look"]["size"]))
    high = max(8, round(height * HIGHEST))
    if mark["picture"] is not None:
        return _picture(base64.b64decode(mark["picture"]), wide, high)
    return _text(mark["look"]["text"].strip(), mark, wide, high)


def _picture(data: bytes, wide: int, high: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid("The watermark has more than {most} pixels. Make it smaller.", most=MOST_PIXELS)
            drawn = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as exc:
        raise Invalid("The watermark is no PNG that can be read. Save it anew as PNG.") from exc
    scale = min(wide / drawn.width, high / drawn.height)
    return drawn.resize(
        (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale))), Image.Resampling.LANCZOS
    )


def _text(text: str, mark: dict[str, Any], wide: int, high: int) -> Image.Image:
    left, top, right, bottom = _box(text, _font(mark, MEASURE), MEASURE)
    size = max(6, int(MEASURE * min(wide / (right - left), high / (bottom - top))))
    font = _font(mark, size)
    left, top, right, bottom = _box(text, font, size)
    drawn = Image.new("RGBA", (right - left, bottom - top), (255, 255, 255, 0))
    options: dict[str, Any] = {"font": font, "spacing": size * LINE_GAP, "align": "center"}
    ImageDraw.Draw(drawn).multiline_text(
        (-left, -top), text, fill="white", stroke_width=_outline(size), stroke_fill=OUTLINE_COLOUR, **options
    )
    return drawn


def _font(mark: dict[str, Any], size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(mark["font"], size, index=mark["face"])


def _outline(size: int) -> int:
    return max(1, round(size * OUTLINE))


def _box(text: str, font: ImageFont.FreeTypeFont, size: int) -> tuple[int, int, int, int]:
    """Edges of the drawn text, the outline with it."""
    canvas = ImageDraw.Draw(Image.new("L", (1, 1)))
    box = canvas.multiline_textbbox(
        (0, 0), text, font=font, spacing=size * LINE_GAP, align="center", stroke_width=_outline(size)
    )
    left, top, right, bottom = (round(edge) for edge in box)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _corner(ground: tuple[int, int], mark: tuple[int, int], position: str, margin: int) -> tuple[int, int]:
    """Where the mark's upper left corner lies, inside the ground whatever the margin."""
    room = ground[0] - mark[0], ground[1] - mark[1]
    margins = min(margin, max(0, room[0] // 2)), min(margin, max(0, room[1] // 2))
    across = margins[0] if "left" in position else room[0] - margins[0] if "right" in position else room[0] // 2
    down = margins[1] if "top" in position else room[1] - margins[1] if "bottom" in position else room[1] // 2
    return max(0, across), max(0, down)


def _tile(ground: Image.Image, mark: Image.Image) -> None:
    """The mark again and again over the whole ground, every other row shifted by half."""
    turned = mark.rotate(TILED_TURN, expand=True, resample=Image.Resampling.BICUBIC)
    across = max(1, round(turned.width * (1 + TILED_GAPS[0])))
    down = max(1, round(turned.height + mark.height * TILED_GAPS[1]))
    for row, y in enumerate(range(-turned.height // 2, ground.height, down)):
        for x in range(-turned.width + (row % 2) * across // 2, ground.width, across):
            seen = turned.crop((max(0, -x), max(0, -y), turned.width, turned.height))
            ground.alpha_composite(seen, (max(0, x), max(0, y)))
