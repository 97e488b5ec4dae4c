"""What is made of a film: each part adds to the one command, and gathers afterwards what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from media_archive.renditions.films.plan import Film, Size, Span
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered

#: the streams there are to take: frames larger than the proxy's, frames of its size, what is heard in one or two
#: channels, and in all that there are
LARGE, FRAMES, SOUND, SURROUND = "large", "frames", "sound", "surround"
#: name of a stream -> a branch of it that is this part's own
Hand = dict[str, Any]


class Part(Protocol):
    """One recipe's share of the one decode."""

    @property
    def takes(self) -> tuple[str, ...]:
        """Of LARGE, FRAMES, SOUND and SURROUND what it needs."""

    @property
    def size(self) -> Size:
        """Of the frames it takes."""

    def sinks(self, film: Film, source: Any, hand: Hand) -> Iterator[Any]:
        """The outputs it adds, in the scratch folder, out of the streams in its `hand` and of the opened `source` itself."""

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """Puts into `rendered` what lies in scratch after a run over `duration` seconds."""


@dataclass(frozen=True)
class Stretch:
    """A span of a film and the folder where it was made."""

    span: Span
    folder: Path


@runtime_checkable
class Divided(Part, Protocol):
    """A part that can be made of spans of a film, each in a folder: its `sinks` then write what `combine` takes.

    The frames it is dealt begin a little before the span.
    """

    def voice(self, film: Film) -> Part | None:
        """What of it is made of the sound alone, in one for all spans; None if there is nothing."""

    def combine(self, order: Order, film: Film, stretches: Sequence[Stretch]) -> None:
        """Makes in scratch, of what the spans left in their folders, what one run over the whole film would have left."""
