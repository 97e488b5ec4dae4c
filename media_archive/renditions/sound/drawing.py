"""The picture that stands for a recording: its waveform. Runs in the reader process."""

import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

GROUND, WAVE = (244, 245, 246), (86, 104, 122)


def draw(peaks: str, target: str, width: int, height: int, quality: int) -> None:
    """Draws the waveform in the JSON file `peaks` as a JPEG."""
    told = json.loads(Path(peaks).read_text("ascii"))
    image = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(image)
    middle, half = height / 2, height / 2 - 8
    for x, (least, greatest) in enumerate(_columns(told, width)):
        pen.line((x, middle - greatest / 128 * half, x, middle - least / 128 * half + 1), fill=WAVE)
    image.save(target, "JPEG", quality=quality)


def _columns(told: dict[str, Any], width: int) -> list[tuple[int, int]]:
    """Least and greatest of all channels under each pixel."""
    length, group = told["length"], 2 * told["channels"]
    columns = []
    for x in range(width):
        first = x * length // width
        last = max(first + 1, (x + 1) * length // width)
        part = told["data"][first * group : last * group] or [0]
        columns.append((min(part), max(part)))
    return columns
