"""Seeing where the frames of a film lie, without decoding them. Runs in the reader process only."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from media_archive.delivery.clips.film import Film, Packet, Sound, Span
from media_archive.errors import Invalid, Unsupported
from media_archive.tools.child import reason

#: AV_FIELD_TT ... AV_FIELD_BT of libavcodec; those whose upper field is shown first
INTERLACED, TOP_FIRST = (2, 3, 4, 5), (2, 5)
#: packets that are looked through for the first frame shown
FIRST_PACKETS = 80
#: seconds before the beginning at which a search for its key frame starts, one after the other
BACK = (0, 2, 10, 40)
#: seconds after the end at which no frame comes any more that is shown before it, and in which a key frame comes
LATEST, NEXT_KEY = 3, 15
#: two rates that differ by less than this part are one
EVEN = 0.001

Point = dict[str, Any]


def look(path: str) -> dict[str, Any]:
    """`Film` of the file at `path`, as JSON."""
    with opened(path) as container:
        return _film(container).model_dump()


def span(path: str, begins: Point | None, ends: Point | None, widened: bool) -> dict[str, Any]:
    """`Span` from one point to the other, as JSON; None for the film's own beginning or end.

    A point is {"seconds": "n/d", "slack": "n/d"} or {"frame": n}. Where it is to be `widened`, it reaches from the key
    frame before to where the stored frames stand alone. Raises Invalid where no frame lies between the points.
    """
    with opened(path) as container:
        film = _film(container)
        counted = film.varies and any(point and point.get("frame") is not None for point in (begins, ends))
        first, last = (_moment(point, film) for point in (begins, ends))
        packets = _window(container, film, None if counted else first, None if counted else last, widened)
    shown = sorted(packet.shown for packet in packets if packet.shown >= film.start)
    at = _begin(shown, begins, first, film) if begins else 0
    until = _end(shown, ends, last, film) if ends else len(shown)
    if at >= until or at >= len(shown) or any(_is_beyond(shown, moment, film) for moment in (first, last)):
        raise Invalid(
            "No frame lies between in and out, or the film ends before. It is {seconds} s long.", seconds=_length(film)
        )
    if widened:
        at, until = _widened(packets, shown, at, until)
    return _judged(film, packets, shown, at, until).model_dump()


def opened(path: str) -> InputContainer:
    """The film for reading; Unsupported where nothing here can."""
    try:
        return av.open(path, options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except FFmpegError as exc:
        raise Unsupported("No reader here can open this file ({reason}).", reason=reason(exc)) from exc


def picture(container: InputContainer) -> VideoStream:
    """The film's picture; Unsupported where it has none."""
    found = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
    if not found or found[0].codec_context is None:
        raise Unsupported("The film has no picture.")
    return found[0]


def _film(container: InputContainer) -> Film:
    stream = picture(container)
    context, rate = stream.codec_context, stream.average_rate or stream.base_rate or Fraction(25)
    order, ratio = context.field_order, float((stream.base_rate or rate) / rate)
    even, paired = abs(ratio - 1) < EVEN, context.field_order in INTERLACED and abs(ratio / 2 - 1) < EVEN
    return Film(
        container=container.format.name,
        index=stream.index,
        codec=context.name,
        profile=context.profile,
        tag=str(context.codec_tag or "").strip("\0"),
        pixels=context.pix_fmt or "yuv420p",
        time_base=str(stream.time_base),
        rate=str(stream.base_rate if even else stream.base_rate / 2 if paired and stream.base_rate else rate),
        varies=not (even or paired),
        paired=paired,
        interlaced=order in INTERLACED,
        top_first=order in TOP_FIRST,
        bit_rate=context.bit_rate,
        start=_start(container, stream),
        primaries=int(context.color_primaries),
        transfer=int(context.color_trc),
        matrix=int(context.colorspace),
        full_range=int(context.color_range) == 2,
        sounds=[_sound(one) for one in container.streams.audio if one.codec_context and one.sample_rate],
        duration=container.duration / av.time_base if container.duration and container.duration > 0 else None,
    )


def _sound(stream: Any) -> Sound:
    return Sound(
        index=stream.index,
        codec=stream.codec_context.name,
        sample_rate=stream.sample_rate,
        channels=stream.channels,
        time_base=str(stream.time_base),
        bit_rate=stream.codec_context.bit_rate or None,
    )


def _start(container: InputContainer, stream: VideoStream) -> int:
    """Presentation number of the first frame that can be decoded: the first key frame's."""
    for number, packet in enumerate(container.demux(stream)):
        if packet.is_keyframe and packet.pts is not None and not packet.is_discard:
            return int(packet.pts)
        if number > FIRST_PACKETS and not packet.is_keyframe:
            break
    return int(stream.start_time or 0)


def _moment(point: Point | None, film: Film) -> Fraction | None:
    """Seconds from the first frame; None at the film's own ends."""
    if point is None:
        return None
    if point.get("frame") is not None:
        return Fraction(point["frame"]) / film.frame_rate
    return Fraction(point["seconds"])


def _window(
    container: InputContainer, film: Film, first: Fraction | None, last: Fraction | None, widened: bool
) -> list[Packet]:
    """The stored frames from the key frame at or before `first` to some way beyond `last`, in the order they lie in."""
    beyond = NEXT_KEY if widened else LATEST
    until = None if last is None else film.start + int((last + beyond) / film.base)
    if first is None or first <= BACK[1]:
        return _from(container, film, film.start, until)
    wanted = film.start + int(first / film.base)
    for back in BACK:
        start = max(film.start, wanted - int(back / film.base))
        packets = _from(container, film, start, until)
        if packets and packets[0].shown <= wanted:
            return _since_key(packets, wanted)
    return _since_key(_from(container, film, film.start, until), wanted)


def _from(container: InputContainer, film: Film, start: int, until: int | None) -> list[Packet]:
    if start <= film.start:  # the search of transport streams passes over their beginning
        with opened(container.name) as anew:
            return _read(anew, film, until)
    container.seek(start, stream=picture(container), backward=True, any_frame=False)
    return _read(container, film, until)


def _read(container: InputContainer, film: Film, until: int | None) -> list[Packet]:
    found: list[Packet] = []
    for packet in _usable(container, picture(container)):
        if (found or packet.key) and not (film.paired and _is_second(found, packet, film)):
            found.append(packet)
        if until is not None and packet.decoded > until:
            break
    return found


def _is_second(found: list[Packet], packet: Packet, film: Film) -> bool:
    """Whether this is the second field of the frame found last."""
    half = 1 / film.frame_rate / film.base / 2
    return bool(found) and abs(packet.shown - found[-1].shown - half) < half / 2


def _usable(container: InputContainer, stream: VideoStream) -> Iterator[Packet]:
    for packet in container.demux(stream):
        if packet.pts is None or packet.size == 0 or packet.is_discard:
            continue
        decoded = packet.dts if packet.dts is not None else packet.pts
        yield Packet(shown=int(packet.pts), decoded=int(decoded), key=packet.is_keyframe)


def _since_key(packets: list[Packet], wanted: int) -> list[Packet]:
    """From the last key frame that is shown at `wanted` or before."""
    # half a frame more: clocks of containers round
    near = [at for at, packet in enumerate(packets) if packet.key and packet.shown <= wanted + _half(packets)]
    return packets[near[-1] :] if near else packets


def _half(packets: list[Packet]) -> int:
    shown = sorted(packet.shown for packet in packets[:32])
    gaps = [after - before for before, after in pairwise(shown) if after > before]
    return min(gaps, default=0) // 2


def _begin(shown: list[int], point: Point, moment: Fraction | None, film: Film) -> int:
    """Position in `shown` of the frame that is seen at the point."""
    if film.varies and point.get("frame") is not None:
        return int(point["frame"])
    assert moment is not None
    return max(0, bisect_right(shown, _number(moment + _slack(point, film), film)) - 1)


def _end(shown: list[int], point: Point, moment: Fraction | None, film: Film) -> int:
    """Position in `shown` of the first frame that is not before the point."""
    if film.varies and point.get("frame") is not None:
        return min(int(point["frame"]), len(shown))
    assert moment is not None
    limit = film.start + (moment - _slack(point, film)) / film.base
    return bisect_left(shown, limit)


def _is_beyond(shown: list[int], moment: Fraction | None, film: Film) -> bool:
    """Whether the film is over by then; the end of its last frame is not beyond."""
    if moment is None or film.varies:
        return False
    return moment > film.seconds(shown[-1]) + Fraction(5, 4) / film.frame_rate


def _number(moment: Fraction, film: Film) -> int:
    return film.start + int(moment / film.base)


def _slack(point: Point, film: Film) -> Fraction:
    if point.get("frame") is not None:
        return 1 / film.frame_rate / 4
    return Fraction(point["slack"])


def _length(film: Film) -> float:
    return round(film.duration or 0, 2)


def _widened(packets: list[Packet], shown: list[int], at: int, until: int) -> tuple[int, int]:
    """Positions in `shown`, from the key frame before to the next place at which the stored frames stand alone."""
    since = _since_key(packets, shown[at])
    at = bisect_left(shown, since[0].shown)
    stored = [packet.shown for packet in since if packet.shown >= since[0].shown]
    most, count = stored[0], 0
    for count, number in enumerate(stored, start=1):
        most = max(most, number)
        if at + count >= until and shown[at + count - 1] == most:
            break
    return at, min(at + count, len(shown))


def _judged(film: Film, packets: list[Packet], shown: list[int], at: int, until: int) -> Span:
    """The frames from `at` to `until`, and whether their stored form stands alone."""
    wanted = shown[at:until]
    begins = wanted[0]
    step = (wanted[-1] - begins) // max(1, len(wanted) - 1) or round(1 / film.frame_rate / film.base)
    ends = shown[until] if until < len(shown) else wanted[-1] + step
    since = _since_key(packets, begins)
    key = since[0].shown
    first = round(film.seconds(begins) * film.frame_rate)
    leading = sum(packet.shown < key for packet in since)
    told = {"begins": begins, "ends": ends, "frames": len(wanted), "first": first, "key": key, "leading": leading}
    if key != begins:
        return Span(**told, copyable=False, reason="in")
    # frames that are stored behind the key frame and shown before it belong to the frames before it
    stored = [packet.shown for packet in since if packet.shown >= begins]
    alone = set(stored[: len(wanted)]) == set(wanted)
    return Span(**told, copyable=alone, reason="" if alone else "out")
