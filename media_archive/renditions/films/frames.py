"""The one decoded picture and sound of a film, made right once and dealt out to everything that is made of them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from media_archive.renditions.films import toning
from media_archive.renditions.films.parts import FRAMES, LARGE, SOUND, Hand, Part
from media_archive.renditions.films.plan import Film, Size
from media_archive.renditions.recipes import book
from media_archive.tools import ffmpeg

#: lines from which a picture whose colours are not described is taken for high definition
HIGH_DEFINITION = 720
#: seconds decoded before a part of a film, so that a frame that stands long is found
LEAD = 2.0


def opened(film: Film) -> Any:
    """The input; of a span of the film, from a little before it."""
    most = book("film").common.max_frame_pixels
    return ffmpeg.source(
        film.source, max_pixels=most, **({"ss": f"{skipped:.6f}"} if (skipped := _skipped(film)) else {})
    )


def deal(film: Film, source: Any, parts: Sequence[Part]) -> list[Hand]:
    """The streams that each of `parts` takes, out of one decode of `source`."""
    hands: list[Hand] = [{} for _ in parts]
    takers = {
        name: [hand for part, hand in zip(parts, hands, strict=True) if name in part.takes]
        for name in (LARGE, FRAMES, SOUND)
    }
    if takers[SOUND] and film.sound:
        _give(film.sound.stream(source, film.picture.begins), "asplit", SOUND, takers[SOUND])
    picture = _steady(source[str(film.picture.index)], film)
    if takers[LARGE]:
        size = next(part.size for part in parts if LARGE in part.takes)
        rest: Hand = {}
        _give(_shown(picture, film, size), "split", LARGE, takers[LARGE] + ([rest] if takers[FRAMES] else []))
        if takers[FRAMES]:
            _give(rest[LARGE].filter("scale", *film.size), "split", FRAMES, takers[FRAMES])
    elif takers[FRAMES]:
        _give(_shown(picture, film, film.size), "split", FRAMES, takers[FRAMES])
    return hands


def _give(stream: Any, splitter: str, name: str, hands: Sequence[Hand]) -> None:
    split = stream.filter_multi_output(splitter, len(hands))
    for number, hand in enumerate(hands):
        hand[name] = split[number]


def _skipped(film: Film) -> float:
    """Seconds of the file that need not be decoded."""
    if film.span is None:
        return 0.0
    return max(0.0, film.picture.begins + float(film.span.first / film.rate) - LEAD)


def _steady(stream: Any, film: Film) -> Any:
    """Progressive frames at a constant rate; the first frame of the film, or of the span, at time zero."""
    picture, first = film.picture, film.span.first if film.span else 0
    if picture.fields:
        stream = stream.filter("setfield", picture.fields)
    if picture.interlaced or picture.fields:
        # only frames that say they are two fields are touched, each in the order it states, whatever the container says
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    if zero := picture.begins + float(first / film.rate) - _skipped(film):
        stream = stream.filter("setpts", f"round(PTS-{zero:.9f}/TB)")
    count = film.span.frames if film.span else round(picture.frames * film.rate / Fraction(picture.rate))
    if picture.frames:
        stream = stream.filter("tpad", stop=1, stop_mode="clone")
    stream = stream.filter("fps", fps=film.written_rate, start_time=0)
    return stream.filter("trim", end_frame=count) if count else stream


def _shown(stream: Any, film: Film, size: Size) -> Any:
    """Frames of `size` in square pixels, BT.709 in video range, on a ground where they are transparent."""
    if film.picture.transparent:
        stream = _grounded(stream, size)
    elif toning.needed(film.picture):
        stream = toning.tone(stream, film.picture, size)
    else:
        stream = stream.filter("scale", *size, in_color_matrix=_matrix(film), out_color_matrix="bt709", out_range="tv")
    plain = stream.filter("format", "yuv420p").filter("setsar", 1)
    return plain.filter("setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709")


def _matrix(film: Film) -> str:
    if film.picture.matrix_known:
        return "auto"
    return "bt709" if film.picture.height >= HIGH_DEFINITION else "bt601"


def _grounded(stream: Any, size: Size) -> Any:
    """What is transparent laid on the ground that photographs have."""
    red, green, blue = book("film").common.background
    sized = stream.filter("scale", *size, out_color_matrix="bt709", out_range="tv").filter("format", "yuva444p")
    both = sized.filter_multi_output("split", 2)
    ground = both[0].filter("drawbox", color=f"0x{red:02x}{green:02x}{blue:02x}@1", thickness="fill", replace=1)
    return ffmpeg.lay(ground, both[1])
