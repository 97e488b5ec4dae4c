"""The old town: the drum tower and the canal street."""

import math

from media_archive.demo import parts
from media_archive.demo.canvas import Canvas
from media_archive.demo.light import Light, hexed, mix


def drum_tower(canvas: Canvas, light: Light, season: str = "summer", scaffold: bool = False) -> None:
    """The drum tower on its brick terrace, over the square."""
    ground, x = 0.84, canvas.aspect * 0.5
    parts.sky(canvas, light, ground - 0.06, 0.76)
    parts.hills(canvas, light, ground - 0.05, 0.1, "6d8790", 0.7)
    _roofs_behind(canvas, light, ground, season)
    size = min(1.0, canvas.aspect * 0.95)
    _terrace(canvas, light, x, ground, size)
    floor = ground - 0.245 * size
    _hall(canvas, light, x, floor, 0.47 * size, 0.12 * size, season)
    _hall(canvas, light, x, floor - 0.185 * size, 0.34 * size, 0.085 * size, season)
    if scaffold:
        _scaffold(canvas, light, x, ground, size)
    _square(canvas, light, ground, season)
    for side, tall in ((0.1, 0.42), (0.24, 0.3), (0.78, 0.33), (0.92, 0.44)):
        if abs(side - 0.5) * canvas.aspect > 0.36 * size:
            parts.tree(canvas, light, canvas.aspect * side, ground + 0.02, tall, season)
    for side in (-1, 1):
        parts.lamp(canvas, light, x + side * 0.42 * size, ground + 0.06, 0.2, 0.16 * -side)
    if season == "snow":
        parts.snowfall(canvas)


def _roofs_behind(canvas: Canvas, light: Light, ground: float, season: str) -> None:
    x = -0.1
    while x < canvas.aspect:
        width, height = canvas.chance.uniform(0.14, 0.26), canvas.chance.uniform(0.06, 0.12)
        tiles = "dfe6ea" if season == "snow" else "5b6068"
        canvas.box(x, ground - height, x + width, ground, light.on(hexed("cfc4b2"), 0.35))
        canvas.polygon(
            (
                (x - 0.015, ground - height),
                (x + width + 0.015, ground - height),
                (x + width - 0.03, ground - height - 0.04),
                (x + 0.03, ground - height - 0.04),
            ),
            light.on(hexed(tiles), 0.35),
        )
        x += width + 0.01


def _terrace(canvas: Canvas, light: Light, x: float, ground: float, size: float) -> None:
    half, height = 0.34 * size, 0.245 * size
    brick, joint = light.on(hexed("8d8678")), light.on(hexed("6f695d"), 0, 0.2)
    canvas.polygon(
        (
            (x - half, ground),
            (x + half, ground),
            (x + half * 0.93, ground - height),
            (x - half * 0.93, ground - height),
        ),
        brick,
    )
    canvas.polygon(
        (
            (x + half * 0.5, ground),
            (x + half, ground),
            (x + half * 0.93, ground - height),
            (x + half * 0.47, ground - height),
        ),
        light.on(hexed("8d8678"), 0, 0.25),
    )
    for row in range(1, 19):
        y = ground - height * row / 19
        canvas.line(((x - half, y), (x + half, y)), joint, 0.0009, 0.5)
    for number in range(21):
        left = x - half * 0.93 + half * 1.86 * number / 21
        canvas.box(left, ground - height - 0.022 * size, left + half * 0.055, ground - height, brick)
    canvas.box(x - half * 0.96, ground - height, x + half * 0.96, ground - height + 0.008 * size, joint)
    canvas.arch(x, ground, 0.15 * size, 0.165 * size, joint)
    canvas.arch(x, ground, 0.125 * size, 0.15 * size, light.on(hexed("1d1a18"), 0, 0.7))
    canvas.box(x - 0.07 * size, ground - 0.215 * size, x + 0.07 * size, ground - 0.18 * size, light.on(hexed("27456b")))
    canvas.box(
        x - 0.062 * size, ground - 0.209 * size, x + 0.062 * size, ground - 0.186 * size, light.on(hexed("c79a3c"))
    )
    if light.is_dark:
        canvas.glow(x, ground - 0.06, 0.2 * size, parts.LAMP, 0.55)


def _hall(canvas: Canvas, light: Light, x: float, floor: float, width: float, height: float, season: str) -> None:
    """One storey: red columns, lattice doors, a frieze, and the roof with its upturned corners."""
    half = width / 2
    red, wood = light.on(hexed("a3271f")), light.on(hexed("6b1f18"), 0, 0.35)
    canvas.box(x - half, floor - height, x + half, floor, wood)
    bays = 7
    for number in range(bays):
        left = x - half + width * (number + 0.2) / bays
        glass = mix(parts.LAMP, red, 0.15) if light.is_dark else light.on(hexed("d8b98a"), 0, 0.1)
        canvas.box(left, floor - height * 0.72, left + width * 0.6 / bays, floor - height * 0.06, glass)
        for bar in range(1, 4):
            canvas.line(
                ((left + width * 0.15 * bar / bays, floor - height * 0.72), (left + width * 0.15 * bar / bays, floor)),
                wood,
                0.0013,
            )
    for number in range(bays + 1):
        left = x - half + width * number / bays
        canvas.box(left - width * 0.014, floor - height, left + width * 0.014, floor, red)
    canvas.box(x - half, floor - height, x + half, floor - height * 0.8, light.on(hexed("1f6d63")))
    canvas.box(x - half, floor - height * 0.86, x + half, floor - height * 0.83, light.on(hexed("d2a63f")))
    canvas.box(x - half * 1.06, floor - height * 0.2, x + half * 1.06, floor - height * 0.17, red)
    _roof(canvas, light, x, floor - height, half * 1.34, half * 0.8, height * 0.95, season)
    if light.is_dark:
        canvas.glow(x, floor - height * 0.4, width * 0.6, hexed("ffb45a"), 0.5)
    for side in (-1, 1):
        for part in (0.45, 0.75):
            _lantern(canvas, light, x + side * half * part, floor - height * 0.74, height * 0.13)


def _lantern(canvas: Canvas, light: Light, x: float, y: float, size: float) -> None:
    if light.is_dark:
        canvas.glow(x, y, size * 4, (255, 70, 40), 0.6)
    canvas.ellipse(x, y, size * 0.8, size, (240, 60, 40) if light.is_dark else light.on(hexed("d23a28")))


def _roof(
    canvas: Canvas, light: Light, x: float, eaves: float, reach: float, ridge: float, height: float, season: str
) -> None:
    tiles = hexed("e9eef2") if season == "snow" else hexed("4a5057")
    bright, dark = light.on(tiles), light.on(tiles, 0, 0.55)
    lift = height * 0.34
    lower = [
        (x + reach * t, eaves - lift * abs(t) ** 5 + height * 0.04)
        for t in (-1, -0.9, -0.75, -0.5, 0, 0.5, 0.75, 0.9, 1)
    ]
    right = [
        (x + ridge + (reach - ridge) * (1 - p) ** 1.8, eaves - lift * (1 - p) ** 6 - height * p)
        for p in (0.15, 0.35, 0.6, 0.85, 1)
    ]
    left = [(2 * x - px, py) for px, py in reversed(right)]
    canvas.polygon([*lower, *right, *left], bright)
    for number in range(41):
        t = number / 20 - 1
        foot = (x + reach * t * 0.98, eaves - lift * abs(t) ** 5)
        middle = (x + (ridge + (reach - ridge) * 0.42) * t, eaves - height * 0.4)
        canvas.line((foot, middle, (x + ridge * t, eaves - height)), dark, 0.0018, 0.55)
    canvas.line([(px, py + height * 0.03) for px, py in lower], light.on(hexed("2b2622"), 0, 0.5), height * 0.09)
    canvas.line(((x - ridge * 1.03, eaves - height), (x + ridge * 1.03, eaves - height)), dark, height * 0.1)
    for side in (-1, 1):
        tip = x + side * ridge * 1.03
        canvas.polygon(
            (
                (tip - side * 0.01, eaves - height),
                (tip + side * 0.012, eaves - height),
                (tip + side * 0.008, eaves - height * 1.26),
                (tip - side * 0.006, eaves - height * 1.12),
            ),
            dark,
        )


def _scaffold(canvas: Canvas, light: Light, x: float, ground: float, size: float) -> None:
    pole, net = light.on(hexed("b58a4a")), light.on(hexed("4f9a72"))
    top, half = ground - 0.68 * size, 0.37 * size
    canvas.box(x - half, top, x - half * 0.12, ground - 0.22 * size, net, 0.38)
    for number in range(10):
        left = x - half + half * 0.9 * number / 9
        canvas.line(((left, ground), (left, top)), pole, 0.0028)
    for number in range(12):
        y = ground - (ground - top) * number / 11
        canvas.line(((x - half, y), (x - half * 0.1, y)), pole, 0.0022)


def _square(canvas: Canvas, light: Light, ground: float, season: str) -> None:
    stone = hexed("e6ebee") if season == "snow" else hexed("b3aa9b")
    canvas.gradient(ground, 1, [light.on(stone, 0.15), light.on(stone), light.on(stone, 0, 0.35)])
    middle = canvas.aspect / 2
    for number in range(-16, 17):
        canvas.line(
            ((middle + number * 0.09, ground), (middle + number * 0.34, 1)), light.on(stone, 0, 0.5), 0.0012, 0.5
        )
    for row in (0.08, 0.22, 0.45, 0.75):
        y = ground + (1 - ground) * row
        canvas.line(((0, y), (canvas.aspect, y)), light.on(stone, 0, 0.5), 0.0012, 0.5)
    for _ in range(round(11 * canvas.aspect)):
        _person(canvas, light, canvas.chance.random() * canvas.aspect, ground + canvas.chance.uniform(0.01, 0.11))


def _person(canvas: Canvas, light: Light, x: float, foot: float) -> None:
    tall = 0.035 + (foot - 0.84) * 0.35
    coat = light.on(hexed(canvas.chance.choice(("2d3e63", "8c2f39", "3f5b47", "d9d4c7", "565a63", "c78a3a"))), 0, 0.2)
    canvas.ellipse(x + tall * 0.1, foot, tall * 0.25, tall * 0.05, (20, 20, 30), 0.25)
    canvas.line(
        ((x - tall * 0.05, foot), (x, foot - tall * 0.45), (x + tall * 0.06, foot)),
        light.on(hexed("2a2c33"), 0, 0.4),
        tall * 0.09,
    )
    canvas.ellipse(x, foot - tall * 0.6, tall * 0.12, tall * 0.24, coat)
    canvas.disc(x, foot - tall * 0.9, tall * 0.09, light.on(hexed("d8a681"), 0, 0.1))


def canal(canvas: Canvas, light: Light, season: str = "spring", boat_at: float | None = 0.62) -> None:
    """The canal street: white walls, black roofs, the stone bridge and willows over the water."""
    water = 0.6
    parts.sky(canvas, light, water - 0.1, 0.3)
    parts.hills(canvas, light, water, 0.22, "7791a0", 0.75)
    _houses(canvas, light, water)
    _stone_bridge(canvas, light, canvas.aspect * 0.5, water, 0.23)
    canvas.reflect(water, 1, light.on(hexed("3f6a5e")), 0.36, 0.65)
    if boat_at is not None:
        parts.boat(canvas, light, canvas.aspect * boat_at, 0.8, 0.3)
    parts.willow(canvas, light, canvas.aspect * 0.07, 1.02, 0.95, season)
    parts.willow(canvas, light, canvas.aspect * 0.95, 0.9, 0.72, season)


def _houses(canvas: Canvas, light: Light, water: float) -> None:
    x = -0.08
    while x < canvas.aspect:
        width, height = canvas.chance.uniform(0.16, 0.28), canvas.chance.uniform(0.11, 0.2)
        base, far = water - 0.02, 0.12
        canvas.box(x, base - height, x + width, base, light.on(hexed("f1eee6"), far))
        canvas.box(x + width * 0.8, base - height, x + width, base, light.on(hexed("f1eee6"), far, 0.35))
        roof = light.on(hexed("3b4047"), far)
        canvas.polygon(
            (
                (x - 0.02, base - height + 0.008),
                (x + width + 0.02, base - height + 0.008),
                (x + width - 0.035, base - height - 0.055),
                (x + 0.035, base - height - 0.055),
            ),
            roof,
        )
        for number in range(3):
            left = x + width * (0.12 + 0.26 * number)
            lit = canvas.chance.random() < light.lit
            canvas.box(
                left,
                base - height * 0.72,
                left + width * 0.13,
                base - height * 0.42,
                parts.LAMP if lit else light.on(hexed("5d4634"), far, 0.2),
            )
            canvas.line(
                ((left + width * 0.065, base - height * 0.72), (left + width * 0.065, base - height * 0.42)),
                light.on(hexed("3a2a1e"), far, 0.3),
                0.0018,
            )
        canvas.box(x + width * 0.4, base - height * 0.34, x + width * 0.54, base, light.on(hexed("6c4a33"), far, 0.2))
        _lantern(canvas, light, x + width * 0.34, base - height * 0.3, 0.012)
        x += width + canvas.chance.uniform(0, 0.03)
    canvas.box(0, water - 0.024, canvas.aspect, water, light.on(hexed("8b8a80"), 0.08, 0.25))


def _stone_bridge(canvas: Canvas, light: Light, x: float, water: float, half: float) -> None:
    stone, joint = light.on(hexed("b7b2a4"), 0.04), light.on(hexed("827d70"), 0.04, 0.3)
    rise = 0.2
    hump = [
        (x + half * 1.55 * t, water - 0.03 - rise * math.cos(t * math.pi / 2) ** 1.5)
        for t in (n / 20 for n in range(-20, 21))
    ]
    canvas.polygon([*hump, (x + half * 1.55, water), (x - half * 1.55, water)], stone)
    canvas.line(hump, joint, 0.006)
    for number in range(-8, 9):
        px = x + half * 1.4 * number / 8
        py = water - 0.03 - rise * math.cos((px - x) / (half * 1.55) * math.pi / 2) ** 1.5
        canvas.box(px - 0.004, py - 0.034, px + 0.004, py, stone)
    canvas.line([(px, py - 0.03) for px, py in hump], stone, 0.004)
    opening = [
        (x + half * 0.72 * math.cos(a / 24 * math.pi), water - half * 0.7 * math.sin(a / 24 * math.pi))
        for a in range(25)
    ]
    canvas.polygon(opening, light.on(hexed("8fa7a5"), 0.35))
    canvas.line(opening, joint, 0.012)
