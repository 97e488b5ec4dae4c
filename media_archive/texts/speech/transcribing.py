"""From a proxy to a transcript: its sound at 16 kHz, the stretches that may be speech, what is said in each."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from media_archive.catalogue.lines import Read
from media_archive.errors import Unavailable, Unreadable, Unsupported
from media_archive.renditions.parameters import Transcript
from media_archive.texts import engines
from media_archive.texts.speech import cues
from media_archive.texts.speech.loudness import RATE, Span
from media_archive.texts.speech.model import SpeechModel, engine_options, opened
from media_archive.texts.speech.vtt import vtt
from media_archive.texts.task import Task
from media_archive.tools import ffmpeg
from media_archive.tools.isolation import reader
from media_archive.tools.runner import Bounds, run

ENGINE = "sherpa-onnx"
HEARING = "media_archive.texts.speech.hearing"
SOUND, TRACK = "sound.raw", "transcript.vtt"
#: seconds of sound that go to the model at once, and how many times as long it may take
BATCH, PATIENCE = 60.0, 20.0
NO_SOUND = "It has no sound to write down."


def find_speech(task: Task) -> tuple[list[Read], Path]:
    """What is said in a film or recording; Unsupported where it has no sound."""
    version = engines.version(ENGINE)
    folder = Path(task.settings.speech_model)
    model, told = opened(folder), task.recipe.told(Transcript)
    sound = _sound(task)
    found: list[Read] = []
    _prepare(task, model, folder)
    for batch in _batches(_stretches(task, sound, told)):
        for span, heard in zip(batch, _hear(task, sound, batch, model, folder), strict=True):
            tokens = [(str(token), float(at)) for token, at in heard["tokens"]]
            found += cues.lines(span, heard["text"], tokens, told)
    path = task.scratch / TRACK
    note = f"{ENGINE} {version}, {model.name} {model.version}".strip()
    timed = [(line.starts or 0.0, line.ends or 0.0, line.text) for line in found]
    path.write_text(vtt(timed, note), "utf-8")
    return found, path


def _sound(task: Task) -> Path:
    """The sound of the rendition as samples of 16 bits, from its beginning and without holes."""
    seen = reader().call("media_archive.renditions.looking:look", str(task.path), timeout=task.settings.reader_seconds)
    if not seen["sounds"]:
        raise Unsupported(NO_SOUND)
    stream = ffmpeg.source(task.path)["a:0"].filter("aresample", RATE, **{"async": 1, "first_pts": 0})
    target = ffmpeg.sink([stream], Path(SOUND), format="s16le", acodec="pcm_s16le", ac=1)
    bounds = Bounds(timeout=max(task.settings.reader_seconds, task.duration), memory=2 * task.settings.reader_memory)
    run(ffmpeg.command(ffmpeg.find(task.settings), [target]), timeout=bounds, cwd=task.scratch)
    return task.scratch / SOUND


def _stretches(task: Task, sound: Path, told: Transcript) -> list[Span]:
    if not sound.stat().st_size:
        raise Unsupported(NO_SOUND)
    found = engines.call(task.settings, f"{HEARING}:stretches", str(sound), told.longest_stretch, listening=True)
    return [Span(first, end) for first, end in found]


def _prepare(task: Task, model: SpeechModel, folder: Path) -> None:
    """Loads the model: what fails here is its fault, and not the recording's."""
    try:
        engines.call(task.settings, f"{HEARING}:prepare", model.kind, engine_options(model, folder), listening=True)
    except Unreadable as exc:
        raise Unavailable(
            "The speech model in {folder} cannot be loaded ({reason}). Compare its speech.toml with its files.",
            folder=str(folder),
            reason=exc.message,
        ) from exc


def _batches(spans: Sequence[Span]) -> Iterator[list[Span]]:
    batch: list[Span] = []
    for span in spans:
        if batch and sum(one.ends - one.starts for one in batch) + span.ends - span.starts > BATCH:
            yield batch
            batch = []
        batch.append(span)
    if batch:
        yield batch


def _hear(task: Task, sound: Path, batch: Sequence[Span], model: SpeechModel, folder: Path) -> list[dict[str, Any]]:
    seconds = sum(span.ends - span.starts for span in batch)
    heard: list[dict[str, Any]] = engines.call(
        task.settings,
        f"{HEARING}:hear",
        str(sound),
        [[span.starts, span.ends] for span in batch],
        model.kind,
        engine_options(model, folder),
        timeout=task.settings.reader_seconds + PATIENCE * seconds,
        listening=True,
    )
    return heard
