"""A film made in pieces: the pictures of each stretch by themselves, the sound at once in whole, then all joined.

What comes out is what one run over the whole film gives, frame by frame: every frame keeps the number it has there.
A recording that spans several files is made so too: its pieces are the files.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from media_archive.errors import Unreadable, Unsupported
from media_archive.renditions import parameters
from media_archive.renditions.films.parts import FRAMES, LARGE, Divided, Part, Stretch
from media_archive.renditions.films.plan import Film, Span, measure, told
from media_archive.renditions.films.proxy import Played
from media_archive.renditions.films.rendering import decode, gather, parts_of
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.streams import Streams
from media_archive.tools.isolation import reader

#: what the sound's piece gave, beside its files
TOLD = "told.json"


class Share(BaseModel):
    """What one piece is made of."""

    of: Literal["sound", "picture"]
    #: number of the file among those of the recording
    source: int = 0
    #: see `plan.Span`
    first: int = 0
    end: int | None = None
    seek: float = 0.0
    offset: int = 0
    #: seconds of the whole film, as far as it is known before
    total: float

    @property
    def span(self) -> Span:
        """The stretch of the film."""
        return Span(self.first, self.end, self.seek, self.offset)


@dataclass(frozen=True)
class Wanted:
    """The pieces a film is to be made in, and what its files hold."""

    streams: Sequence[Streams]
    shares: Sequence[Share]


def wanted(order: Order, seconds: float | None) -> Wanted | None:
    """The pieces that `order` is made in (see `divide`); None where it is better made in one."""
    streams = look(order)
    shares = divide(order, streams, seconds)
    return Wanted(streams, shares) if shares else None


def look(order: Order) -> list[Streams]:
    """What each file of the film holds."""
    return [one.streams() for one in _files(order)]


def divide(order: Order, streams: Sequence[Streams], seconds: float | None) -> list[Share]:
    """The pieces that `order` is made in, each of about `seconds` of film, or of one whole file where that is None.

    Empty where the film is better made in one: it is too short, cannot be cut, or nothing of its picture is wanted.
    """
    films = _measured(order, streams)
    parts = list(parts_of(order, films[0], Rendered()))
    if not any(_sees(part) for part in parts) or not all(isinstance(part, Divided) for part in parts if _sees(part)):
        return []
    total = sum(film.duration for film in films)
    shares: list[Share] = []
    offset = 0
    for number, film in enumerate(films):
        for first, end, seek in _spans(order, film, seconds):
            span = {"first": first, "end": end, "seek": seek, "offset": offset}
            shares.append(Share(of="picture", source=number, total=total, **span))
        offset += round(film.duration * film.rate)
    if len(shares) < 2:
        return []
    heard = [Share(of="sound", total=total)] if films[0].sound and _audible(parts, films[0]) else []
    return heard + shares


def make(order: Order, streams: Sequence[Streams], share: Share) -> None:
    """Leaves in scratch what `share` gives. `order.sources` are all files for the sound, else the one it is of."""
    if share.of == "sound":
        _make_sound(order, streams, share)
        return
    film = _lasting(measure(order, streams[share.source]), share.total)
    parts = [part for part in parts_of(order, film, Rendered()) if _sees(part)]
    # without the sound: to listen to it to the end would mean to play the whole film for every stretch
    film = replace(film, span=share.span, sound=None)
    decode(order, film, parts)
    _check(order, share, parts)


def join(order: Order, streams: Sequence[Streams], shares: Sequence[Share], folders: Sequence[Path]) -> Rendered:
    """The whole film, in scratch, out of what `make` left of each share in its folder."""
    film = _lasting(measure(order, streams[0]), shares[0].total)
    width, height = film.picture.shown
    rendered = Rendered(width=width, height=height)
    parts = list(parts_of(order, film, rendered))
    made = [Stretch(share.span, folder) for share, folder in zip(shares, folders, strict=True) if share.of == "picture"]
    for share, folder in zip(shares, folders, strict=True):
        if share.of == "sound":
            _take_sound(order, folder, rendered)
    seen = [part for part in parts if isinstance(part, Divided) and _sees(part)]
    for part in seen:
        part.combine(order, film, made)
    gather(order, film, seen, film.duration, rendered)
    return rendered


def render(order: Order, streams: Sequence[Streams], shares: Sequence[Share]) -> Rendered:
    """All of it here, one piece after another."""
    folders = []
    for number, share in enumerate(shares):
        folder = order.scratch / str(number)
        folder.mkdir()
        source = order.source if share.of == "sound" else (order.sources or (order.source,))[share.source]
        make(replace(order, source=source, scratch=folder), streams, share)
        folders.append(folder)
    return join(order, streams, shares, folders)


def _lasting(film: Film, total: float) -> Film:
    """`film` as the whole recording of `total` seconds, of which it may be a file."""
    picture = film.picture if film.duration == total else film.picture.model_copy(update={"seconds": None})
    return replace(film, picture=picture, duration=total)


def _measured(order: Order, streams: Sequence[Streams]) -> list[Film]:
    films = [measure(one, found) for one, found in zip(_files(order), streams, strict=True)]
    first = films[0]
    if any((film.rate, film.picture.shown) != (first.rate, first.picture.shown) for film in films):
        raise Unsupported("The parts of this recording differ in size or rate and cannot be joined.")
    return films


def _files(order: Order) -> list[Order]:
    """An order for each file of the recording; what the record says of its length is said of all together."""
    if not order.sources:
        return [order]
    return [replace(order, source=path) for path in order.sources]


def _spans(order: Order, film: Film, seconds: float | None) -> Iterator[tuple[int, int | None, float]]:
    """First frame, end, and where to seek, of each stretch between two key frames."""
    # a film that is a frame too long gets no piece more
    count = max(1, round(film.duration / seconds)) if seconds else 1
    moments = [film.picture.begins + film.duration * number / count for number in range(1, count)]
    group = told(order, "proxy", parameters.Proxy).group
    least = max(group, int(film.duration / count / 2 * film.rate))
    begun, sought = 0, 0.0
    for key in _key_frames(order, film, moments) if moments else []:
        # at a multiple of the proxy's own group after the key frame, as if it had never been cut
        frame = ceil((Fraction(key - film.picture.begins) * film.rate + 1) / group) * group
        if min(frame - begun, int(film.duration * film.rate) - frame) >= least:
            yield begun, frame, sought
            begun, sought = frame, key
    yield begun, None, sought


def _key_frames(order: Order, film: Film, moments: Sequence[float]) -> list[float]:
    found: list[float] = reader().call(
        "media_archive.renditions.films.seams:key_frames",
        *(str(film.source), film.picture.index, moments),
        timeout=order.settings.reader_seconds,
    )
    return found


def _sees(part: Part) -> bool:
    return FRAMES in part.takes or LARGE in part.takes


def _audible(parts: Sequence[Part], film: Film) -> list[Part]:
    """What is made of the sound alone: the proxies' own among it."""
    voices = [voice for part in parts if isinstance(part, Divided) and (voice := part.voice(film))]
    return voices + [part for part in parts if not _sees(part)]


def _make_sound(order: Order, streams: Sequence[Streams], share: Share) -> None:
    films = _measured(order, streams)
    film = _lasting(films[0], share.total)
    rendered = Rendered()
    parts = _audible(list(parts_of(order, film, Rendered())), film)
    seconds = decode(order, film, parts, films[1:])
    for part in parts:
        part.gather(order, film, seconds, rendered)
    outputs = [asdict(one) | {"recipe": one.recipe.name, "path": one.path.name} for one in rendered.outputs]
    without = {name: reason.to_json() for name, reason in rendered.without.items()}
    text = json.dumps({"outputs": outputs, "values": rendered.values, "without": without})
    (order.scratch / TOLD).write_text(text, "utf-8")


def _take_sound(order: Order, folder: Path, rendered: Rendered) -> None:
    """What the sound's piece gave, and the proxies' sound into scratch."""
    recipes = {one.name: one for one in order.recipes}
    given: dict[str, Any] = json.loads((folder / TOLD).read_text("utf-8"))
    for path in folder.iterdir():
        path.rename(order.scratch / path.name)
    for one in given["outputs"]:
        facts = one | {"recipe": recipes[one["recipe"]], "path": order.scratch / one["path"]}
        rendered.outputs.append(Output(**facts))
    rendered.values |= given["values"]


def _check(order: Order, share: Share, parts: Sequence[Part]) -> None:
    """A stretch with more or fewer frames than it should have would move all that come after it."""
    played = next((part for part in parts if isinstance(part, Played)), None)
    if played is None:
        return
    path = order.scratch / played.file
    count = reader().call("media_archive.renditions.films.joining:count", str(path)) if path.exists() else 0
    if not count or (share.end is not None and count != share.end - share.first):
        raise Unreadable("A stretch of the film has {count} frames, not those it should have.", count=count)
