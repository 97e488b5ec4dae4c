"""The new town: streets in perspective, building sites and the skyline."""

import math

from media_archive.demo import parts
from media_archive.demo.canvas import Canvas, Point
from media_archive.demo.light import Light, hexed

EYE = 1.7
FAR = 260.0


HORIZON = 0.56


def street(canvas: Canvas, light: Light, year: int, season: str = "summer") -> None:
    """The main street as it looked in a year: low houses and bicycles first, then trees, lamps and towers."""
    empty_street(canvas, light, year, season)
    traffic(canvas, light, year)


def traffic(canvas: Canvas, light: Light, year: int, travelled: float = 0.0) -> None:
    """What moves in the street, moved on by a part of its way."""
    _Street(canvas, light, HORIZON).traffic(year, travelled)


def empty_street(canvas: Canvas, light: Light, year: int, season: str) -> None:
    """The street before anybody is up."""
    parts.sky(canvas, light, HORIZON, 0.55)
    parts.hills(canvas, light, HORIZON + 0.004, 0.07, "7c8f99", 0.8)
    scene = _Street(canvas, light, HORIZON)
    scene.ground(year)
    grown = min(1.0, max(0.0, (year - 1996) / 26))
    for side in (-1, 1):
        for number in reversed(range(15)):
            scene.house(side, 8 + number * 15, grown)
    for number in reversed(range(14)):
        for side in (-1, 1):
            scene.tree(side, 9 + number * 13, 5.0 + 4 * grown, season)
            scene.lamp(side, 15 + number * 13)


class _Street:
    """Metres to the picture: X to the right of the middle of the road, Y up, Z ahead."""

    def __init__(self, canvas: Canvas, light: Light, horizon: float) -> None:
        self.canvas, self.light, self.horizon = canvas, light, horizon

    def see(self, across: float, up: float, ahead: float) -> Point:
        return self.canvas.aspect * 0.5 + 0.78 * across / ahead, self.horizon - 0.78 * (up - EYE) / ahead

    @staticmethod
    def haze(ahead: float) -> float:
        return min(0.8, ahead / FAR)

    def flat(self, left: float, right: float, near: float, far: float, colour: str, up: float = 0) -> None:
        corners = [
            self.see(left, up, near),
            self.see(right, up, near),
            self.see(right, up, far),
            self.see(left, up, far),
        ]
        self.canvas.polygon(corners, self.light.on(hexed(colour), self.haze(near) * 0.5))

    def ground(self, year: int) -> None:
        light = self.light
        self.canvas.gradient(
            self.horizon,
            1,
            [light.on(hexed("8a8a86"), 0.5), light.on(hexed("77787a")), light.on(hexed("5c5d60"), 0, 0.2)],
        )
        for side in (-1, 1):
            self.flat(side * 9, side * 40, 1.2, FAR, "a9a294")
            self.flat(side * 8.8, side * 9.1, 1.2, FAR, "cfcabc", 0.12)
        if year >= 2004:
            for number in range(40):
                near = 2 + number * 6
                for lane in (-3.2, 3.2):
                    self.flat(lane - 0.09, lane + 0.09, near, near + 3, "f0efe8")
            self.flat(-0.16, 0.16, 1.2, FAR, "e3b73c")

    def house(self, side: int, near: float, grown: float) -> None:
        chance = self.canvas.chance
        far, tall = near + 14, chance.uniform(7, 11) + grown * chance.uniform(2, 30)
        inner, outer = side * 14.0, side * 34.0
        colour = chance.choice(
            ("c9b79c", "b58e72", "d8d0c0", "a8b4ba") if grown < 0.5 else ("cfd6da", "b7c6cf", "dcd6ca", "9fb3c2")
        )
        wall = self.light.on(hexed(colour), self.haze(near), 0.15 if side < 0 else 0.5)
        end = self.light.on(hexed(colour), self.haze(near), 0.75)
        self.canvas.polygon(
            [
                self.see(inner, 0, near),
                self.see(outer, 0, near),
                self.see(outer, tall, near),
                self.see(inner, tall, near),
            ],
            end,
        )
        self.canvas.polygon(
            [
                self.see(inner, 0, near),
                self.see(inner, 0, far),
                self.see(inner, tall, far),
                self.see(inner, tall, near),
            ],
            wall,
        )
        self.windows(inner, near, far, tall, side)
        sign = hexed(chance.choice(("b8322a", "2c6e9c", "d29a2e", "3a7d4f", "f0eee6")))
        corners = [
            self.see(inner, 3.2, near + 1),
            self.see(inner, 3.2, far - 1),
            self.see(inner, 4.3, far - 1),
            self.see(inner, 4.3, near + 1),
        ]
        self.canvas.polygon(corners, self.light.on(sign, self.haze(near) * 0.8) if not self.light.is_dark else sign)
        if self.light.is_dark:
            x, y = self.see(inner, 3.6, near + 7)
            self.canvas.glow(x, y, 4 / near, sign, 0.35)

    def windows(self, inner: float, near: float, far: float, tall: float, side: int) -> None:
        columns = 6 if near < 70 else 3
        for row in range(1, int(tall / 3.3)):
            for column in range(columns):
                start = near + 14 * (column + 0.25) / columns
                stop, low = start + 14 * 0.5 / columns, row * 3.3 + 1.4
                lit = self.canvas.chance.random() < self.light.lit
                glass = parts.LAMP if lit else self.light.on(hexed("566f80"), self.haze(near), 0.3 if side < 0 else 0.6)
                self.canvas.polygon(
                    [
                        self.see(inner, low, start),
                        self.see(inner, low, stop),
                        self.see(inner, low + 1.6, stop),
                        self.see(inner, low + 1.6, start),
                    ],
                    glass,
                )
        front = [
            self.see(inner, 0.2, near + 1),
            self.see(inner, 0.2, far - 1),
            self.see(inner, 3, far - 1),
            self.see(inner, 3, near + 1),
        ]
        self.canvas.polygon(
            front, hexed("f3cf8a") if self.light.is_dark else self.light.on(hexed("4d5a63"), self.haze(near), 0.2)
        )

    def tree(self, side: int, ahead: float, tall: float, season: str) -> None:
        x, base = self.see(side * 10.4, 0, ahead)
        self.canvas.ellipse(x, base, 1.4 / ahead, 0.25 / ahead, (20, 24, 30), 0.3)
        parts.tree(self.canvas, self.light, x, base, 0.78 * tall / ahead, season, self.haze(ahead))

    def lamp(self, side: int, ahead: float) -> None:
        x, base = self.see(side * 9.4, 0, ahead)
        parts.lamp(self.canvas, self.light, x, base, 0.78 * 8 / ahead, -0.25 * side)

    def traffic(self, year: int, travelled: float) -> None:
        count = 16 if year < 2003 else 11
        for number in reversed(range(count)):
            lane = (-5.6, 5.4, -2.0, 2.0)[number % 4]
            speed = 1 if lane > 0 else -1
            ahead = 6 + (number * 8.3 + self.canvas.chance.uniform(-2, 2) + speed * travelled * 40) % (8.3 * count)
            if year < 2003 and number % 4 < 3:
                self.bicycle(lane + self.canvas.chance.uniform(-1.2, 1.2), ahead)
            else:
                self.car(lane, ahead, year)

    def car(self, lane: float, ahead: float, year: int) -> None:
        paints = ("b23a2e", "e9e9e4", "2f4858", "c9a227", "5a5f66") if year >= 2003 else ("c8302a", "d8b23a", "f0f0ea")
        paint = hexed(self.canvas.chance.choice(paints))
        body, glass = self.light.on(paint, self.haze(ahead)), self.light.on(hexed("24313b"), self.haze(ahead), 0.2)
        unit = 0.78 / ahead
        x, base = self.see(lane, 0, ahead)
        self.canvas.ellipse(x, base, 1.05 * unit, 0.2 * unit, (10, 12, 18), 0.45)
        self.canvas.box(x - 0.9 * unit, base - 0.9 * unit, x + 0.9 * unit, base - 0.18 * unit, body)
        self.canvas.polygon(
            (
                (x - 0.78 * unit, base - 0.88 * unit),
                (x + 0.78 * unit, base - 0.88 * unit),
                (x + 0.6 * unit, base - 1.42 * unit),
                (x - 0.6 * unit, base - 1.42 * unit),
            ),
            body,
        )
        self.canvas.polygon(
            (
                (x - 0.68 * unit, base - 0.9 * unit),
                (x + 0.68 * unit, base - 0.9 * unit),
                (x + 0.53 * unit, base - 1.33 * unit),
                (x - 0.53 * unit, base - 1.33 * unit),
            ),
            glass,
        )
        for side in (-1, 1):
            self.canvas.box(
                x + side * 0.72 * unit - 0.16 * unit,
                base - 0.2 * unit,
                x + side * 0.72 * unit + 0.16 * unit,
                base + 0.05 * unit,
                (18, 18, 20),
            )
            shine = (255, 70, 50) if lane > 0 else (255, 244, 214)
            self.canvas.box(
                x + side * 0.7 * unit - 0.15 * unit,
                base - 0.66 * unit,
                x + side * 0.7 * unit + 0.15 * unit,
                base - 0.5 * unit,
                shine,
            )
            if self.light.is_dark:
                self.canvas.glow(x + side * 0.7 * unit, base - 0.58 * unit, 1.1 * unit, shine, 0.7)

    def bicycle(self, lane: float, ahead: float) -> None:
        unit, (x, base) = 0.78 / ahead, self.see(lane, 0, ahead)
        coat = self.light.on(
            hexed(self.canvas.chance.choice(("2d4a7a", "4a5d3f", "7a2f2f", "e3ded2", "3b3b44"))), self.haze(ahead)
        )
        self.canvas.ellipse(x, base, 0.4 * unit, 0.1 * unit, (10, 12, 18), 0.4)
        self.canvas.ellipse(x, base - 0.33 * unit, 0.05 * unit, 0.33 * unit, (30, 30, 34))
        self.canvas.line(
            ((x - 0.3 * unit, base - 0.98 * unit), (x + 0.3 * unit, base - 0.98 * unit)), (60, 60, 66), 0.04 * unit
        )
        self.canvas.ellipse(x, base - 1.05 * unit, 0.24 * unit, 0.42 * unit, coat)
        self.canvas.disc(x, base - 1.58 * unit, 0.13 * unit, self.light.on(hexed("d0a07a"), self.haze(ahead)))


def site(canvas: Canvas, light: Light, built: float, turn: float = 0.5) -> None:
    """A building site of the new town: frames of houses going up under tower cranes."""
    ground = 0.8
    parts.sky(canvas, light, ground - 0.05, 0.68)
    parts.skyline(canvas, light, ground - 0.03, 0.2, 0.62, 0.04)
    canvas.gradient(
        ground - 0.035,
        1,
        [light.on(hexed("a08c6c"), 0.3), light.on(hexed("8d7552")), light.on(hexed("5d4a34"), 0, 0.3)],
    )
    frames = ((0.08, 0.2, 0.5), (0.36, 0.26, 0.62), (0.7, 0.22, 0.44))
    for number, (left, width, tall) in enumerate(frames):
        x = canvas.aspect * left
        parts.crane(canvas, light, x - 0.03, ground, tall * 0.72 + 0.22, turn + number * 1.7, 0.05)
        _frame(canvas, light, x, ground, width * min(1.4, canvas.aspect), tall * (0.3 + 0.7 * built))
    for number in range(9):
        x = canvas.aspect * number / 9
        canvas.box(x, ground + 0.03, x + canvas.aspect / 9 - 0.004, ground + 0.075, light.on(hexed("3f7f9c"), 0.05))
        canvas.box(x, ground + 0.03, x + canvas.aspect / 9 - 0.004, ground + 0.036, light.on(hexed("e9eef0"), 0.05))
    for number in range(5):
        _heap(canvas, light, canvas.aspect * (0.1 + 0.21 * number), 0.95 + 0.02 * (number % 2))


def _frame(canvas: Canvas, light: Light, x: float, ground: float, width: float, height: float) -> None:
    storey, concrete = 0.035, light.on(hexed("b9b4aa"), 0.06)
    storeys, bays = int(height / storey), 6
    for number in range(storeys):
        y = ground - storey * number
        glazed = number < storeys * 0.45
        fill = light.on(hexed("7fa3b8") if glazed else hexed("4b4640"), 0.08, 0.1 if glazed else 0.5)
        canvas.box(x, y - storey, x + width, y, fill)
        for bay in range(bays):
            if canvas.chance.random() < light.lit * 0.5:
                canvas.box(x + width * bay / bays, y - storey, x + width * (bay + 1) / bays, y, parts.LAMP, 0.8)
    for number in range(storeys + 1):
        y = ground - storey * number
        canvas.box(x - 0.006, y - 0.006, x + width + 0.006, y, concrete)
    for bay in range(bays + 1):
        left = x + width * bay / bays
        canvas.box(left - 0.004, ground - storey * storeys, left + 0.004, ground, concrete)
        canvas.line(
            ((left, ground - storey * storeys), (left, ground - storey * (storeys + 0.8))),
            light.on(hexed("6a4a34"), 0.05),
            0.0022,
        )
    net = light.on(hexed("3f8f68"), 0.05)
    canvas.box(
        x - 0.012, ground - storey * storeys - 0.01, x + width + 0.012, ground - storey * storeys * 0.72, net, 0.42
    )


def _heap(canvas: Canvas, light: Light, x: float, base: float) -> None:
    wide, tall = canvas.chance.uniform(0.08, 0.16), canvas.chance.uniform(0.03, 0.06)
    points = [
        (x + wide * t, base - tall * math.cos(t * math.pi / 2) * canvas.chance.uniform(0.85, 1))
        for t in (n / 8 for n in range(-8, 9))
    ]
    canvas.polygon([*points, (x + wide, base + 0.02), (x - wide, base + 0.02)], light.on(hexed("7b6142"), 0, 0.25))


def waterfront(canvas: Canvas, light: Light) -> None:
    """The skyline of the new town over the river."""
    water = 0.62
    parts.sky(canvas, light, water, 0.58)
    parts.hills(canvas, light, water, 0.2, "6b8290", 0.72)
    parts.skyline(canvas, light, water, 0.34, 0.5, 0.01)
    parts.skyline(canvas, light, water, 0.24, 0.18, 0.05)
    for number in range(round(canvas.aspect * 12)):
        parts.tree(canvas, light, number / 12, water + 0.002, 0.06, "summer", 0.15)
    canvas.reflect(water, 1, light.on(hexed("29495e")), 0.3, 0.35)
    parts.boat(canvas, light, canvas.aspect * 0.3, 0.82, 0.16)


def fireworks(canvas: Canvas, x: float, y: float, opened: float, colour: str) -> None:
    """A rocket that has opened by a part (0 to 1) of its life."""
    if not 0 < opened < 1:
        return
    reach = 0.2 * (1 - (1 - opened) ** 3)
    for number in range(42):
        turn = 2 * math.pi * number / 42
        far = reach * (0.75 + 0.25 * math.sin(number * 5.3))
        tip = (x + math.cos(turn) * far, y + math.sin(turn) * far * 0.95 + 0.09 * opened**2)
        tail = (x + math.cos(turn) * far * 0.72, y + math.sin(turn) * far * 0.68 + 0.06 * opened**2)
        canvas.line((tail, tip), hexed(colour), 0.003, 1 - opened)
        canvas.disc(*tip, 0.004, (255, 250, 230), 1 - opened)
    if opened < 0.5:
        canvas.glow(x, y, 0.25, hexed(colour), 0.5 * (1 - 2 * opened))
