"""The old railway station with its tracks."""

import math

from media_archive.demo import parts
from media_archive.demo.canvas import Canvas
from media_archive.demo.light import Light, hexed


def station(canvas: Canvas, light: Light, season: str = "summer", train: bool = True) -> None:
    """The old railway station with its clock tower, and the tracks before it."""
    ground, size = 0.72, min(1.0, canvas.aspect * 0.72)
    parts.sky(canvas, light, ground - 0.04, 0.2)
    for number in range(round(canvas.aspect * 7)):
        parts.tree(canvas, light, number / 7, ground - 0.02, canvas.chance.uniform(0.16, 0.24), season, 0.35)
    x = canvas.aspect * 0.46
    _wing(canvas, light, x - 0.52 * size, ground, 0.42 * size, 0.25 * size, 4)
    _wing(canvas, light, x + 0.12 * size, ground, 0.46 * size, 0.25 * size, 5)
    _clock_tower(canvas, light, x, ground, size)
    _platform(canvas, light, ground)
    if train:
        _train(canvas, light, ground + 0.115)
    if season == "snow":
        parts.snowfall(canvas)


def _wing(canvas: Canvas, light: Light, x: float, ground: float, width: float, height: float, windows: int) -> None:
    wall, stone = light.on(hexed("d9b98c")), light.on(hexed("efe6d3"))
    canvas.box(x, ground - height, x + width, ground, wall)
    roof = light.on(hexed("a5452f"))
    canvas.polygon(
        (
            (x - 0.02, ground - height),
            (x + width + 0.02, ground - height),
            (x + width - 0.05, ground - height - 0.11),
            (x + 0.05, ground - height - 0.11),
        ),
        roof,
    )
    for row in range(1, 6):
        y = ground - height - 0.11 * row / 6
        canvas.line(((x, y), (x + width, y)), light.on(hexed("a5452f"), 0, 0.4), 0.0013, 0.6)
    canvas.box(x - 0.012, ground - height - 0.006, x + width + 0.012, ground - height + 0.008, stone)
    canvas.box(x, ground - height * 0.1, x + width, ground, light.on(hexed("8c8478"), 0, 0.2))
    for number in range(windows):
        middle = x + width * (number + 0.5) / windows
        canvas.arch(middle, ground - height * 0.2, width * 0.62 / windows, height * 0.58, stone)
        lit = light.is_dark and canvas.chance.random() < 0.85
        canvas.arch(
            middle,
            ground - height * 0.22,
            width * 0.48 / windows,
            height * 0.52,
            parts.LAMP if lit else light.on(hexed("3e5a68"), 0, 0.2),
        )
        canvas.line(((middle, ground - height * 0.22), (middle, ground - height * 0.74)), stone, 0.0025)


def _clock_tower(canvas: Canvas, light: Light, x: float, ground: float, size: float) -> None:
    half, height = 0.11 * size, 0.46 * size
    wall, stone = light.on(hexed("dfc096")), light.on(hexed("f3ead8"))
    canvas.box(x - half, ground - height, x + half, ground, wall)
    canvas.box(x + half * 0.55, ground - height, x + half, ground, light.on(hexed("dfc096"), 0, 0.35))
    for y in (0.0, 0.36, 0.62):
        canvas.box(
            x - half * 1.08, ground - height + height * y, x + half * 1.08, ground - height + height * y + 0.01, stone
        )
    canvas.polygon(
        (
            (x - half * 1.2, ground - height),
            (x + half * 1.2, ground - height),
            (x + half * 0.2, ground - height - 0.2 * size),
            (x - half * 0.2, ground - height - 0.2 * size),
        ),
        light.on(hexed("9a3d2a")),
    )
    canvas.polygon(
        (
            (x + half * 0.4, ground - height),
            (x + half * 1.2, ground - height),
            (x + half * 0.2, ground - height - 0.2 * size),
            (x, ground - height - 0.2 * size),
        ),
        light.on(hexed("9a3d2a"), 0, 0.4),
    )
    canvas.line(
        ((x, ground - height - 0.2 * size), (x, ground - height - 0.27 * size)), light.on(hexed("4a4a4a")), 0.005
    )
    middle = ground - height * 0.82
    canvas.disc(x, middle, half * 0.62, light.on(hexed("5b4630")))
    canvas.disc(x, middle, half * 0.54, parts.LAMP if light.is_dark else hexed("fbf7ea"))
    for turn, reach in ((-0.9, 0.3), (1.1, 0.44)):
        canvas.line(
            ((x, middle), (x + math.sin(turn) * half * reach, middle - math.cos(turn) * half * reach)),
            (40, 32, 28),
            0.005,
        )
    canvas.arch(x, ground - height * 0.42, half * 0.7, height * 0.2, light.on(hexed("3e5a68"), 0, 0.2))
    canvas.arch(x, ground, half * 1.1, height * 0.32, stone)
    canvas.arch(x, ground, half * 0.9, height * 0.29, light.on(hexed("4a2f20"), 0, 0.3))


def _platform(canvas: Canvas, light: Light, ground: float) -> None:
    canvas.box(0, ground, canvas.aspect, ground + 0.045, light.on(hexed("b9b2a4")))
    canvas.box(0, ground + 0.045, canvas.aspect, ground + 0.07, light.on(hexed("8b857a"), 0, 0.4))
    canvas.box(0, ground + 0.047, canvas.aspect, ground + 0.051, light.on(hexed("f2e6b0")))
    canvas.gradient(
        ground + 0.07, 1, [light.on(hexed("7a6f63")), light.on(hexed("8d8274")), light.on(hexed("5f564c"), 0, 0.3)]
    )
    for y, thick in ((ground + 0.115, 0.004), (ground + 0.135, 0.005), (ground + 0.19, 0.007), (ground + 0.225, 0.008)):
        canvas.box(0, y, canvas.aspect, y + thick, light.on(hexed("9aa0a5")))
        for number in range(round(canvas.aspect * 22)):
            canvas.box(
                number / 22, y + thick, number / 22 + 0.018, y + thick + 0.008, light.on(hexed("4c3f35"), 0, 0.2)
            )


def _train(canvas: Canvas, light: Light, rail: float) -> None:
    green, band = light.on(hexed("2f5a3f")), light.on(hexed("d9c24b"))
    long, high = 0.46, 0.105
    for number in range(1, 9):
        left = canvas.aspect * 0.48 + (number - 1) * (long + 0.012)
        canvas.box(left, rail - high - 0.012, left + long, rail - 0.016, green)
        canvas.box(left, rail - high - 0.02, left + long, rail - high - 0.008, light.on(hexed("8b8f92")))
        canvas.box(left, rail - high * 0.46, left + long, rail - high * 0.42, band)
        for window in range(9):
            at = left + long * (window + 0.25) / 9
            canvas.box(
                at,
                rail - high * 0.9,
                at + long * 0.055,
                rail - high * 0.55,
                parts.LAMP if light.is_dark else light.on(hexed("bcd0d8")),
            )
        for wheel in (0.12, 0.2, 0.8, 0.88):
            canvas.disc(left + long * wheel, rail - 0.008, 0.012, light.on(hexed("2a2a2a"), 0, 0.4))
