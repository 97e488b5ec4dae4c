"""A page of a contact sheet as JPEG. Runs in the reader process only."""

from typing import Any

from PIL import Image, ImageDraw, ImageFont

QUALITY = 88


def draw(page: dict[str, Any], font: dict[str, Any], dots: int, target: str) -> None:
    """Draws `page` (a layout.Page as JSON, with a path for each picture) at `dots` an inch."""
    scale = dots / 25.4
    sheet = Image.new("RGB", (round(page["width"] * scale), round(page["height"] * scale)), "white")
    canvas = ImageDraw.Draw(sheet)
    _fill(canvas, page["boxes"], scale)
    for placed in page["pictures"]:
        size = max(1, round(placed["width"] * scale)), max(1, round(placed["height"] * scale))
        with Image.open(placed["path"], formats=["JPEG"]) as opened:
            opened.draft("RGB", size)
            small = opened.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        sheet.paste(small, (round(placed["x"] * scale), round(placed["y"] * scale)))
    _fill(canvas, page["badges"], scale)
    for text in page["texts"]:
        face = ImageFont.truetype(font["path"], text["size"] * dots / 72, index=font["number"])
        shade = round(text["grey"] * 255)
        place = text["x"] * scale, text["y"] * scale
        canvas.text(place, text["text"], font=face, fill=(shade,) * 3, anchor="ls")
    sheet.save(target, "JPEG", quality=QUALITY, dpi=(dots, dots))


def _fill(canvas: ImageDraw.ImageDraw, boxes: list[dict[str, Any]], scale: float) -> None:
    for box in boxes:
        x, y = box["x"] * scale, box["y"] * scale
        edge = x + max(1.0, box["width"] * scale), y + max(1.0, box["height"] * scale)
        canvas.rectangle((x, y, *edge), fill=(round(box["grey"] * 255),) * 3)
