"""Pictures of recordings: the waveform that stands for one, and its spectrogram. Runs in the reader process."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

GROUND, WAVE = (244, 245, 246), (86, 104, 122)
#: from silence to the loudest: a ground of its own, so that it stands on light and dark pages alike
SCALE = (
    (0.0, (13, 17, 28)),
    (0.3, (38, 52, 96)),
    (0.55, (52, 128, 148)),
    (0.8, (228, 178, 84)),
    (1.0, (255, 250, 232)),
)
#: decibels between the darkest and the brightest
RANGE = 70.0
#: of the brightest, so that silence is dark
QUIETEST = -50.0
PITCHES = ((100, "100 Hz"), (1000, "1 kHz"), (10_000, "10 kHz"))
LINE, LETTERS = (255, 255, 255, 42), (255, 255, 255, 150)


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


def draw_spectrogram(levels: str, target: str, told: dict[str, Any]) -> None:
    """Draws the decibels in the array file `levels` (stretches, bands) as a JPEG: time to the right, pitch upwards.

    `told` is `parameters.Spectrogram` as JSON.
    """
    decibels = np.load(levels, allow_pickle=False)
    top = max(float(np.percentile(decibels, 99.9)), QUIETEST)
    shade = np.clip((decibels - top + RANGE) / RANGE, 0, 1).T[::-1]
    places, colours = [place for place, _ in SCALE], np.array([colour for _, colour in SCALE], dtype=float)
    drawn = np.stack([np.interp(shade, places, colours[:, channel]) for channel in range(3)], axis=-1)
    image = Image.fromarray(drawn.astype(np.uint8), "RGB")
    image = image.resize((told["width"], told["height"]), Image.Resampling.BILINEAR)
    _rule(image, told["lowest"], told["highest"])
    image.save(target, "JPEG", quality=told["quality"])


def _rule(image: Image.Image, lowest: float, highest: float) -> None:
    """Lines at round pitches."""
    pen = ImageDraw.Draw(image, "RGBA")
    for pitch, name in PITCHES:
        if lowest < pitch < highest:
            y = image.height * (1 - math.log(pitch / lowest) / math.log(highest / lowest))
            pen.line((0, y, image.width, y), fill=LINE)
            pen.text((6, y - 12), name, fill=LETTERS)
