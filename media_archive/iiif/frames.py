"""One frame of a film as a pyramid: exactly the one that is on show at a moment. Runs in the reader process."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy
import pyvips
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from media_archive.errors import NotFound, Unsupported
from media_archive.renditions.pyramids.making import look, write
from media_archive.renditions.stills.pictures import bound
from media_archive.tools.child import reason

#: clocks of containers are rounded: a frame that begins so soon after the moment is the one that is meant
TOLERANCE = Fraction(1, 1000)
#: seconds before the moment from which decoding begins where the nearest key frame does not do
BACK = (0, 2, 10, 60)
#: AVCOL_TRC_SMPTE2084 (PQ) and AVCOL_TRC_ARIB_STD_B67 (HLG)
HIGH_RANGE = (16, 18)
#: of AVColorSpace
BT709, UNSPECIFIED, BT601 = 1, 2, 5
#: pictures of at least so many lines are coded by BT.709 where nothing is said
HIGH_DEFINITION = 720


def make(path: str, seconds: str, out: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Writes the frame on show `seconds` ("n/d") after the start of the film at `path` to `out`, upright, square pixels.

    plan: as of `pyramids.making.make`, and "max_frame_pixels", "standard_range": whether a film of high dynamic range is refused.
    NotFound where the film has ended by then; Unsupported where it cannot be decoded.
    """
    try:
        with av.open(path, options={"protocol_whitelist": "file"}, metadata_errors="replace") as film:
            stream = _picture(film)
            bound(stream.width, stream.height, plan["max_frame_pixels"])
            shown = _at(film, stream, Fraction(seconds))
            if plan["standard_range"] and shown.frame.color_trc in HIGH_RANGE:
                raise Unsupported("The film is of high dynamic range, which is shown by its proxy.")
            image = _image(_whole(shown), shown.frame, stream)
    except FFmpegError as exc:
        raise Unsupported("The frame cannot be decoded ({reason}).", reason=exc.strerror or reason(exc)) from exc
    write(image, out, plan)
    return look(out)


def _picture(film: InputContainer) -> VideoStream:
    streams = [one for one in film.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
    if not streams:
        raise Unsupported("The film has no picture.")
    return streams[0]


def _at(film: InputContainer, stream: VideoStream, seconds: Fraction) -> "_Shown":
    """The last frame that begins at the moment or before."""
    base = stream.time_base or Fraction(1, 1000)
    start = Fraction(stream.start_time or 0) * base
    for back in BACK:
        film.seek(int((start + max(Fraction(0), seconds - back)) / base), stream=stream, backward=True)
        found = _last_before(_frames(film, stream, base), start + seconds + TOLERANCE, from_start=seconds <= back)
        if found is None:
            continue
        if found.after is None and seconds >= found.at - start + _lasts(found.frame, stream, base):
            raise NotFound("The film has ended by then. Ask for an earlier moment.")
        return found
    raise Unsupported("The frame cannot be decoded ({reason}).", reason="no frame before it")


@dataclass
class _Shown:
    """A frame, the second at which it begins, and its neighbours where there are any."""

    frame: VideoFrame
    at: Fraction
    before: VideoFrame | None = None
    after: VideoFrame | None = None


def _last_before(frames: Iterator[tuple[Fraction, VideoFrame]], moment: Fraction, *, from_start: bool) -> _Shown | None:
    """The frame on show at `moment`; the first one there is if decoding began at the start; None if it began too late."""
    shown: _Shown | None = None
    for at, frame in frames:
        if at > moment:
            if shown is not None:
                shown.after = frame
                return shown
            return _Shown(frame, at, after=frame) if from_start else None
        shown = _Shown(frame, at, before=shown.frame if shown else None)
    return shown


def _lasts(frame: VideoFrame, stream: VideoStream, base: Fraction) -> Fraction:
    """Seconds for which a last frame is on show."""
    return max(Fraction(frame.duration or 0) * base, 1 / (stream.average_rate or Fraction(25)))


def _frames(film: InputContainer, stream: VideoStream, base: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Frames in the order they are shown, with their seconds; what cannot be decoded is passed over."""
    for packet in film.demux(stream):
        try:
            frames = packet.decode()
        except FFmpegError:
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame) and frame.pts is not None:
                yield frame.pts * base, frame


def _whole(shown: _Shown) -> VideoFrame:
    """The frame; of two fields taken at different moments, the first one made whole from its neighbours."""
    frame = shown.frame
    if not frame.interlaced_frame:
        return frame
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    weave, sink = graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink")
    source.link_to(weave)
    weave.link_to(sink)
    graph.configure()
    for one in (shown.before, frame, shown.after):
        if one is not None:
            graph.push(one)
    graph.push(None)
    with contextlib.suppress(av.error.EOFError):
        while True:
            made = graph.pull()
            # the filter counts in half ticks
            if isinstance(made, VideoFrame) and made.time == frame.time:
                return made
    return frame


def _image(whole: VideoFrame, frame: VideoFrame, stream: VideoStream) -> pyvips.Image:
    """`whole` upright, with square pixels, as the original `frame` of it describes its colours."""
    matrix = int(frame.colorspace)
    if matrix == UNSPECIFIED:
        matrix = BT709 if frame.height >= HIGH_DEFINITION else BT601
    width, height = _square(frame, stream)
    shown = whole.reformat(width, height, "rgb24", src_colorspace=matrix, interpolation="LANCZOS")
    pixels = numpy.ascontiguousarray(numpy.rot90(shown.to_ndarray(), round(frame.rotation / 90) % 4))
    high, wide, bands = pixels.shape
    return (
        pyvips.Image.new_from_memory(pixels.data, wide, high, bands, "uchar").copy(interpretation="srgb").copy_memory()
    )


def _square(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Width and height with square pixels."""
    aspect = stream.sample_aspect_ratio
    if not aspect or not 0.1 < aspect < 10:
        return frame.width, frame.height
    return max(1, round(frame.width * aspect)), frame.height
