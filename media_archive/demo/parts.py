"""Parts that scenes are put together from: sky, hills, houses, trees, cranes, boats."""

import math

from media_archive.demo.canvas import Canvas, Point
from media_archive.demo.light import Colour, Light, hexed, mix

LAMP = hexed("ffd98a")
LEAVES = {
    "summer": ("2f5d34", "4b7d3c", "7ba54a"),
    "autumn": ("8a4b1e", "c87a26", "e9b343"),
    "snow": ("5b6a68", "8e9a9c", "eef3f6"),
}
LEAVES |= {"spring": ("4f7a3a", "86ab4e", "bfd37a")}


def sky(canvas: Canvas, light: Light, horizon: float, sun_at: float = 0.7) -> None:
    """The sky down to the horizon, with its sun or moon, clouds and stars."""
    canvas.box(0, horizon, canvas.aspect, 1, hexed(light.haze))
    canvas.gradient(0, horizon + 0.01, [hexed(colour) for colour in light.sky])
    x, y = canvas.aspect * sun_at, horizon * (1 - light.sun_height)
    if light.name == "night":
        _stars(canvas, horizon)
        canvas.glow(x, y, 0.22, hexed("8fa6e0"), 0.45)
        canvas.disc(x, y, 0.028, hexed(light.sun))
    elif light.sun_height > 0:
        canvas.glow(x, y, 0.85, hexed(light.sun), 0.55)
        canvas.glow(x, y, 0.25, hexed(light.sun), 0.9)
        if light.sun_height < 0.3:
            canvas.disc(x, y, 0.034, mix(hexed(light.sun), (255, 255, 255), 0.5))
    if light.clouds:
        canvas.clouds(horizon, hexed(light.cloud), light.clouds)


def _stars(canvas: Canvas, horizon: float) -> None:
    for _ in range(round(110 * canvas.aspect)):
        x, y = canvas.chance.random() * canvas.aspect, canvas.chance.random() ** 1.6 * horizon
        canvas.disc(
            x, y, 0.0007 + 0.0011 * canvas.chance.random() ** 3, (235, 240, 255), 0.35 + 0.5 * canvas.chance.random()
        )


def hills(canvas: Canvas, light: Light, base: float, height: float, colour: str, distance: float) -> None:
    """A range of hills that stands on `base`."""
    chance = canvas.chance
    waves = [(chance.uniform(1.2, 2.2) * k, chance.uniform(0, 7), 1 / k) for k in (1, 2.3, 5.1)]
    steps = max(40, round(90 * canvas.aspect))
    points: list[Point] = [(0, base)]
    for number in range(steps + 1):
        x = canvas.aspect * number / steps
        swell = sum(weight * (0.5 + 0.5 * math.sin(x * often + start)) for often, start, weight in waves)
        points.append((x, base - height * swell / 1.65))
    canvas.polygon([*points, (canvas.aspect, base)], light.on(hexed(colour), distance))


def tower_block(
    canvas: Canvas, light: Light, x: float, base: float, width: float, height: float, colour: str, distance: float = 0
) -> None:
    """A modern house seen from the front, with a lit and a shaded side and its windows."""
    front, side = light.on(hexed(colour), distance), light.on(hexed(colour), distance, 0.8)
    canvas.box(x, base - height, x + width, base, front)
    canvas.box(x + width * 0.74, base - height, x + width, base, side)
    storey = max(0.011, width * 0.16)
    columns = max(2, round(width / storey))
    pane = light.on(hexed("5c7f98"), distance, 0.35)
    for row in range(int(height / storey) - 1):
        y = base - height + storey * (row + 0.6)
        for column in range(columns):
            left = x + width * (column + 0.22) / columns
            is_lit = canvas.chance.random() < light.lit
            glass = mix(LAMP, hexed("fff3cf"), canvas.chance.random()) if is_lit else pane
            canvas.box(
                left, y, left + width * 0.56 / columns, y + storey * 0.55, mix(glass, hexed(light.haze), distance * 0.6)
            )
    if canvas.chance.random() < 0.5:
        canvas.box(x + width * 0.3, base - height - storey * 0.7, x + width * 0.55, base - height, side)


def skyline(canvas: Canvas, light: Light, base: float, tallest: float, distance: float, gap: float = 0.0) -> None:
    """Houses side by side along the horizon, taller towards the middle."""
    colours = ("cfd4d6", "b9c4cc", "d9cdbd", "a9b7c4", "c4b5a6", "e1ddd3")
    x = -0.05
    while x < canvas.aspect:
        width = canvas.chance.uniform(0.035, 0.085)
        middle = 1 - abs(x / canvas.aspect - 0.5) * 1.1
        height = tallest * canvas.chance.uniform(0.35, 1.0) * (0.45 + 0.55 * middle)
        tower_block(canvas, light, x, base, width, height, canvas.chance.choice(colours), distance)
        x += width + canvas.chance.uniform(0, gap)


def tree(
    canvas: Canvas, light: Light, x: float, base: float, size: float, season: str = "summer", distance: float = 0
) -> None:
    """A broad tree: a trunk, then leaves from the dark behind to the bright in the light."""
    bark = light.on(hexed("4d3b2c"), distance, 0.4)
    canvas.polygon(
        (
            (x - size * 0.035, base),
            (x - size * 0.02, base - size * 0.5),
            (x + size * 0.02, base - size * 0.5),
            (x + size * 0.04, base),
        ),
        bark,
    )
    for number, colour in enumerate(LEAVES[season]):
        for _ in range(46):
            turn, reach = canvas.chance.uniform(0, 2 * math.pi), canvas.chance.random() ** 0.5
            left = x + math.cos(turn) * reach * size * 0.34 - number * size * 0.03
            top = base - size * 0.66 + math.sin(turn) * reach * size * 0.28 - number * size * 0.035
            canvas.disc(
                left,
                top,
                size * canvas.chance.uniform(0.035, 0.085) * (1 - number * 0.18),
                light.on(hexed(colour), distance),
                0.9,
            )


def willow(canvas: Canvas, light: Light, x: float, base: float, size: float, season: str = "spring") -> None:
    """A weeping willow."""
    bark = light.on(hexed("54432f"), 0, 0.5)
    canvas.line(
        ((x, base), (x - size * 0.03, base - size * 0.4), (x + size * 0.02, base - size * 0.72)), bark, size * 0.05
    )
    for number, colour in enumerate(LEAVES[season]):
        for _ in range(95):
            start = x + canvas.chance.gauss(0, 0.17) * size
            top = base - size * (0.95 - abs(start - x) / size * 0.7) + canvas.chance.uniform(0, 0.1) * size
            fall = size * canvas.chance.uniform(0.35, 0.72)
            sway = (start - x) * 0.5 + canvas.chance.uniform(-0.02, 0.02) * size
            points = [(start + sway * part, min(base, top + fall * part**1.15)) for part in (0, 0.3, 0.6, 1)]
            canvas.line(points, light.on(hexed(colour), 0, 0.25 - number * 0.1), size * 0.0042, 0.7)


def crane(
    canvas: Canvas, light: Light, x: float, base: float, height: float, turn: float = 0.0, distance: float = 0.0
) -> None:
    """A tower crane; `turn` in radians is how far its arm points away from us."""
    paint, dark = light.on(hexed("e8a723"), distance), light.on(hexed("8a5c10"), distance, 0.4)
    wide, top = height * 0.035, base - height
    canvas.line(((x - wide / 2, base), (x - wide / 2, top)), paint, height * 0.007)
    canvas.line(((x + wide / 2, base), (x + wide / 2, top)), dark, height * 0.007)
    _lattice(canvas, (x - wide / 2, base), (x - wide / 2, top), (wide, 0), 22, paint, height * 0.004)
    reach, back = height * 0.82 * math.cos(turn), -height * 0.27 * math.cos(turn)
    peak = (x, top - height * 0.13)
    canvas.line(((x + back, top), (x + reach, top)), paint, height * 0.009)
    canvas.line(((x, top - wide), (x + reach * 0.94, top - wide * 0.6)), paint, height * 0.005)
    _lattice(canvas, (x, top), (x + reach, top), (0, -wide * 0.8), 20, paint, height * 0.004)
    canvas.line(((x - wide / 2, top), peak, (x + wide / 2, top)), dark, height * 0.008)
    for end in (back * 0.9, reach * 0.55, reach * 0.9):
        canvas.line((peak, (x + end, top - wide * 0.5)), dark, height * 0.0028)
    canvas.box(min(x + back, x + back * 0.7), top, max(x + back, x + back * 0.7), top + height * 0.055, dark)
    canvas.box(x, top, x + wide * 1.2, top + wide * 1.5, light.on(hexed("f2f2ea"), distance))
    load = x + reach * 0.72
    canvas.line(((load, top), (load, top + height * 0.34)), dark, height * 0.003)
    canvas.box(
        load - height * 0.035,
        top + height * 0.34,
        load + height * 0.035,
        top + height * 0.365,
        light.on(hexed("9a5a3c"), distance),
    )
    if light.is_dark:
        canvas.glow(peak[0], peak[1], height * 0.05, (255, 60, 50), 0.9)


def _lattice(canvas: Canvas, start: Point, end: Point, offset: Point, count: int, colour: Colour, width: float) -> None:
    points = []
    for number in range(count + 1):
        part, side = number / count, number % 2
        points.append(
            (
                start[0] + (end[0] - start[0]) * part + offset[0] * side,
                start[1] + (end[1] - start[1]) * part + offset[1] * side,
            )
        )
    canvas.line(points, colour, width)


def lamp(canvas: Canvas, light: Light, x: float, base: float, height: float, arm: float = 0.25) -> None:
    """A street lamp; shines when it is dark."""
    iron = light.on(hexed("3c4248"), 0, 0.3)
    canvas.line(((x, base), (x, base - height), (x + height * arm, base - height)), iron, height * 0.018)
    head = x + height * arm
    canvas.box(head - height * 0.05, base - height, head + height * 0.05, base - height + height * 0.025, iron)
    if light.is_dark:
        canvas.glow(head, base - height + height * 0.04, height * 0.5, LAMP, 0.8)


def boat(canvas: Canvas, light: Light, x: float, water: float, size: float) -> None:
    """A covered wooden boat with its rower."""
    hull, roof = light.on(hexed("5a3d29"), 0, 0.3), light.on(hexed("8f7148"))
    canvas.polygon(
        (
            (x - size * 0.5, water - size * 0.09),
            (x + size * 0.52, water - size * 0.12),
            (x + size * 0.4, water),
            (x - size * 0.38, water),
        ),
        hull,
    )
    canvas.polygon(
        [
            (x - size * 0.2, water - size * 0.09),
            *[
                (
                    x + size * 0.05 - size * 0.25 * math.cos(a / 8 * math.pi),
                    water - size * 0.1 - size * 0.17 * math.sin(a / 8 * math.pi),
                )
                for a in range(9)
            ],
        ],
        roof,
    )
    canvas.line(
        ((x + size * 0.4, water - size * 0.12), (x + size * 0.38, water - size * 0.3)),
        light.on(hexed("27405a")),
        size * 0.05,
    )
    canvas.disc(x + size * 0.38, water - size * 0.34, size * 0.03, light.on(hexed("d9a57c")))
    canvas.line(((x + size * 0.3, water - size * 0.28), (x + size * 0.62, water + size * 0.04)), hull, size * 0.012)
    canvas.ellipse(x, water + size * 0.02, size * 0.45, size * 0.025, hull, 0.35)


def snowfall(canvas: Canvas, count: int = 500) -> None:
    """Flakes in the air."""
    for _ in range(count):
        near = canvas.chance.random() ** 3
        canvas.disc(
            canvas.chance.random() * canvas.aspect,
            canvas.chance.random(),
            0.0012 + 0.004 * near,
            (255, 255, 255),
            0.85 - 0.4 * near,
        )
