"""What is made of a film: each part adds to the one command, and gathers afterwards what became of it."""

from collections.abc import Iterator
from typing import Any, Protocol

from media_archive.renditions.films.plan import Film, Size
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered

#: the streams there are to take: frames larger than the proxy's, frames of its size, and what is heard
LARGE, FRAMES, SOUND = "large", "frames", "sound"
#: name of a stream -> a branch of it that is this part's own
Hand = dict[str, Any]


class Part(Protocol):
    """One recipe's share of the one decode."""

    @property
    def takes(self) -> tuple[str, ...]:
        """Of LARGE, FRAMES and SOUND what it needs."""

    @property
    def size(self) -> Size:
        """Of the frames it takes."""

    def sinks(self, film: Film, source: Any, hand: Hand) -> Iterator[Any]:
        """The outputs it adds, in the scratch folder, out of the streams in its `hand` and of the opened `source` itself."""

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """Puts into `rendered` what lies in scratch after a run over `duration` seconds."""
