"""The one decoded picture and sound of a film, made right once and dealt out to everything that is made of them."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_archive.renditions.films import toning
from media_archive.renditions.films.parts import FRAMES, LARGE, SOUND, SURROUND, Hand, Part
from media_archive.renditions.films.plan import Film, Size
from media_archive.renditions.recipes import book
from media_archive.renditions.sound.heard import SAMPLE_RATE
from media_archive.renditions.streams import Picture
from media_archive.tools import ffmpeg

#: lines from which a picture whose colours are not described is taken for high definition
HIGH_DEFINITION = 720
#: A part of a film is sought without shifting any time, so that every frame keeps the number it has in the whole.
#: What lies before the part is decoded too, where the key frame sought does, and then left out.
SOUGHT: dict[str, Any] = {"copyts": None, "start_at_zero": None, "noaccurate_seek": None}
#: seconds of frames dealt before a part of a film, for what compares frames: longer than a frame stands before that is
#: noticed; and seconds sought earlier than told, for demuxers without an index look for a packet, not for a key frame
LEAD, SOUGHT_BEFORE = 2.5, 3.5


def opened(film: Film) -> Any:
    """The input; of a span of the film, from before it."""
    if film.span and (start := film.span.seek - SOUGHT_BEFORE) > 0:
        return source(film.source, film.picture, ss=f"{start:.6f}", **SOUGHT)
    return source(film.source, film.picture)


def source(path: Path, picture: Picture, **how: Any) -> Any:
    """The input whose pictures go, without beginning anew where their size changes, through filters that follow."""
    # those that ffmpeg puts before ours to turn it do not
    changing = {} if picture.turned else ffmpeg.CHANGING
    return ffmpeg.source(path, max_pixels=book("film").common.max_frame_pixels, **changing, **how)


def deal(film: Film, source: Any, parts: Sequence[Part], further: Sequence[Film] = ()) -> list[Hand]:
    """The streams that each of `parts` takes, out of one decode of `source`; the sound of `further` files after its own."""
    hands: list[Hand] = [{} for _ in parts]
    takers = {
        name: [hand for part, hand in zip(parts, hands, strict=True) if name in part.takes]
        for name in (LARGE, FRAMES, SOUND, SURROUND)
    }
    if film.sound and (takers[SOUND] or takers[SURROUND]):
        sound = film.sound.stream(source, film.picture.begins)
        if further:
            sound = ffmpeg.chain([sound, *(_sound(one) for one in further)])
        branches = film.sound.deal(sound, len(takers[SOUND]), len(takers[SURROUND]))
        for name, streams in zip((SOUND, SURROUND), branches, strict=True):
            _give(streams, name, takers[name])
    picture = _steady(source[str(film.picture.index)], film)
    if takers[LARGE]:
        size = next(part.size for part in parts if LARGE in part.takes)
        rest: Hand = {}
        _split(_shown(picture, film, size), LARGE, takers[LARGE] + ([rest] if takers[FRAMES] else []))
        if takers[FRAMES]:
            _split(rest[LARGE].filter("scale", *film.size), FRAMES, takers[FRAMES])
    elif takers[FRAMES]:
        _split(_shown(picture, film, film.size), FRAMES, takers[FRAMES])
    return hands


def _sound(film: Film) -> Any:
    """What is heard of a further file of a recording; silence where it has no sound."""
    if film.sound is None:
        return ffmpeg.silence(film.duration, SAMPLE_RATE)
    return film.sound.stream(opened(film), film.picture.begins)


def _split(stream: Any, name: str, hands: Sequence[Hand]) -> None:
    split = stream.filter_multi_output("split", len(hands))
    _give([split[number] for number in range(len(hands))], name, hands)


def _give(streams: Sequence[Any], name: str, hands: Sequence[Hand]) -> None:
    for stream, hand in zip(streams, hands, strict=True):
        hand[name] = stream


def _steady(stream: Any, film: Film) -> Any:
    """Progressive frames at a constant rate; the first frame of the film at time zero, those of a span at theirs and a little before."""
    picture, span = film.picture, film.span
    if picture.fields:
        stream = stream.filter("setfield", picture.fields)
    if picture.interlaced or picture.fields:
        if not picture.turned:  # it compares frames, so that all must be of one size; most are, and pass untouched
            stream = stream.filter("scale", picture.width, picture.height, interl=-1)
        # only frames that say they are two fields are touched, each in the order it states, whatever the container says
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    if picture.begins:
        stream = stream.filter("setpts", f"round(PTS-{picture.begins:.9f}/TB)")
    # the number of the frame after the last, where the coded pictures would give one too few
    whole = round(picture.frames * film.rate / Fraction(picture.rate))
    stream = to_the_last(stream, whole)
    if span is None:
        stream = stream.filter("fps", fps=film.written_rate, start_time=0)
        return stream.filter("trim", end_frame=whole) if whole else stream
    # times are counted in frames from here on
    stream = stream.filter("fps", fps=film.written_rate, **({"start_time": 0} if not span.first else {}))
    begins, end = max(0, span.first - round(LEAD * film.rate)), span.end or whole
    stream = stream.filter("trim", start_pts=begins, **({"end_pts": end} if end else {}))
    return stream.filter("setpts", f"PTS+{span.offset}") if span.offset else stream


def to_the_last(stream: Any, whole: int) -> Any:
    """`stream`, in which the last frame stands long enough where a number of frames is known (see `looking`)."""
    return stream.filter("tpad", stop=1, stop_mode="clone") if whole else stream


def _shown(stream: Any, film: Film, size: Size) -> Any:
    """Frames of `size` in square pixels, BT.709 in video range, on a ground where they are transparent."""
    if film.picture.transparent:
        stream = _grounded(stream, film.picture, size)
    elif toning.needed(film.picture):
        stream = toning.tone(stream, film.picture, size)
    else:
        stream = _sized(stream, film.picture, size)
    plain = stream.filter("format", "yuv420p").filter("setsar", 1)
    return plain.filter("setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709")


def _sized(stream: Any, picture: Picture, size: Size) -> Any:
    return stream.filter("scale", *size, in_color_matrix=matrix_of(picture), out_color_matrix="bt709", out_range="tv")


def matrix_of(picture: Picture) -> str:
    """By which matrix colours are decoded: as the file says, else as is usual for their size."""
    if picture.matrix_known:
        return "auto"
    return "bt709" if picture.height >= HIGH_DEFINITION else "bt601"


def _grounded(stream: Any, picture: Picture, size: Size) -> Any:
    """What is transparent laid on the ground that photographs have."""
    red, green, blue = book("film").common.background
    sized = _sized(stream, picture, size).filter("format", "yuva444p")
    both = sized.filter_multi_output("split", 2)
    ground = both[0].filter("drawbox", color=f"0x{red:02x}{green:02x}{blue:02x}@1", thickness="fill", replace=1)
    return ffmpeg.lay(ground, both[1])
