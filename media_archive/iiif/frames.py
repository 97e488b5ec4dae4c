"""One frame of a film as a pyramid: exactly the one that is on show at a moment. Runs in the reader process."""

from collections.abc import Iterator
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
            frame = _at(film, stream, Fraction(seconds))
            if plan["standard_range"] and frame.color_trc in HIGH_RANGE:
                raise Unsupported("The film is of high dynamic range, which is shown by its proxy.")
            bound(frame.width, frame.height, plan["max_frame_pixels"])
            image = _image(frame, stream)
    except FFmpegError as exc:
        raise Unsupported("The frame cannot be decoded ({reason}).", reason=exc.strerror or reason(exc)) from exc
    write(image, out, plan)
    return look(out)


def _picture(film: InputContainer) -> VideoStream:
    streams = [one for one in film.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
    if not streams:
        raise Unsupported("The film has no picture.")
    return streams[0]


def _at(film: InputContainer, stream: VideoStream, seconds: Fraction) -> VideoFrame:
    """The last frame that begins at the moment or before."""
    base = stream.time_base or Fraction(1, 1000)
    start = Fraction(stream.start_time or 0) * base
    for back in BACK:
        film.seek(int((start + max(Fraction(0), seconds - back)) / base), stream=stream, backward=True)
        if frame := _last_before(stream, film, start + seconds + TOLERANCE, base, start + seconds <= start + back):
            return frame
    raise Unsupported("The frame cannot be decoded ({reason}).", reason="no frame before it")


def _last_before(
    stream: VideoStream, film: InputContainer, moment: Fraction, base: Fraction, from_start: bool
) -> VideoFrame | None:
    """The frame on show at `moment`; the first one there is if decoding began at the start; None if it began too late."""
    shown: VideoFrame | None = None
    for frame in _frames(film, stream):
        if frame.pts * base > moment:
            return shown or (frame if from_start else None)
        shown = frame
    if shown is None:
        return None
    # nothing followed: the moment may be past the end
    rate = stream.average_rate or Fraction(25)
    lasts = Fraction(shown.duration or 0) * base or 1 / rate
    if moment - TOLERANCE >= shown.pts * base + max(lasts, 1 / rate):
        raise NotFound("The film has ended by then. Ask for an earlier moment.")
    return shown


def _frames(film: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Frames in the order they are shown; what cannot be decoded is passed over."""
    for packet in film.demux(stream):
        try:
            frames = packet.decode()
        except FFmpegError:
            continue
        yield from (frame for frame in frames if isinstance(frame, VideoFrame) and frame.pts is not None)


def _image(frame: VideoFrame, stream: VideoStream) -> pyvips.Image:
    matrix = int(frame.colorspace)
    if matrix == UNSPECIFIED:
        matrix = BT709 if frame.height >= HIGH_DEFINITION else BT601
    width, height = _square(frame, stream)
    shown = frame.reformat(width, height, "rgb24", src_colorspace=matrix, interpolation="LANCZOS")
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
