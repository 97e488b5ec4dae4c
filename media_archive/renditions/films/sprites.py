"""The scrub sheet of a film: small pictures side by side, and the index that says which shows when."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from media_archive.renditions import parameters
from media_archive.renditions.films.parts import FRAMES, Hand, Stretch
from media_archive.renditions.films.plan import Film
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.recipes import Recipe
from media_archive.tools import ffmpeg
from media_archive.tools.runner import run

#: the index refers to the sheet by its recipe
SHEET, INDEX = "sprites.jpg", "sprites.vtt"
#: a stream that lasts less of the film than this is not believed
NEARLY = 0.9
#: the small pictures of a part of a film, uncompressed, one after another
LOOSE, PIXELS = "sprites.yuv", "yuvj420p"


@dataclass(frozen=True)
class Sheet:
    """How the small pictures lie: `width` and `height` of one in pixels, `interval` in seconds between two."""

    width: int
    height: int
    columns: int
    rows: int
    count: int
    interval: float


class Sprites:
    """The sheet and its index."""

    takes = (FRAMES,)

    def __init__(self, recipe: Recipe, film: Film) -> None:
        self.recipe, self.size = recipe, film.size
        self._told = recipe.told(parameters.Sprites)
        self._sheet = lay_out(self._told, _pictured(film), *film.size)

    def sinks(self, film: Film, _source: Any, hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        sheet = self._sheet
        if has_none(sheet.interval, film):
            yield nothing_of(hand[FRAMES])
            return
        # ffmpeg's JPEG is BT.601 in full range
        small = every(hand[FRAMES], sheet.interval, film).filter(
            "scale", sheet.width, sheet.height, in_color_matrix="bt709", out_color_matrix="bt601", out_range="pc"
        )
        small = small.filter("format", PIXELS)
        if film.span:
            yield ffmpeg.sink([small], Path(LOOSE), format="rawvideo", fps_mode="passthrough")
        else:
            yield self._tiled(small)

    def _tiled(self, small: Any) -> Any:
        tiled = small.filter("tile", f"{self._sheet.columns}x{self._sheet.rows}")
        picture = {"format": "image2", "update": 1, "frames:v": 1, "fps_mode": "passthrough"}
        return ffmpeg.sink([tiled], Path(SHEET), **picture, **{"c:v": "mjpeg", "q:v": self._told.quality})

    def voice(self, _film: Film) -> None:
        """See `Divided`."""

    def combine(self, order: Order, film: Film, stretches: Sequence[Stretch]) -> None:
        """See `Divided`."""
        loose = order.scratch / LOOSE
        with loose.open("wb") as all_of_them:
            for stretch in stretches:
                if (path := stretch.folder / LOOSE).exists():
                    with path.open("rb") as some:
                        shutil.copyfileobj(some, all_of_them)
        if loose.stat().st_size:
            small = ffmpeg.loose(loose, self._sheet.width, self._sheet.height, PIXELS).filter("setsar", 1)
            run(ffmpeg.command(film.program, [self._tiled(small)]), timeout=order.bounds(None), cwd=order.scratch)

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """See `Part`."""
        picture, index, sheet = order.scratch / SHEET, order.scratch / INDEX, self._sheet
        if not picture.exists():
            return
        write_index(sheet, duration, index, film.picture.seconds)
        across, down = sheet.columns * sheet.width, sheet.rows * sheet.height
        rendered.outputs += [
            Output("sprites", self.recipe, picture, "image/jpeg", across, down),
            Output("sprites-index", self.recipe, index, "text/vtt", duration=duration),
        ]


def _pictured(film: Film) -> float:
    """Seconds in which frames begin: sound often lasts a little longer, and would leave the last picture black."""
    seconds = film.picture.seconds or film.duration
    seconds = seconds if NEARLY * film.duration < seconds < film.duration else film.duration
    return max(0.0, seconds - float(1 / film.rate / 2))


def every(stream: Any, seconds: float, film: Film) -> Any:
    """The first frame of the film, and from then on one each `seconds`, without drift; those of them in its span."""
    if film.span is None:
        return stream.filter("select", f"eq(n,0)+gte(t,{seconds:.6f}*selected_n)")
    return stream.filter("select", f"gte(t,{seconds:.6f}*(selected_n+{before(seconds, film)}))")


def before(seconds: float, film: Film) -> int:
    """How many frames `every` takes before the span of `film` begins."""
    return _until(film.span.begins, seconds, film) if film.span else 0


def has_none(seconds: float, film: Film) -> bool:
    """Whether `every` takes no frame of the span of `film`: ffmpeg 7 and later fail where an output gets none."""
    if film.span is None:
        return False
    end = film.span.offset + film.span.end if film.span.end else ceil(_pictured(film) * film.rate)
    return _until(end, seconds, film) <= before(seconds, film)


def _until(frame: int, seconds: float, film: Film) -> int:
    """How many frames `every` takes of those before number `frame`."""
    if not frame:
        return 0
    # as the filter computes it, in floating point, and with as many digits
    last, step = (frame - 1) * (film.rate.denominator / film.rate.numerator), round(seconds, 6)
    count = int(last / step)
    while last >= step * count:
        count += 1
    return min(count, frame)


def nothing_of(frames: Any) -> Any:
    """An output for dealt frames that nothing is made of: each branch of a split must lead somewhere."""
    return ffmpeg.sink([frames], None, format="null", fps_mode="passthrough")


def lay_out(told: parameters.Sprites, duration: float, width: int, height: int) -> Sheet:
    """The sheet of a film of `duration` seconds shown at `width` by `height` pixels."""
    interval = max(told.least_seconds, duration / told.most)
    count = max(1, int(duration / interval + 0.999))
    scale = min(1.0, told.edge / max(width, height))
    columns = min(told.columns, count)
    return Sheet(
        max(2, round(width * scale)), max(2, round(height * scale)), columns, -(-count // columns), count, interval
    )


def write_index(sheet: Sheet, duration: float, path: Path, pictured: float | None = None) -> None:
    """WebVTT whose cues name parts of the sheet (Media Fragments URI 1.0, #xywh).

    The last picture stands for what is heard after the `pictured` seconds.
    """
    cues = ["WEBVTT", ""]
    last = max(0, ceil(pictured / sheet.interval - 0.001) - 1) if pictured else sheet.count
    for number in range(sheet.count):
        begin = number * sheet.interval
        end = duration if number == sheet.count - 1 else min(begin + sheet.interval, duration)
        if number and begin >= duration:
            break
        row, column = divmod(min(number, last), sheet.columns)
        x, y = column * sheet.width, row * sheet.height
        part = f"{SHEET}#xywh={x},{y},{sheet.width},{sheet.height}"
        cues += [f"{_clock(begin)} --> {_clock(max(end, begin + 0.001))}", part, ""]
    path.write_text("\n".join(cues), "utf-8")


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
