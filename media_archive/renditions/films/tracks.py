"""Every sound track of a film that has several, and its subtitles: each a file of its own, out of the same run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from media_archive.renditions import parameters
from media_archive.renditions.films.parts import Hand
from media_archive.renditions.films.plan import Film
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.recipes import Recipe
from media_archive.renditions.sound.heard import Heard
from media_archive.tools import ffmpeg
from media_archive.words import Message

#: more than any film has; a file that claims thousands is no film
MOST = 64

ONE_TRACK = "The film has one sound track only, which its proxy plays."
NO_SUBTITLES = "The film has no subtitles."
NO_TEXT = "The film's subtitles are pictures or teletext ({codecs}), of which no text can be made."


class Tracks:
    """Each sound track in one or two channels."""

    takes: tuple[str, ...] = ()

    def __init__(self, recipe: Recipe, film: Film) -> None:
        self.recipe, self.size = recipe, film.size
        several = len(film.streams.sounds) > 1
        self._made = {f"track-{number}": one for number, one in enumerate(film.streams.sounds[:MOST], 1) if several}

    def sinks(self, film: Film, source: Any, _hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        coded = {"c:a": "aac", "b:a": self.recipe.told(parameters.Audio).bit_rate, "movflags": "+faststart"}
        for name, track in self._made.items():
            alone = Heard((track,))
            stream = alone.played(alone.stream(source, film.picture.begins, again=True))
            yield ffmpeg.sink([stream], Path(f"{name}.m4a"), **coded, map_metadata=-1, map_chapters=-1)

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """See `Part`."""
        there = {name: order.length(order.scratch / f"{name}.m4a") for name in self._made}
        told = [
            {"rendition": name, "channels": one.channels, "language": one.language, "title": one.title}
            for name, one in self._made.items()
            if there[name]
        ]
        for name in (str(one["rendition"]) for one in told):
            path = order.scratch / f"{name}.m4a"
            rendered.outputs.append(Output(name, self.recipe, path, "audio/mp4", duration=there[name]))
        if told:
            rendered.values[self.recipe.name] = {"tracks": told}
        else:
            rendered.without[self.recipe.name] = Message(ONE_TRACK)


class Subtitles:
    """Each track of subtitles that is text, as WebVTT."""

    takes: tuple[str, ...] = ()

    def __init__(self, recipe: Recipe, film: Film) -> None:
        self.recipe, self.size = recipe, film.size
        written = [one for one in film.streams.subtitles if one.text]
        self._made = {f"subtitles-{number}": one for number, one in enumerate(written[:MOST], 1)}

    def sinks(self, film: Film, source: Any, _hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        begins = film.picture.begins
        moved = {"output_ts_offset": f"{-begins:.6f}"} if begins else {}
        for name, one in self._made.items():
            yield ffmpeg.sink([source[str(one.index)]], Path(f"{name}.vtt"), **{"c:s": "webvtt"}, **moved)

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """See `Part`."""
        told = []
        for name, one in self._made.items():
            path = order.scratch / f"{name}.vtt"
            if path.exists() and b"-->" in path.read_bytes():
                rendered.outputs.append(Output(name, self.recipe, path, "text/vtt", duration=duration))
                facts = {"language": one.language, "title": one.title, "forced": one.forced}
                told.append({"rendition": name, **facts})
        drawn = sorted({one.codec or "?" for one in film.streams.subtitles if not one.text})
        if told:
            rendered.values[self.recipe.name] = {"tracks": told, "impossible": drawn}
        else:
            reason = Message(NO_TEXT, {"codecs": ", ".join(drawn)}) if drawn else Message(NO_SUBTITLES)
            rendered.without[self.recipe.name] = reason
