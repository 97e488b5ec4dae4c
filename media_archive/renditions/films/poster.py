"""The picture that stands for a film: candidates out of the one decode, of which `posters` chooses in the reader process."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from media_archive.renditions import parameters
from media_archive.renditions.films.parts import FRAMES, Hand, Stretch
from media_archive.renditions.films.plan import Film
from media_archive.renditions.films.sprites import before, every, has_none, nothing_of
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.recipes import Recipe
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader

# read once and thrown away: compressing them would be wasted
CANDIDATE, CANDIDATES = "candidate-%02d.tif", "candidate-*.tif"


class Poster:
    """The sharpest of some frames, in several sizes, and what it looks like."""

    takes = (FRAMES,)

    def __init__(self, recipe: Recipe, film: Film) -> None:
        self.recipe, self.size = recipe, film.size
        self._told = recipe.told(parameters.Poster)

    def sinks(self, film: Film, _source: Any, hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        interval = max(film.duration / self._told.candidates, 1e-3)
        if has_none(interval, film):
            yield nothing_of(hand[FRAMES])
            return
        frames = every(hand[FRAMES], interval, film).filter("scale", in_color_matrix="bt709", in_range="tv")
        coded = {"format": "image2", "c:v": "tiff", "compression_algo": "raw", "frames:v": self._told.candidates}
        coded["start_number"] = 1 + (before(interval, film) if film.span else 0)
        yield ffmpeg.sink([frames.filter("format", "rgb24")], Path(CANDIDATE), **coded, fps_mode="passthrough")

    def voice(self, _film: Film) -> None:
        """See `Divided`."""

    def combine(self, order: Order, _film: Film, stretches: Sequence[Stretch]) -> None:
        """See `Divided`."""
        every_one = (path for stretch in stretches for path in stretch.folder.glob(CANDIDATES))
        found = sorted(every_one, key=lambda path: path.name)
        for path in found[: self._told.candidates]:
            path.rename(order.scratch / path.name)

    def gather(self, order: Order, _film: Film, _duration: float, rendered: Rendered) -> None:
        """See `Part`."""
        candidates = sorted(str(path) for path in order.scratch.glob(CANDIDATES))
        if not candidates:
            return
        sizes = [{"recipe": name, **size.model_dump()} for name, size in self._told.sizes.items()]
        chosen = reader().call(
            "media_archive.renditions.films.posters:choose",
            *(candidates, str(order.scratch), sizes),
            timeout=order.settings.reader_seconds,
        )
        rendered.identify(chosen["fingerprint"], order.wanted("fingerprint"))
        rendered.outputs += [
            Output(one["recipe"], self.recipe, Path(one["path"]), "image/jpeg", one["width"], one["height"])
            for one in chosen["outputs"]
            if self.recipe in order.recipes
        ]
