"""A film's renditions, all out of one decode in one process."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from media_archive.errors import Crashed, Unreadable, Unsupported
from media_archive.renditions import parameters
from media_archive.renditions.films import frames, toning, ways
from media_archive.renditions.films.noticing import Noticing
from media_archive.renditions.films.parts import Part
from media_archive.renditions.films.plan import Film, fit, measure
from media_archive.renditions.films.poster import Poster
from media_archive.renditions.films.proxy import Played
from media_archive.renditions.films.sprites import Sprites
from media_archive.renditions.films.tracks import Subtitles, Tracks
from media_archive.renditions.films.waveform import Waveform
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import Recipe, always, of
from media_archive.renditions.sound import evening
from media_archive.renditions.sound import rendering as sounds
from media_archive.renditions.sound.heard import heard
from media_archive.tools import ffmpeg
from media_archive.tools.runner import run
from media_archive.words import Message

SILENT = "The film has no sound that can be decoded."
ENDS_EARLY = "The film's data end early: {seconds} s of {claimed} s can be played."
ONLY_SOUND = "The film's picture cannot be decoded ({reason}); only its sound can be played."
NO_WAY = "The film records no way along which it was taken."
NO_LARGER = "The film has no more pixels than its smaller proxy shows."


def render_film(order: Order) -> Rendered:
    """Everything that can be made of the film; its sound alone where its picture cannot be decoded."""
    streams = order.streams()
    try:
        return _render(order, measure(order, streams))
    except Crashed:
        raise  # what hangs once hangs again
    except Unreadable as exc:
        if not streams.sounds:
            raise
        rendered = sounds.make(replace(order, recipes=always("sound")), streams)
        rendered.problem = Message(ONLY_SOUND, {"reason": str(exc).rstrip(".")})
        return rendered


def _render(order: Order, film: Film) -> Rendered:
    try:
        return _made(order, film)
    except Unreadable as exc:
        if not evening.uneven(exc):
            raise
    even = evening.evened(order, film.streams)
    streams = film.streams.model_copy(update={"sounds": even.sounds})
    return _made(order, replace(film, even=even, streams=streams, sound=heard(streams)))


def _made(order: Order, film: Film) -> Rendered:
    width, height = film.picture.shown
    rendered = Rendered(width=width, height=height)
    parts = list(parts_of(order, film, rendered))
    seconds = decode(order, film, parts)
    gather(order, film, parts, seconds, rendered)
    return rendered


def gather(order: Order, film: Film, parts: Sequence[Part], seconds: float, rendered: Rendered) -> None:
    """Puts into `rendered` what `parts` left in scratch after a run that got `seconds` far."""
    played = [order.scratch / one.file for one in parts if isinstance(one, Played)]
    duration = order.length(played[0]) if played else seconds and (film.duration or seconds)
    if not duration:
        raise Unsupported("No frame of the film can be decoded.")
    for part in parts:
        part.gather(order, film, duration, rendered)
    if not played:
        return
    rendered.duration = duration
    if sounds.ends_early(duration, film.duration):
        facts = {"seconds": round(duration, 1), "claimed": round(film.duration, 1)}
        rendered.problem = Message(ENDS_EARLY, facts)


def parts_of(order: Order, film: Film, rendered: Rendered) -> Iterator[Part]:
    """What the ordered recipes ask of the decode; `rendered` is told which of them give nothing, and why."""
    for recipe in order.recipes:
        if recipe.made_by == "proxy":
            size = fit(film.picture.shown, recipe.told(parameters.Proxy))
            large = recipe.name != "proxy"
            if large and size == film.size:
                rendered.without[recipe.name] = Message(NO_LARGER)
            else:
                yield Played(recipe, size, large=large)
        elif recipe.made_by in MAKERS:
            yield MAKERS[recipe.made_by](recipe, film)
        elif recipe.made_by == "fingerprint" and not order.wanted("poster"):
            # it is that of the frame that stands for the film
            yield Poster(of("film", "poster"), film)
        elif recipe.made_by == "peaks" and film.sound:
            yield Waveform(recipe, film)
        elif recipe.made_by == "peaks":
            rendered.without[recipe.name] = Message(SILENT)
        elif recipe.made_by == "gps-track":
            _way(order, recipe, rendered)


def _way(order: Order, recipe: Recipe, rendered: Rendered) -> None:
    """What needs no decoding."""
    if (made := ways.write(recipe, order.record, order.scratch)) is None:
        rendered.without[recipe.name] = Message(NO_WAY)
    else:
        rendered.outputs.append(made)


MAKERS: dict[str, Callable[..., Part]] = {
    "sprites": Sprites,
    "poster": Poster,
    "analysis": Noticing,
    "tracks": Tracks,
    "subtitles": Subtitles,
}


def command(film: Film, parts: Sequence[Part], further: Sequence[Film] = ()) -> list[str]:
    """The one command that makes all `parts` of `film`, or of its span, in the folder where it runs; empty for nothing."""
    source = frames.opened(film)
    hands = frames.deal(film, source, parts, further)
    outputs = [sink for part, hand in zip(parts, hands, strict=True) for sink in part.sinks(film, source, hand)]
    return ffmpeg.command(film.program, outputs) if outputs else []


def decode(order: Order, film: Film, parts: Sequence[Part], further: Sequence[Film] = ()) -> float:
    """Plays the film, or its span, through once, in scratch; how many seconds there were, or are where nothing is made.

    Of `further` files of the same recording only the sound is played, after the film's own.
    """
    if not (asked := command(film, parts, further)):
        return film.duration
    if toning.needed(film.picture):
        toning.write(film.picture, order.scratch)
    clock = ffmpeg.Clock()

    def follow(line: str) -> bool:
        alive = clock.read(line)
        if alive and film.length:
            order.progress(min(1.0, clock.seconds / film.length))
        return alive

    listening = [part.take for part in parts if isinstance(part, Waveform)]
    run(
        asked,
        timeout=order.bounds(film.length),
        progress=follow,
        sink=listening[0] if listening else None,
        cancel=order.cancel,
        cwd=order.scratch,
    )
    return clock.seconds or (film.duration if clock.wrote else 0.0)
