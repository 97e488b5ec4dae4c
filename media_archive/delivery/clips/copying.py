"""Taking a clip out of a film by copying what is stored, bit by bit. Runs in the reader process only.

Picture: the packets of exactly the frames wanted. Sound: PCM is cut to the sample; of compressed sound the packets that
sound in the clip, with times that keep it in step.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.packet import Packet

from media_archive.delivery.clips.containers import PCM
from media_archive.delivery.clips.film import Film, Span
from media_archive.delivery.clips.headers import advanced
from media_archive.delivery.clips.looking import opened, picture
from media_archive.errors import Unsupported
from media_archive.tools.child import reason

Stored: TypeAlias = "Packet[Any]"
#: packets of compressed sound before the first that sounds, from which its decoder gets going
RUN_UP = 1
#: seconds of a film around the clip in which its sound may be stored
APART = 5
#: seconds before the clip at which reading begins
EARLIER = 2


def copy(
    path: str, target: str, form: str, film_told: dict[str, Any], span_told: dict[str, Any], code: str | None
) -> int:
    """Writes the clip to `target` in the container `form`; returns the frames written. `code` is its start timecode."""
    film, span = Film.model_validate(film_told), Span.model_validate(span_told)
    try:
        quick = {"movflags": "faststart"} if form in ("mov", "mp4") else {}
        with opened(path) as source, av.open(target, "w", format=form, options=quick) as sink:
            return _copy(source, sink, film, span, code)
    except (FFmpegError, ValueError) as exc:
        raise Unsupported("The clip cannot be copied into this container ({reason}).", reason=reason(exc)) from exc


def _copy(source: InputContainer, sink: OutputContainer, film: Film, span: Span, code: str | None) -> int:
    if code:
        sink.metadata["timecode"] = code
    tracks: dict[int, Any] = {}
    stream = picture(source)
    tracks[stream.index] = sink.add_stream_from_template(stream)
    tracks[stream.index].time_base = film.base
    tracks[stream.index].codec_context.framerate = film.frame_rate
    for sound in film.sounds:
        tracks[sound.index] = sink.add_stream_from_template(source.streams[sound.index])
    begins, ends = span.begins * film.base, span.ends * film.base
    cutters = {one.index: _cutter(one.codec, one.channels, one.sample_rate, begins, ends) for one in film.sounds}
    frames, first_group = 0, _FirstGroup(film.codec, span.leading)
    # the search of transport streams lands late, and MXF stamps the sound wrongly where it lands
    if (start := span.key - int(EARLIER / film.base)) > film.start:
        source.seek(start, stream=stream, backward=True, any_frame=False)
    for packet in source.demux([source.streams[index] for index in tracks]):
        if packet.pts is None or packet.size == 0:
            continue
        if packet.stream_index == stream.index:
            if frames < span.frames * film.stored and _is_ours(packet, span, frames):
                frames += 1
                _write(sink, first_group.take(packet), tracks[stream.index], span.begins)
        else:
            for piece in cutters[packet.stream_index].take(packet):
                piece.stream = tracks[packet.stream_index]
                sink.mux(piece)
        if packet.dts is not None and packet.dts * packet.time_base > ends + APART:
            break
    return frames // film.stored


def _is_ours(packet: Stored, span: Span, frames: int) -> bool:
    """From the key frame on, without what is stored behind it and shown before."""
    assert packet.pts is not None
    return packet.pts == span.key if frames == 0 else span.begins <= packet.pts < span.ends


def _write(sink: OutputContainer, packet: Stored, track: Any, zero: int) -> None:
    assert packet.pts is not None
    packet.pts -= zero
    packet.dts = packet.dts - zero if packet.dts is not None else packet.pts
    packet.stream = track
    sink.mux(packet)


class _FirstGroup:
    """Mends the headers of an MPEG-2 clip's first group where the pictures shown before its key frame are left behind."""

    def __init__(self, codec: str, leading: int) -> None:
        self._left, self._keys = leading if codec == "mpeg2video" else 0, 0

    def take(self, packet: Stored) -> Stored:
        self._keys += packet.is_keyframe
        if not self._left or self._keys > 1:
            return packet
        mended = Packet(advanced(bytes(packet), self._left))
        mended.pts, mended.dts, mended.duration = packet.pts, packet.dts, packet.duration
        mended.time_base, mended.is_keyframe = packet.time_base, packet.is_keyframe
        return mended


class _Samples:
    """Cuts PCM to the sample."""

    def __init__(self, size: int, rate: int, begins: Fraction, ends: Fraction) -> None:
        self._size, self._rate = size, rate
        self._begins, self._ends = round(begins * rate), round(ends * rate)

    def take(self, packet: Stored) -> Iterator[Stored]:
        assert packet.pts is not None
        at = round(packet.pts * packet.time_base * self._rate)
        count = packet.size // self._size
        first, last = max(at, self._begins), min(at + count, self._ends)
        if first >= last:
            return
        piece = Packet(bytes(packet)[(first - at) * self._size : (last - at) * self._size])
        piece.time_base = Fraction(1, self._rate)
        piece.pts = piece.dts = first - self._begins
        piece.duration = last - first
        yield piece


class _Whole:
    """Keeps the packets that sound in the clip, and the one before them."""

    def __init__(self, begins: Fraction, ends: Fraction) -> None:
        self._begins, self._ends = begins, ends
        self._before: list[Stored] = []
        self._started = False

    def take(self, packet: Stored) -> Iterator[Stored]:
        assert packet.pts is not None
        base = packet.time_base
        first, last = packet.pts * base, (packet.pts + (packet.duration or 0)) * base
        if first >= self._ends:
            return
        if last <= self._begins and not self._started:
            self._before = [*self._before, packet][-RUN_UP:]
            return
        self._started = True
        for one in (*self._before, packet):
            yield self._moved(one)
        self._before = []

    def _moved(self, packet: Stored) -> Stored:
        zero = round(self._begins / packet.time_base)
        assert packet.pts is not None
        packet.pts -= zero
        packet.dts = packet.dts - zero if packet.dts is not None else packet.pts
        end = round(self._ends / packet.time_base) - zero
        if packet.duration and packet.pts + packet.duration > end:
            packet.duration = end - packet.pts  # what sounds after the picture is over is not to be heard
        return packet


def _cutter(codec: str, channels: int, rate: int, begins: Fraction, ends: Fraction) -> "_Samples | _Whole":
    return _Samples(PCM[codec] * channels, rate, begins, ends) if codec in PCM else _Whole(begins, ends)


def count(path: str) -> dict[str, Any]:
    """Frames and seconds of the picture of a clip that was made here."""
    with opened(path) as container:
        stream = picture(container)
        shown = sorted(
            int(one.pts) for one in container.demux(stream) if one.pts is not None and one.size and not one.is_discard
        )
        seconds = float((shown[-1] - shown[0]) * stream.time_base) if shown and stream.time_base else 0.0
        average = stream.average_rate
    return {"frames": len(shown), "seconds": seconds + (float(1 / average) if average else 0)}
