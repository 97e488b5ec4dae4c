"""Seeing what a film or recording holds by decoding its first frame. Runs in the reader process only."""

from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from media_archive.errors import Unsupported
from media_archive.renditions.streams import Picture, Sound, Streams
from media_archive.tools.child import reason

#: packets read in search of a frame that can be decoded
PACKETS = 400
#: AV_FIELD_TT ... AV_FIELD_BT of libavcodec
INTERLACED = (2, 3, 4, 5)
#: AVCOL_TRC_SMPTE2084 (PQ) and AVCOL_TRC_ARIB_STD_B67 (HLG)
HIGH_RANGE = {16: "smpte2084", 18: "arib-std-b67"}
#: AVCOL_SPC_UNSPECIFIED
UNSPECIFIED = 2
#: rates that cameras mean
USUAL = [
    Fraction(n, d)
    for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
]
#: a mean this near to a usual rate is that rate with dropped or late frames
NEAR = 0.05


def look(path: str) -> dict[str, Any]:
    """`Streams` of the file at `path`, as JSON."""
    with _opened(path) as container:
        duration = container.duration / av.time_base if container.duration and container.duration > 0 else None
        sounds = [made for stream in container.streams.audio if (made := _sound(stream))]
        pictures = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
        picture = _picture(container, pictures[0]) if pictures else None
    return Streams(duration=duration, picture=picture, sounds=sounds).model_dump()


def _opened(path: str) -> InputContainer:
    try:
        return av.open(path, options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except FFmpegError as exc:
        raise Unsupported("No reader here can open this file ({reason}).", reason=_said(exc)) from exc


def _said(exc: Exception) -> str:
    """What the library says, without the path and the number."""
    return str(exc.strerror) if isinstance(exc, FFmpegError) and exc.strerror else reason(exc)


def length(path: str) -> float | None:
    """Seconds of the longest stream of a file that was made here; None where it has none."""
    with av.open(path) as container:
        spans = [float(one.duration * one.time_base) for one in container.streams if one.duration and one.time_base]
        return max(spans, default=None)


def _sound(stream: Any) -> Sound | None:
    if stream.codec_context is None or not stream.channels or not stream.sample_rate:
        return None
    return Sound(
        index=stream.index, channels=stream.channels, sample_rate=stream.sample_rate, language=stream.language or ""
    )


def _picture(container: InputContainer, stream: VideoStream) -> Picture:
    context = stream.codec_context
    if context is None:
        return Picture(index=stream.index, width=0, height=0, problem="unknown codec")
    made = Picture(index=stream.index, width=context.width, height=context.height, rate=str(_rate(stream)))
    made.interlaced = context.field_order in INTERLACED
    try:
        frame = _first_frame(container, stream)
    except (FFmpegError, ValueError) as exc:
        made.problem = _said(exc)
        return made
    if frame is None:
        made.problem = "no frame of it can be decoded"
        return made
    _describe(made, frame, stream)
    return made


def _describe(made: Picture, frame: Any, stream: VideoStream) -> None:
    """What the first frame tells, and the stream where the frame does not."""
    made.width, made.height = frame.width, frame.height
    made.interlaced = made.interlaced or frame.interlaced_frame
    transfer = frame.color_trc if frame.color_trc in HIGH_RANGE else stream.codec_context.color_trc
    made.high_range = HIGH_RANGE.get(transfer, "")
    made.matrix_known = frame.colorspace != UNSPECIFIED or frame.format.is_rgb
    made.sideways = abs(frame.rotation) % 180 == 90
    aspect = stream.sample_aspect_ratio
    made.pixel_aspect = float(aspect) if aspect and 0.1 < aspect < 10 else 1.0


def _first_frame(container: InputContainer, stream: VideoStream) -> Any:
    stream.thread_type = "NONE"
    failure: FFmpegError | None = None
    for number, packet in enumerate(container.demux(stream)):
        try:
            for frame in packet.decode():
                return frame
        except FFmpegError as exc:
            failure = exc
        if number > PACKETS:
            break
    if failure:
        raise failure
    return None


def _rate(stream: VideoStream) -> Fraction:
    """The constant rate that shows every frame of `stream`; a usual one where its mean is near one."""
    mean, base = stream.average_rate, stream.base_rate
    if not mean or not 0.1 < mean < 1000:
        mean = base if base and 0.1 < base < 1000 else Fraction(25)
    known = [*USUAL, base] if base else USUAL
    nearest = min(known, key=lambda rate: abs(rate - mean))
    return nearest if abs(nearest - mean) / mean < NEAR else Fraction(max(1, round(mean)))
