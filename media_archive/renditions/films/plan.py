"""What is known of a film before it is rendered: the measures that everything made of it shares."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media_archive.errors import TooLarge, Unsupported
from media_archive.metadata.normal.timecodes import counted_at
from media_archive.renditions import parameters
from media_archive.renditions.orders import Order
from media_archive.renditions.recipes import Given, Recipe, book
from media_archive.renditions.sound.evening import Even
from media_archive.renditions.sound.heard import Heard, heard
from media_archive.renditions.streams import Picture, Streams
from media_archive.tools import ffmpeg

Size = tuple[int, int]


@dataclass(frozen=True)
class Span:
    """A part of a film, as the proxy counts its frames: those from `first` on that come before `end`, if there is one."""

    first: int
    end: int | None
    #: second of the file before which nothing need be decoded: of a key frame that is shown no later than `first`
    seek: float = 0.0
    #: frames of the recording before this file, where it spans several
    offset: int = 0

    @property
    def begins(self) -> int:
        """Number of its first frame in the whole recording."""
        return self.first + self.offset


@dataclass(frozen=True)
class Film:
    """A film to render."""

    #: path of ffmpeg
    program: str
    source: Path
    streams: Streams
    picture: Picture
    sound: Heard | None
    #: seconds; 0 where nothing says how long it is
    duration: float
    #: frames a second of everything made
    rate: Fraction
    #: of the proxy, in pixels
    size: Size
    #: of the first frame, counted at `rate`
    timecode: str | None
    #: None for the whole
    span: Span | None = None
    #: its sound where that is not taken from the source
    even: Even | None = None

    @property
    def length(self) -> float:
        """Seconds that there are to make, as far as they are known."""
        if self.span is None or self.span.end is None:
            return self.duration
        return float((self.span.end - self.span.first) / self.rate)

    @property
    def written_rate(self) -> str:
        """The rate as "30000/1001"."""
        return f"{self.rate.numerator}/{self.rate.denominator}"


def measure(order: Order, streams: Streams) -> Film:
    """The film that `order` names. Unsupported, TooLarge where its picture cannot be decoded."""
    picture = pictured(streams)
    proxy = told(order, "proxy", parameters.Proxy)
    rate = Fraction(picture.rate)
    while rate > proxy.most_frames_a_second:
        rate /= 2
    code = counted_at(order.container.get("timecode") or {}, rate)
    return Film(
        program=ffmpeg.find(order.settings),
        source=order.source,
        streams=streams,
        picture=picture,
        sound=heard(streams),
        duration=streams.duration or 0.0,
        rate=rate,
        size=fit(picture.shown, proxy),
        timecode=code.text if code else None,
    )


def pictured(streams: Streams) -> Picture:
    picture, most = streams.picture, book("film").common.max_frame_pixels
    if picture is None:
        raise Unsupported("The film has no picture.")
    if picture.problem:
        raise Unsupported("The film's picture cannot be decoded ({reason}).", reason=picture.problem)
    if picture.width * picture.height > most:
        raise TooLarge(
            "The film's frames have {width} × {height} pixels; more than {bound} are not rendered.",
            width=picture.width,
            height=picture.height,
            bound=most,
        )
    return picture


def told(order: Order, name: str, shape: type[Given]) -> Given:
    """What the recipe `name` says, also where it is not to be made now: the others follow the proxy's size."""
    return named(order, name).told(shape)


def named(order: Order, name: str) -> Recipe:
    """The film recipe `name`, as ordered, or as it stands in the book."""
    return next(one for one in (*order.recipes, *book("film").recipe) if one.name == name)


def fit(shown: Size, bounds: parameters.Proxy) -> Size:
    """Even numbers of pixels within the recipe's edges, never more than there are."""
    (width, height), (long_edge, short_edge) = shown, (bounds.long_edge, bounds.short_edge)
    scale = min(1.0, long_edge / max(width, height), short_edge / min(width, height))
    return max(2, int(width * scale + 0.01) // 2 * 2), max(2, int(height * scale + 0.01) // 2 * 2)
