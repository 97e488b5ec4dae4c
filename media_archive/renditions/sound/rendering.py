"""The renditions of sound: what is played, its waveform, and a small picture of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from media_archive.errors import Unsupported
from media_archive.renditions import parameters
from media_archive.renditions.analysis import filters, notes
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output, Rendered
from media_archive.renditions.sound.heard import Heard, heard
from media_archive.renditions.sound.listening import PEAKS, Listening
from media_archive.renditions.streams import Streams
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader
from media_archive.tools.runner import run
from media_archive.words import Message

AUDIO, WAVEFORM = "audio.m4a", "waveform.jpg"
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
    listening = Listening(order, sound)
    seconds = _run(order, streams, sound, listening)
    path, audio = order.scratch / AUDIO, order.wanted("audio")
    duration = order.length(path) if audio else seconds
    if not duration:
        raise Unsupported("No sample of the sound can be decoded.")
    made = [Output("audio", audio, path, "audio/mp4", duration=duration)] if audio else []
    made += [*listening.outputs(), *_drawn(order), *_noticed(order, duration)]
    problem = None
    if streams.duration and ends_early(duration, streams.duration):
        problem = Message(ENDS_EARLY, {"seconds": round(duration, 1), "claimed": round(streams.duration, 1)})
    return Rendered(made, duration=duration, problem=problem)


def ends_early(duration: float, claimed: float) -> bool:
    """Whether more is missing of the length claimed than tracks of one file differ by."""
    return claimed - duration > max(SLACK_SECONDS, claimed * SLACK)


def _run(order: Order, streams: Streams, sound: Heard, listening: Listening) -> float:
    """Plays the sound through once; how many seconds there were."""
    clock = ffmpeg.Clock()

    def follow(line: str) -> bool:
        alive = clock.read(line)
        if alive and streams.duration:
            order.progress(min(1.0, clock.seconds / streams.duration))
        return alive

    run(
        ffmpeg.command(ffmpeg.find(order.settings), list(_outputs(order, sound, listening))),
        timeout=order.bounds(streams.duration),
        progress=follow,
        sink=listening.take if listening.wanted else None,
        cancel=order.cancel,
        cwd=order.scratch,
    )
    return clock.seconds


def _outputs(order: Order, sound: Heard, listening: Listening) -> Iterator[Any]:
    audio, analysis = order.wanted("audio"), order.wanted("analysis")
    wanted = (audio is not None, listening.wanted)
    stream = sound.stream(ffmpeg.source(order.source))
    played, measured = sound.deal(stream, sum(wanted), int(analysis is not None))
    if audio:
        rate = audio.told(parameters.Audio).bit_rate
        options = {"c:a": "aac", "b:a": rate, "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}
        yield ffmpeg.sink([played.pop(0)], Path(AUDIO), **options)
    if listening.wanted:
        yield ffmpeg.sink([played.pop(0)], None, format="s16le", acodec="pcm_s16le", ac=sound.channels)
    if analysis:
        yield filters.sound(measured.pop(0), analysis.told(parameters.Analysis))


def _noticed(order: Order, duration: float) -> list[Output]:
    recipe = order.wanted("analysis")
    if recipe is None:
        return []
    found = notes.sound(order.scratch / filters.SOUND, recipe.told(parameters.Analysis), duration)
    return [notes.written(recipe, order.scratch, {"duration": round(duration, 3)} | found)]


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
