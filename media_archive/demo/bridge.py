"""The bridge over the Yunxi river, from the first pile to the lights of its opening."""

from dataclasses import dataclass

from media_archive.demo import parts
from media_archive.demo.canvas import Canvas
from media_archive.demo.light import Light, hexed, mix

CABLES = 14


@dataclass(frozen=True)
class View:
    """Where the bridge stands in the picture."""

    water: float
    deck: float
    top: float
    pylons: tuple[float, float]
    span: float


def bridge(canvas: Canvas, light: Light, built: float) -> None:
    """The river and the bridge, of which a part (0 to 1) is built."""
    water = 0.66
    background(canvas, light, water)
    construction(canvas, light, built, view_of(canvas, water))
    water_below(canvas, light, water)


def view_of(canvas: Canvas, water: float) -> View:
    """Both pylons within the picture, whatever its shape."""
    wide = canvas.aspect
    return View(water, 0.5, 0.12, (wide * 0.3, wide * 0.72), wide * 0.235)


def background(canvas: Canvas, light: Light, water: float) -> None:
    """Sky, hills and the far bank."""
    parts.sky(canvas, light, water - 0.02, 0.62)
    parts.hills(canvas, light, water, 0.17, "5f7f86", 0.72)
    parts.hills(canvas, light, water, 0.1, "55745f", 0.5)
    parts.skyline(canvas, light, water - 0.006, 0.13, 0.55, 0.05)
    canvas.box(0, water - 0.012, canvas.aspect, water, light.on(hexed("4c5f45"), 0.25))
    for number in range(round(canvas.aspect * 16)):
        parts.tree(canvas, light, number / 16 + canvas.chance.uniform(-0.02, 0.02), water - 0.004, 0.05, "summer", 0.3)


def water_below(canvas: Canvas, light: Light, water: float) -> None:
    """The river in front."""
    canvas.reflect(water, 1.0, light.on(hexed("2c5a68")), 0.42 if not light.is_dark else 0.3)
    if light.is_dark:
        canvas.ripples(water, 1.0, parts.LAMP, 0.1, 90)


def construction(canvas: Canvas, light: Light, built: float, view: View) -> None:
    """The bridge as far as it is built: piers, pylons, then the deck and its cables outwards from each pylon."""
    raised, reached = min(1, built / 0.45), max(0.0, min(1, (built - 0.35) / 0.6))
    _piers(canvas, light, view, min(1, built / 0.2))
    for x in view.pylons:
        _pylon(canvas, light, view, x, raised)
        if reached:
            _wings(canvas, light, view, x, reached)
        if built < 0.97:
            parts.crane(canvas, light, x + 0.06, view.deck + 0.1, 0.16 + 0.42 * raised, 0.4 + 2.2 * built, 0.05)
    if built >= 0.97:
        _finished(canvas, light, view)


def _piers(canvas: Canvas, light: Light, view: View, done: float) -> None:
    concrete = light.on(hexed("b9b4a8"), 0.12, 0.3)
    count = 9
    for number in range(count):
        x = canvas.aspect * (number + 0.5) / count
        near_pylon = any(abs(x - pylon) < view.span * 0.85 for pylon in view.pylons)
        if number / count <= done and not near_pylon:
            canvas.box(x - 0.008, view.deck + 0.012, x + 0.008, view.water + 0.01, concrete)
            canvas.box(x - 0.02, view.deck + 0.012, x + 0.02, view.deck + 0.022, concrete)


def _pylon(canvas: Canvas, light: Light, view: View, x: float, raised: float) -> None:
    base, top = view.water + 0.012, view.deck - (view.deck - view.top) * raised
    bright, dark = light.on(hexed("e6e2d8"), 0.06), light.on(hexed("a5a196"), 0.06, 0.4)
    for side, colour in ((-1, bright), (1, dark)):
        foot, knee, head = x + side * 0.04, x + side * 0.03, x + side * 0.006
        canvas.polygon(
            ((foot - 0.011, base), (foot + 0.011, base), (knee + 0.01, view.deck), (knee - 0.01, view.deck)), colour
        )
        if raised > 0.1:
            lean = knee + (head - knee) * raised
            canvas.polygon(
                ((knee - 0.01, view.deck), (knee + 0.01, view.deck), (lean + 0.006, top), (lean - 0.006, top)), colour
            )
    canvas.box(x - 0.04, view.deck + 0.012, x + 0.04, view.deck + 0.03, dark)
    canvas.box(x - 0.065, base - 0.012, x + 0.065, base + 0.006, light.on(hexed("8d8a80"), 0.05, 0.4))
    if raised >= 1:
        canvas.box(x - 0.012, view.top - 0.02, x + 0.012, view.top + 0.05, bright)


def _wings(canvas: Canvas, light: Light, view: View, x: float, reached: float) -> None:
    steel, cable = light.on(hexed("7f8f98"), 0.08, 0.2), mix(light.on(hexed("e9edee"), 0.05), (255, 255, 255), 0.25)
    out = view.span * reached
    canvas.box(x - out, view.deck - 0.004, x + out, view.deck + 0.013, steel)
    canvas.box(x - out, view.deck - 0.006, x + out, view.deck - 0.002, light.on(hexed("c9cfd0"), 0.05))
    for number in range(1, CABLES + 1):
        foot = view.span * number / CABLES
        if foot <= out:
            head = view.top + 0.2 * (1 - number / CABLES)
            for side in (-1, 1):
                canvas.line(((x, head), (x + side * foot, view.deck - 0.004)), cable, 0.0016, 0.9)


def _finished(canvas: Canvas, light: Light, view: View) -> None:
    canvas.box(0, view.deck - 0.004, canvas.aspect, view.deck + 0.013, light.on(hexed("7f8f98"), 0.08, 0.2))
    canvas.box(0, view.deck - 0.007, canvas.aspect, view.deck - 0.002, light.on(hexed("d3d8d8"), 0.05))
    for number in range(round(canvas.aspect * 26)):
        x = number / 26
        canvas.line(((x, view.deck), (x, view.deck - 0.022)), light.on(hexed("59626a"), 0.1), 0.0016)
        if light.is_dark:
            canvas.glow(x, view.deck - 0.022, 0.022, parts.LAMP, 0.9)
    if light.is_dark:
        for x in view.pylons:
            canvas.glow(x, view.top + 0.1, 0.2, hexed("6fb7ff"), 0.35)
            canvas.glow(x, view.top, 0.03, (255, 70, 60), 1)
    for _ in range(14):
        x = canvas.chance.random() * canvas.aspect
        body = light.on(hexed(canvas.chance.choice(("c0392b", "f4f4f0", "34495e", "d7a52b"))), 0.1)
        canvas.box(x, view.deck - 0.013, x + 0.02, view.deck - 0.005, body)
