"""The renditions of sound: what is played, its waveform, and a small picture of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from media_archive.errors import Unsupported
from media_archive.renditions import parameters
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.recipes import Recipe, book
from media_archive.renditions.sound.heard import SAMPLE_RATE, Heard, heard
from media_archive.renditions.sound.peaks import Peaks
from media_archive.renditions.streams import Streams
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader
from media_archive.tools.runner import run
from media_archive.words import Message

AUDIO, PEAKS, WAVEFORM = "audio.m4a", "peaks.json", "waveform.jpg"
#: of the length a file claims, and seconds of it, that may be missing: tracks of one film differ in length
SLACK, SLACK_SECONDS = 0.1, 1.0

ENDS_EARLY = "The recording's data end early: {seconds} s of {claimed} s can be played."


def render_sound(order: Order) -> Rendered:
    """Everything that can be made of a recording."""
    return make(order, order.streams())


def make(order: Order, streams: Streams) -> Rendered:
    """The renditions of the sound among `streams`."""
    sound = heard(streams)
    if sound is None:
        raise Unsupported("The file holds no sound that can be decoded.")
    recipe = order.wanted("peaks") or order.wanted("waveform")
    peaks = Peaks(_peaks(), sound.channels, SAMPLE_RATE) if recipe else None
    seconds = _run(order, streams, sound, peaks)
    path, audio = order.scratch / AUDIO, order.wanted("audio")
    duration = order.length(path) if audio else seconds
    if not duration:
        raise Unsupported("No sample of the sound can be decoded.")
    made = [Output("audio", audio, path, "audio/mp4", duration=duration)] if audio else []
    made += [*waveform(order, order.wanted("peaks"), peaks), *_drawn(order)] if peaks else []
    problem = None
    if streams.duration and ends_early(duration, streams.duration):
        problem = Message(ENDS_EARLY, {"seconds": round(duration, 1), "claimed": round(streams.duration, 1)})
    return Rendered(made, duration=duration, problem=problem)


def _peaks() -> parameters.Peaks:
    return next(one for one in book("sound").recipe if one.made_by == "peaks").told(parameters.Peaks)


def ends_early(duration: float, claimed: float) -> bool:
    """Whether more is missing of the length claimed than tracks of one file differ by."""
    return claimed - duration > max(SLACK_SECONDS, claimed * SLACK)


def _run(order: Order, streams: Streams, sound: Heard, peaks: Peaks | None) -> float:
    """Plays the sound through once; how many seconds there were."""
    clock = ffmpeg.Clock()

    def follow(line: str) -> bool:
        alive = clock.read(line)
        if alive and streams.duration:
            order.progress(min(1.0, clock.seconds / streams.duration))
        return alive

    run(
        ffmpeg.command(ffmpeg.find(order.settings), list(_outputs(order, sound, peaks))),
        timeout=order.bounds(streams.duration),
        progress=follow,
        sink=peaks.take if peaks else None,
        cancel=order.cancel,
        cwd=order.scratch,
    )
    return clock.seconds


def _outputs(order: Order, sound: Heard, peaks: Peaks | None) -> Iterator[Any]:
    stream, audio = sound.stream(ffmpeg.source(order.source)), order.wanted("audio")
    both = [stream, stream]
    if audio and peaks:
        split = stream.filter_multi_output("asplit", 2)
        both = [split[0], split[1]]
    if audio:
        rate = audio.told(parameters.Audio).bit_rate
        options = {"c:a": "aac", "b:a": rate, "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}
        yield ffmpeg.sink([both[0]], Path(AUDIO), **options)
    if peaks:
        yield ffmpeg.sink([both[1]], None, format="s16le", acodec="pcm_s16le", ac=sound.channels)


def waveform(order: Order, recipe: Recipe | None, peaks: Peaks) -> list[Output]:
    """The waveform as files; none of a track without a sample."""
    peaks.finish()
    if not peaks.length:
        return []
    path = order.scratch / PEAKS
    peaks.write(path)
    return [Output("peaks", recipe, path, "application/json")] if recipe else []


def _drawn(order: Order) -> list[Output]:
    recipe, target = order.wanted("waveform"), order.scratch / WAVEFORM
    if recipe is None or not (order.scratch / PEAKS).exists():
        return []
    told = recipe.told(parameters.Waveform)
    reader().call(
        "media_archive.renditions.sound.drawing:draw",
        *(str(order.scratch / PEAKS), str(target), told.width, told.height, told.quality),
        timeout=order.settings.reader_seconds,
    )
    return [Output("thumb", recipe, target, "image/jpeg", told.width, told.height)]
