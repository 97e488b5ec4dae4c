"""Seeing what a film or recording holds by decoding its first frames. Runs in the reader process only."""

import contextlib
import struct
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from media_archive.errors import Unsupported
from media_archive.renditions.streams import Picture, Sound, Streams, Subtitle
from media_archive.tools.child import reason

#: packets read in search of a frame that can be decoded
PACKETS = 400
#: frames looked at: films whose titles are progressive and whose pictures are not tell it by the second or third
FRAMES = 3
#: AV_FIELD_TT ... AV_FIELD_BT of libavcodec: which field is shown first
INTERLACED = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}
#: codecs of films whose titles may be progressive and whose pictures, minutes later, are not; seconds of such films
MIXED, LONG = frozenset(("mpeg2video", "h264", "vc1")), 30
#: codecs whose frames never say that they are two fields: there the container is believed
SILENT_ON_FIELDS = frozenset(("rawvideo", "v210", "v410", "r210", "qtrle", "huffyuv", "ffvhuff", "png", "magicyuv"))
#: AVCOL_TRC_SMPTE2084 and AVCOL_TRC_ARIB_STD_B67
HIGH_RANGE = {16: "pq", 18: "hlg"}
#: AVCOL_PRI_BT2020, AVCOL_PRI_SMPTE431 and AVCOL_PRI_SMPTE432
PRIMARIES = {9: "bt2020", 11: "p3", 12: "p3"}
#: AVCOL_SPC_UNSPECIFIED
UNSPECIFIED = 2
#: decoders of subtitles that are text; those of discs and broadcasts are pictures
WRITTEN = frozenset(("ass", "ssa", "srt", "subrip", "mov_text", "webvtt", "text", "cc_dec", "sami", "stl", "realtext"))
#: rates that cameras mean
USUAL = [
    Fraction(n, d)
    for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
]
#: how many times the true rate a claim must be to mislead
MISLEADING = 4
#: so much a usual rate is changed by stamps in thousandths of a second
ROUNDING = 0.0002
#: frames a second beyond which a container is not believed, and stamps that tell a rate instead
FASTEST, FEWEST_STAMPS = 500, 10
#: a mean this near to a usual rate is that rate with dropped or late frames
NEAR = 0.05


def look(path: str) -> dict[str, Any]:
    """`Streams` of the file at `path`, as JSON."""
    with _opened(path) as container:
        duration = container.duration / av.time_base if container.duration and container.duration > 0 else None
        sounds = [made for stream in container.streams.audio if (made := _sound(stream))]
        subtitles = [_subtitle(stream) for stream in container.streams.subtitles]
        pictures = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
        picture = _picture(container, pictures[0]) if pictures else None
    return Streams(duration=duration, picture=picture, sounds=sounds, subtitles=subtitles).model_dump()


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


def lasting(path: str, patience: float) -> float | None:
    """Seconds to the last stamp in the file at `path`; as far as what was read in `patience` seconds tells of the rest."""
    patient, last, read = time.monotonic() + patience, 0.0, 0
    with _opened(path) as container, contextlib.suppress(FFmpegError):
        begins = (container.start_time or 0) / av.time_base
        for packet in container.demux():
            if packet.pts is not None and packet.time_base:
                last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base) - begins)
            read = max(read, packet.pos or 0)
            if time.monotonic() > patient and read:
                last *= container.size / read
                break
    return last or None


def _sound(stream: Any) -> Sound | None:
    layout = _layout(stream) if stream.codec_context else None
    if layout is None or not layout.nb_channels or not stream.sample_rate:
        return None
    return Sound(
        index=stream.index,
        channels=layout.nb_channels,
        sample_rate=stream.sample_rate,
        language=stream.language or "",
        title=stream.metadata.get("title", ""),
        placed=not layout.name.endswith("channels"),
    )


def _layout(stream: Any) -> Any:
    """The layout of a stream's channels, never let go of: PyAV 18 frees an unusual one together with its stream's."""
    layout = stream.layout
    _LAYOUTS.append(layout)
    return layout


_LAYOUTS: list[Any] = []


def _subtitle(stream: Any) -> Subtitle:
    codec = stream.codec_context.name if stream.codec_context else ""
    return Subtitle(
        index=stream.index,
        codec=codec,
        text=codec in WRITTEN,
        language=stream.language or "",
        title=stream.metadata.get("title", ""),
        forced=bool(stream.disposition & Disposition.forced),
    )


def _picture(container: InputContainer, stream: VideoStream) -> Picture:
    context = stream.codec_context
    if context is None:
        return Picture(index=stream.index, width=0, height=0, problem="unknown codec")
    made = Picture(index=stream.index, width=context.width, height=context.height, rate=str(_rate(stream)))
    try:
        frames = _first_frames(container, stream)
    except (FFmpegError, ValueError) as exc:
        made.problem = _said(exc)
        return made
    if not frames:
        made.problem = "no frame of it can be decoded"
        return made
    _describe(made, frames[0], stream)
    made.rate = str(_rate(stream, _counted(container, stream)))
    made.seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
    made.frames = _frames(stream, Fraction(made.rate))
    made.interlaced = any(frame.interlaced_frame for frame in frames)
    if not made.interlaced and context.name in SILENT_ON_FIELDS:
        made.fields = INTERLACED.get(context.field_order, "")
    if frames[0].time is not None:
        made.begins = max(0.0, frames[0].time - (container.start_time or 0) / av.time_base)
    if not made.interlaced and context.name in MIXED:
        made.interlaced = any(frame.interlaced_frame for frame in _later_frames(container, stream))
    return made


def _describe(made: Picture, frame: Any, stream: VideoStream) -> None:
    """What the first frame tells, and the stream where the frame does not."""
    made.width, made.height = frame.width, frame.height
    transfer = frame.color_trc if frame.color_trc in HIGH_RANGE else stream.codec_context.color_trc
    made.high_range = HIGH_RANGE.get(transfer, "")
    primaries = frame.color_primaries if frame.color_primaries in PRIMARIES else stream.codec_context.color_primaries
    made.primaries = PRIMARIES.get(primaries, "")
    made.brightest = _brightest(frame)
    made.matrix_known = frame.colorspace != UNSPECIFIED or frame.format.is_rgb
    made.transparent = any(component.is_alpha for component in frame.format.components)
    made.sideways = abs(frame.rotation) % 180 == 90
    made.turned = any(data.type.name == "DISPLAYMATRIX" for data in frame.side_data)
    aspect = stream.sample_aspect_ratio
    made.pixel_aspect = float(aspect) if aspect and 0.1 < aspect < 10 else 1.0


def _brightest(frame: Any) -> float:
    """What the frame says of the brightest light in the film (CTA-861.3), else of its mastering screen (SMPTE ST 2086)."""
    told = {data.type.name: bytes(data) for data in frame.side_data}
    if len(level := told.get("CONTENT_LIGHT_LEVEL", b"")) >= 4 and (most := struct.unpack_from("=I", level)[0]):
        return float(most)
    # AVMasteringDisplayMetadata: ten rationals, of which the last is the greatest luminance, and two flags
    if len(screen := told.get("MASTERING_DISPLAY_METADATA", b"")) >= 88:
        above, below, _, known = struct.unpack_from("=4i", screen, 72)
        return above / below if known and below > 0 and above > 0 else 0.0
    return 0.0


def _first_frames(container: InputContainer, stream: VideoStream) -> list[Any]:
    stream.thread_type = "NONE"
    failure: FFmpegError | None = None
    frames: list[Any] = []
    for number, packet in enumerate(container.demux(stream)):
        try:
            frames += packet.decode()
        except FFmpegError as exc:
            failure = exc
        if len(frames) >= FRAMES or number > PACKETS:
            break
    if failure and not frames:
        raise failure
    return frames


def _later_frames(container: InputContainer, stream: VideoStream) -> Iterator[Any]:
    """A frame from each quarter of a film that is long enough for its beginning not to tell of all of it."""
    seconds = (container.duration or 0) / av.time_base
    if seconds < LONG:
        return
    for quarter in (1, 2, 3):
        try:
            container.seek(int((container.start_time or 0) + seconds * quarter / 4 * av.time_base))
            packets = islice(container.demux(stream), PACKETS)
            yield from islice((frame for packet in packets for frame in packet.decode()), 1)
        except FFmpegError:
            continue  # it is looked for what can be found, not for damage


def _rate(stream: VideoStream, counted: Fraction | None = None) -> Fraction:
    """The constant rate that shows every frame of `stream`; a usual one where its mean, or what was `counted`, is near one."""
    mean, base = counted or stream.average_rate, stream.base_rate
    if not _plausible(mean):
        mean = base if _plausible(base) else Fraction(25)
    assert mean
    rounded = any(abs(rate - base) / base < ROUNDING for rate in USUAL) if base else True
    known = [*USUAL, base] if base and not counted and not rounded else USUAL
    nearest = min(known, key=lambda rate: abs(rate - mean))
    return nearest if abs(nearest - mean) / mean < NEAR else Fraction(max(1, round(mean)))


def _frames(stream: VideoStream, rate: Fraction) -> int:
    """Frames of a film whose coded pictures claim another rate, as coders of variable rates write it; else 0.

    Before its version 6, ffmpeg takes the last frame to be shown no longer than that claim says, and leaves it out.
    """
    claimed = stream.codec_context.framerate
    if not claimed or not stream.duration or not stream.time_base or claimed < rate * MISLEADING:
        return 0
    return round(stream.duration * stream.time_base * rate)


def _plausible(rate: Fraction | None) -> bool:
    return rate is not None and Fraction(1, 10) < rate < FASTEST


def _counted(container: InputContainer, stream: VideoStream) -> Fraction | None:
    """Frames a second by the stamps of the first packets, where what the container says cannot be."""
    if _plausible(stream.average_rate) or not stream.time_base:
        return None
    container.seek(0)
    stamps = sorted(one.pts for one in islice(container.demux(stream), PACKETS) if one.pts is not None)
    if len(stamps) < FEWEST_STAMPS or stamps[-1] == stamps[0]:
        return None
    rate = (len(stamps) - 1) / ((stamps[-1] - stamps[0]) * stream.time_base)
    return rate if _plausible(rate) else None
