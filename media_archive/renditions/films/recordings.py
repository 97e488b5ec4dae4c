"""Films, whether they lie in one file or span several."""

from dataclasses import replace

from media_archive.errors import Crashed, Unreadable
from media_archive.renditions.films import pieces
from media_archive.renditions.films.rendering import render_film
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered
from media_archive.words import Message

ONLY_FIRST = "The parts of the recording cannot be joined ({reason}); only the first can be played."


def render_recording(order: Order) -> Rendered:
    """Everything that can be made of a film; of all files of a recording that spans several, as one film."""
    if not order.sources:
        return render_film(order)
    try:
        if wanted := pieces.wanted(order, None):
            return pieces.render(order, wanted.streams, wanted.shares)
        return render_film(replace(order, sources=()))
    except Crashed:
        raise
    except Unreadable as exc:
        rendered = render_film(replace(order, sources=()))
        rendered.problem = rendered.problem or Message(ONLY_FIRST, {"reason": str(exc).rstrip(".")})
        return rendered
