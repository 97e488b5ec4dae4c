"""The waveform of a film's sound."""

from collections.abc import Iterator
from typing import Any

from media_archive.renditions import parameters
from media_archive.renditions.films.parts import SOUND, Hand
from media_archive.renditions.films.plan import Film
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import Recipe
from media_archive.renditions.sound.heard import SAMPLE_RATE
from media_archive.renditions.sound.listening import levels
from media_archive.renditions.sound.peaks import Peaks
from media_archive.tools import ffmpeg


class Waveform:
    """Samples through standard output, of which the peaks are kept."""

    takes = (SOUND,)

    def __init__(self, recipe: Recipe, film: Film) -> None:
        assert film.sound
        self.recipe, self.size, self._channels = recipe, film.size, film.sound.channels
        self._peaks = Peaks(recipe.told(parameters.Peaks), self._channels, SAMPLE_RATE)
        self.take = self._peaks.take

    def sinks(self, _film: Film, _source: Any, hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        yield ffmpeg.sink([hand[SOUND]], None, format="s16le", acodec="pcm_s16le", ac=self._channels)

    def gather(self, order: Order, _film: Film, _duration: float, rendered: Rendered) -> None:
        """See `Part`."""
        rendered.outputs += levels(self.recipe, self._peaks, order.scratch)
