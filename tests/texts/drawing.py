"""Pictures of signs, drawn with a Chinese font where there is one."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

FONTS = [Path(f"/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc") for weight in ("Bold", "Regular")]
#: of the simplified Chinese face in Noto's collection
SIMPLIFIED = 2
GROUND = "#8a9a9a"


def font(size: int) -> ImageFont.FreeTypeFont:
    for path in FONTS:
        if path.exists():
            return ImageFont.truetype(path, size, index=SIMPLIFIED)
    pytest.skip("the font Noto Sans CJK is not installed (fonts-noto-cjk)")


def canvas(width: int = 1600, height: int = 1000) -> Image.Image:
    return Image.new("RGB", (width, height), GROUND)


def plate(text: str, size: int, ink: str, ground: str) -> Image.Image:
    """A sign of one line."""
    face = font(size)
    left, top, right, bottom = face.getbbox(text)
    made = Image.new("RGBA", (int(right - left) + size, int(bottom - top) + size), ground)
    ImageDraw.Draw(made).text((size / 2 - left, size / 2 - top), text, font=face, fill=ink)
    return made


def hang(picture: Image.Image, sign: Image.Image, at: tuple[int, int], turned: float = 0) -> None:
    shown = sign.rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
    picture.paste(shown, at, shown)


def banner(signs: Sequence[str], size: int, ink: str, ground: str) -> Image.Image:
    """Signs below one another."""
    face = font(size)
    made = Image.new("RGBA", (size + 40, int(size * 1.12) * len(signs) + 40), ground)
    pen = ImageDraw.Draw(made)
    for number, sign in enumerate(signs):
        pen.text((20, 10 + number * int(size * 1.12)), sign, font=face, fill=ink)
    return made
