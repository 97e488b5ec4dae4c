"""What is played in place of a film: one MP4 file in fragments, whose bytes serve whole, in ranges, and as HLS."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from media_archive.renditions import parameters
from media_archive.renditions.films.parts import FRAMES, LARGE, SOUND, Hand, Stretch
from media_archive.renditions.films.plan import Film, Size
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.recipes import Recipe
from media_archive.renditions.streaming import playlist
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader
from media_archive.tools.runner import run

#: Fragments begin at key frames, and the index of all of them stands before the first, so that nothing at the end must
#: be read to seek. Offsets are relative, for the index is put in afterwards; and no frame has a negative composition
#: offset, because browsers would show every frame late.
FRAGMENTED = "+frag_keyframe+delay_moov+global_sidx+skip_trailer+default_base_moof+use_metadata_tags"

#: packets of the picture that wait for the first of the sound: an hour of most films
MOST_WAITING = 1 << 18
#: samples that ffmpeg's AAC coder puts before the first
PRIMING = 1024


class Played:
    """A proxy and its playlist."""

    def __init__(self, recipe: Recipe, size: Size, *, large: bool = False) -> None:
        self.recipe, self.size = recipe, size
        self.takes = (LARGE if large else FRAMES, SOUND)
        self.file = playlist.file_of(name_of(recipe))

    def sinks(self, film: Film, _source: Any, hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        told = self.recipe.told(parameters.Proxy)
        if film.span:
            # only the picture, without anything around it that would have to be taken off again
            alone = hand[self.takes[0]].filter("trim", start_pts=film.span.begins)
            alone = alone.filter("setpts", f"PTS-{film.span.begins}")
            yield ffmpeg.sink([alone], self.file, **pictures(told, film), map_metadata=-1, format="mp4")
            return
        played = [_primed(hand[name]) if name == SOUND else hand[name] for name in self.takes if name in hand]
        options = pictures(told, film) | (sounds(told) if SOUND in hand else {}) | container(told, film)
        yield ffmpeg.sink(played, self.file, **options)

    def voice(self, film: Film) -> "Voice":
        """See `Divided`."""
        return Voice(self.recipe, film)

    def combine(self, order: Order, film: Film, stretches: Sequence[Stretch]) -> None:
        """See `Divided`."""
        joined, sound = order.scratch / f"joined-{self.file}", order.scratch / sound_of(self.recipe)
        reader().call(
            "media_archive.renditions.films.joining:join",
            *([str(one.folder / self.file) for one in stretches], film.written_rate, str(joined)),
            timeout=order.bounds(film.duration).timeout,
        )
        coded = [ffmpeg.source(joined)["v"]] + ([ffmpeg.source(sound)["a"]] if sound.exists() else [])
        options = {"c": "copy"} | container(self.recipe.told(parameters.Proxy), film)
        whole = ffmpeg.sink(coded, self.file, **options)
        run(ffmpeg.command(film.program, [whole]), timeout=order.bounds(film.duration), cwd=order.scratch)
        joined.unlink()

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """See `Part`."""
        rendered.outputs += outputs(self.recipe, order.scratch / self.file, self.size, film, duration)


def _primed(sound: Any) -> Any:
    """`sound` whose first samples give way to those that the coder puts before them.

    Otherwise the sound would begin before the picture, by an edit list that readers of fragments understand differently:
    some would show every frame 21 ms late.
    """
    return sound.filter("atrim", start_sample=PRIMING)


def name_of(recipe: Recipe) -> str:
    """The rendition of a proxy's recipe that is the film."""
    return next(name for name, kind in recipe.outputs.items() if kind == "video/mp4")


def sound_of(recipe: Recipe) -> str:
    """How the sound alone of a proxy is called while its picture is made in pieces."""
    return f"{name_of(recipe)}.m4a"


class Voice:
    """The sound alone of a proxy whose picture is made in pieces."""

    takes = (SOUND,)

    def __init__(self, recipe: Recipe, film: Film) -> None:
        self.recipe, self.size = recipe, film.size

    def sinks(self, _film: Film, _source: Any, hand: Hand) -> Iterator[Any]:
        """See `Part`."""
        told = self.recipe.told(parameters.Proxy)
        # not in fragments: of the last packet only those samples count that are heard, as in a proxy made at once
        yield ffmpeg.sink([_primed(hand[SOUND])], Path(sound_of(self.recipe)), **sounds(told), map_metadata=-1)

    def gather(self, order: Order, film: Film, duration: float, rendered: Rendered) -> None:
        """It is put to the picture by `Played.combine`."""


def pictures(told: parameters.Proxy, film: Film) -> dict[str, Any]:
    """How the picture is coded."""
    return {
        "c:v": "libx264",
        "preset": told.preset,
        "crf": told.quality,
        "maxrate": told.most_bit_rate,
        "bufsize": 2 * told.most_bit_rate,
        "pix_fmt": "yuv420p",
        "g": told.group,
        "r": film.written_rate,
        "fps_mode": "cfr",
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "color_range": "tv",
    }


def sounds(told: parameters.Proxy) -> dict[str, Any]:
    """How the sound is coded."""
    return {"c:a": "aac", "b:a": told.audio_bit_rate}


def container(told: parameters.Proxy, film: Film) -> dict[str, Any]:
    """How both are put into one file, also where they were coded before; with the timecode of the first frame."""
    # places and names that the camera wrote are the catalogue's to show or withhold
    plain = {"map_metadata": -1, "map_chapters": -1, "max_muxing_queue_size": MOST_WAITING}
    fragments = {"movflags": FRAGMENTED, "min_frag_duration": round(told.segment_seconds * 1_000_000)}
    # the timecode is written among the facts, for a track of it would make readers go through all fragments first
    code = {"metadata": f"timecode={film.timecode}"} if film.timecode else {}
    return plain | fragments | {"write_tmcd": 0} | code


def outputs(recipe: Recipe, path: Path, size: Size, film: Film, duration: float) -> list[Output]:
    """The proxy at `path` and the playlist made of its boxes."""
    made = []
    for name, kind in recipe.outputs.items():
        if kind == playlist.MEDIA_TYPE:
            target = path.with_name(f"{name}.m3u8")
            target.write_text(playlist.of_file(path, duration), "ascii")
            made.append(Output(name, recipe, target, kind, duration=duration))
        else:
            made.append(Output(name, recipe, path, kind, *size, duration, film.written_rate))
    return made
