"""What happens in a film: cuts, black, standing and silent stretches, loudness, as one JSON file."""

from collections.abc import Iterator, Sequence
from typing import Any

from media_archive.renditions import parameters
from media_archive.renditions.analysis import filters, notes, seams
from media_archive.renditions.films.parts import FRAMES, SURROUND, Hand, Stretch
from media_archive.renditions.films.plan import Film
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import Recipe


class Noticing:
    """The analysis of picture and sound."""

    takes = (FRAMES, SURROUND)

    def __init__(self, recipe: Recipe, film: Film) -> None:
        self.recipe, self.size = recipe, film.size
        self._told = recipe.told(parameters.Analysis)

    def sinks(self, film: Film, _source: Any, hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        yield filters.picture(hand[FRAMES], self._told, film.size)
        if SURROUND in hand:
            yield filters.sound(hand[SURROUND], self._told)

    def voice(self, film: Film) -> "Overheard":
        """See `Divided`."""
        return Overheard(self.recipe, film)

    def combine(self, order: Order, film: Film, stretches: Sequence[Stretch]) -> None:
        """See `Divided`."""
        noted = [(one.folder / filters.PICTURE, one.span.begins) for one in stretches]
        seams.join(noted, film.rate, order.scratch / filters.PICTURE)

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """See `Part`."""
        seen = notes.picture(order.scratch / filters.PICTURE, self._told, film.rate)
        heard = notes.sound(order.scratch / filters.SOUND, self._told, duration)
        rendered.outputs.append(notes.written(self.recipe, order.scratch, {"rate": film.written_rate} | seen | heard))


class Overheard:
    """The analysis of the sound alone, of a film whose picture is looked at in pieces."""

    takes = (SURROUND,)

    def __init__(self, recipe: Recipe, film: Film) -> None:
        self.recipe, self.size = recipe, film.size

    def sinks(self, _film: Film, _source: Any, hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        yield filters.sound(hand[SURROUND], self.recipe.told(parameters.Analysis))

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """`Noticing.gather` reads what was noted."""
