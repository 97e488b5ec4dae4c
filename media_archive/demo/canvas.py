"""A canvas measured in its own height: x runs from 0 to the aspect ratio, y from 0 (top) to 1."""

import math
import random
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from media_archive.demo.light import Colour, hexed

Point = tuple[float, float]
#: what Pillow's radial gradient has reached in the middle of an edge: its 255 lies in the corners
EDGE = 178


class Canvas:
    """Paints at twice the size that is asked for, so that edges come out smooth."""

    def __init__(self, width: int, height: int, seed: int, fine: int = 2) -> None:
        self.width, self.height, self.fine = width, height, fine
        self.aspect = width / height
        self.scale = height * fine
        self.chance = random.Random(seed)  # noqa: S311 - the same pictures every time are what is wanted
        self.image = Image.new("RGB", (width * fine, height * fine))
        self._draw()

    def _draw(self) -> None:
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def begin_with(self, backdrop: Image.Image) -> None:
        """Replaces everything by a picture of the canvas's own size."""
        self.image = backdrop.copy()
        self._draw()

    def finished(self) -> Image.Image:
        """The picture at the size that was asked for."""
        return self.image.reduce(self.fine) if self.fine > 1 else self.image

    def _at(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def polygon(self, points: Iterable[Point], fill: Colour, alpha: float = 1) -> None:
        self.pen.polygon(self._at(points), (*fill, round(alpha * 255)))

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour, alpha: float = 1) -> None:
        if right > left and bottom > top:
            self.polygon(((left, top), (right, top), (right, bottom), (left, bottom)), fill, alpha)

    def line(self, points: Sequence[Point], fill: Colour, width: float, alpha: float = 1) -> None:
        pixels = max(1, round(width * self.scale))
        self.pen.line(self._at(points), (*fill, round(alpha * 255)), pixels, joint="curve")

    def ellipse(self, x: float, y: float, across: float, down: float, fill: Colour, alpha: float = 1) -> None:
        (left, top), (right, bottom) = self._at(((x - across, y - down), (x + across, y + down)))
        if right - left >= 1 and bottom - top >= 1:
            self.pen.ellipse((left, top, right, bottom), (*fill, round(alpha * 255)))

    def disc(self, x: float, y: float, radius: float, fill: Colour, alpha: float = 1) -> None:
        self.ellipse(x, y, radius, radius, fill, alpha)

    def arch(self, x: float, bottom: float, width: float, height: float, fill: Colour) -> None:
        """An upright opening with a round head."""
        radius = width / 2
        self.box(x - radius, bottom - height + radius, x + radius, bottom, fill)
        self.disc(x, bottom - height + radius, radius, fill)

    def gradient(self, top: float, bottom: float, colours: Sequence[Colour], alpha: float = 1) -> None:
        """A band from top to bottom that runs through the colours."""
        first, last = round(top * self.scale), round(bottom * self.scale)
        if last <= first:
            return
        strip = Image.new("RGB", (1, len(colours)))
        strip.putdata(list(colours))
        # half a colour is cut off at both ends, so that the first and the last are reached
        inner = (0, 0.5, 1, len(colours) - 0.5)
        column = strip.resize((1, last - first), Image.Resampling.BICUBIC, box=inner)
        band = column.resize((self.image.width, last - first), Image.Resampling.NEAREST)
        self._lay(band, (0, first), Image.new("L", band.size, round(alpha * 255)) if alpha < 1 else None)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light that fades with the distance from its source."""
        size = max(2, round(radius * 2 * self.scale))
        fade = [round(max(0.0, 1 - distance / EDGE) ** 2.2 * 255 * strength) for distance in range(256)]
        fall = Image.radial_gradient("L").point(fade)
        corner = (round((x - radius) * self.scale), round((y - radius) * self.scale))
        self._lay(colour, corner, fall.resize((size, size), Image.Resampling.BILINEAR))

    def clouds(self, bottom: float, colour: Colour, amount: float, stretch: float = 3.0) -> None:
        """Clouds above `bottom`, thinner towards the zenith and long towards the horizon."""
        size = (max(8, self.image.width // 8), max(8, round(bottom * self.scale) // 8))
        field = Image.new("L", size, 0)
        for octave, weight in ((3, 0.5), (7, 0.28), (15, 0.16), (31, 0.09)):
            across, down = max(2, round(octave * self.aspect)), max(2, round(octave * bottom * stretch))
            noise = Image.frombytes("L", (across, down), self.chance.randbytes(across * down))
            layer = noise.resize(size, Image.Resampling.BICUBIC).point([round(v * weight) for v in range(256)])
            field = ImageChops.add(field, layer)
        floor = 175 - 95 * amount
        mask = field.point([max(0, min(215, round((v - floor) * 3.2))) for v in range(256)])
        mask = mask.filter(ImageFilter.GaussianBlur(1.5)).resize(
            (self.image.width, round(bottom * self.scale)), Image.Resampling.BILINEAR
        )
        self._lay(colour, (0, 0), mask)

    def reflect(self, horizon: float, bottom: float, tint: Colour, depth: float = 0.35, calm: float = 0.5) -> None:
        """Water from the horizon down: what is above it upside down, broken by waves and darkened by its depth."""
        first, last = round(horizon * self.scale), round(bottom * self.scale)
        rows = last - first
        squeeze = 0.9
        above = self.image.crop((0, max(0, first - round(rows * squeeze)), self.image.width, first))
        mirrored = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((self.image.width, rows))
        step = max(2, rows // 160)
        for row in range(0, rows, step):
            near = row / rows
            shift = math.sin(row * 0.11 + self.chance.random() * 2.4) * (0.002 + 0.012 * near) * (1 - calm) * 2
            strip = mirrored.crop((0, row, self.image.width, min(rows, row + step)))
            self.image.paste(ImageChops.offset(strip, round(shift * self.scale), 0), (0, first + row))
        self._draw()
        self.gradient(horizon, bottom, (tint, tint, tint), depth)
        self.ripples(horizon, bottom, (255, 255, 255), 0.09)

    def ripples(self, horizon: float, bottom: float, colour: Colour, alpha: float, count: int = 150) -> None:
        """Short bright strokes on water, longer when nearer."""
        for _ in range(count):
            near = self.chance.random() ** 1.4
            y, x = horizon + (bottom - horizon) * near, self.chance.random() * self.aspect
            long = (0.008 + 0.05 * near) * (0.4 + self.chance.random())
            self.line(((x - long, y), (x + long, y)), colour, 0.0006 + 0.0016 * near, alpha * (0.4 + near))

    def _lay(self, layer: Image.Image | Colour, corner: tuple[int, int], mask: Image.Image | None) -> None:
        if isinstance(layer, Image.Image):
            self.image.paste(layer, corner, mask)
        elif mask:
            self.image.paste(layer, (*corner, corner[0] + mask.width, corner[1] + mask.height), mask)
        self._draw()

    def grain(self, picture: Image.Image, strength: float) -> Image.Image:
        """`picture` with the grain of film or of a sensor."""
        noise = Image.frombytes("L", picture.size, self.chance.randbytes(picture.width * picture.height))
        return Image.blend(picture, Image.merge("RGB", (noise, noise, noise)), strength)


def faded(picture: Image.Image, age: float) -> Image.Image:
    """A print that has hung in the light: flatter, warmer, paler with its age (0 to 1)."""
    warm = Image.new("RGB", picture.size, hexed("c98f52"))
    flat = Image.blend(picture, Image.new("RGB", picture.size, hexed("b9a98c")), 0.22 * age)
    return Image.blend(flat, ImageChops.soft_light(flat, warm), 0.75 * age)
