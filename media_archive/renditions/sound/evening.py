"""Sound whose channels or sample rate change on the way, as broadcasts do between programmes: made even first.

ffmpeg begins filters anew when that happens, which then take what follows for the beginning; so it is asked to stop.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from media_archive.errors import Unreadable
from media_archive.renditions.orders import Order
from media_archive.renditions.sound.heard import SAMPLE_RATE
from media_archive.renditions.streams import Sound, Streams
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader
from media_archive.tools.runner import run

EVEN = Path("even.mka")
#: how ffmpeg says that it stops for that
SAID = "Changing audio frame properties on the fly"


@dataclass(frozen=True)
class Even:
    """All sound tracks of a film or recording in a file of their own, the first of them from second `begins` on."""

    path: Path
    begins: float
    sounds: list[Sound]


def uneven(exc: Unreadable) -> bool:
    """Whether a run failed because the sound changed."""
    return any(SAID in note for note in getattr(exc, "__notes__", ()))


def evened(order: Order, streams: Streams) -> Even:
    """The sound of `order`, each track in as many channels as it was found to have."""
    opened = ffmpeg.source(order.source)
    options = {"c:a": "flac", "ar": SAMPLE_RATE, "sample_fmt": "s16", "map_metadata": -1, "map_chapters": -1}
    channels = {f"ac:a:{number}": min(8, one.channels) for number, one in enumerate(streams.sounds)}
    tracks = [opened[str(one.index)] for one in streams.sounds]
    made = ffmpeg.sink(tracks, EVEN, **options, **channels)
    bounds = order.bounds(streams.duration)
    # it tells of its progress too late where the sound begins late
    run(
        ffmpeg.command(ffmpeg.find(order.settings), [made]),
        timeout=replace(bounds, silence=None),
        cancel=order.cancel,
        cwd=order.scratch,
    )
    path = order.scratch / EVEN
    begins = reader().call("media_archive.renditions.looking:begins", str(path))
    sounds = [one.model_copy(update={"index": number}) for number, one in enumerate(streams.sounds)]
    return Even(path, begins, sounds)
