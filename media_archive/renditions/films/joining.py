"""Joining encoded chunks of a film into one, without encoding again. Runs in the reader process only.

Every chunk begins with a key frame that nothing before it is needed for, and was encoded by the same settings. So its
packets follow those of the chunk before unchanged; only their times are counted on.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
from av.packet import Packet
from av.video.stream import VideoStream

from media_archive.errors import Conflict, Unreadable


def join(chunks: Sequence[str], rate: str, target: str) -> list[int]:
    """Writes the pictures of the MP4 files `chunks`, of `rate` frames a second, one after another to `target`.

    Returns the number of frames of each. Conflict where they were not encoded alike.
    """
    frames: list[int] = []
    begun: VideoStream | None = None
    with av.open(target, "w", format="mp4") as joined:
        for path in chunks:
            with av.open(path) as chunk:
                stream = chunk.streams.video[0]
                begun = _alike(begun, stream) or _begin(joined, stream, Fraction(rate))
                count = 0
                for packet in _moved(chunk.demux(stream), Fraction(rate), sum(frames)):
                    packet.stream = begun
                    joined.mux(packet)
                    count += 1
            if not count:
                raise Unreadable("A chunk of the film holds no frame.")
            frames.append(count)
    return frames


def count(path: str) -> int:
    """How many frames the first picture stream of a file that was made here has."""
    with av.open(path) as opened:
        return sum(1 for packet in opened.demux(opened.streams.video[0]) if packet.size)


def _begin(joined: Any, stream: VideoStream, rate: Fraction) -> VideoStream:
    made: VideoStream = joined.add_stream_from_template(stream)
    made.time_base = 1 / rate
    return made


def _alike(begun: VideoStream | None, stream: VideoStream) -> VideoStream | None:
    """The stream that was begun, if `stream` can go on with it: the decoder is told its settings only once."""
    if begun is None:
        return None
    if begun.codec_context.extradata != stream.codec_context.extradata:
        raise Conflict("The chunks of the film were encoded by different programs and cannot be joined.")
    return begun


def _moved(packets: Iterator["Packet[Any]"], rate: Fraction, first: int) -> Iterator["Packet[Any]"]:
    """The packets of a chunk whose frames are number `first` and on."""
    for packet in packets:
        if packet.pts is None or packet.dts is None:
            continue  # the empty packet at the end
        shown, decoded = (_frame(time * packet.time_base * rate) for time in (packet.pts, packet.dts))
        packet.time_base = 1 / rate
        packet.pts, packet.dts, packet.duration = shown + first, decoded + first, 1
        yield packet


def _frame(position: Fraction) -> int:
    if position.denominator != 1:
        raise Unreadable("The frames of a chunk are not where its rate puts them.")
    return int(position)
