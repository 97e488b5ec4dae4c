"""Taking a clip out of a film to the frame by encoding it again, where what is stored cannot be copied."""

import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_archive.config import Settings
from media_archive.delivery.clips.containers import picture_coding, sound_coding
from media_archive.delivery.clips.film import Film, Span
from media_archive.tools import ffmpeg
from media_archive.tools.runner import Bounds, run

#: seconds before its key frame from which decoding begins, so that nothing of the clip is missed
BEFORE = 2


def encode(
    settings: Settings,
    path: Path,
    target: Path,
    form: str,
    film: Film,
    span: Span,
    code: str | None,
    progress: Callable[[float], None],
    cancel: threading.Event | None = None,
) -> str:
    """Writes the clip to `target`; returns the encoder's name."""
    coding, pixels = picture_coding(film, form)
    seconds = float((span.ends - span.begins) * film.base)
    clock = ffmpeg.Clock()

    def follow(line: str) -> bool:
        alive = clock.read(line)
        if alive and seconds:
            progress(min(1.0, clock.seconds / seconds))
        return alive

    program = ffmpeg.find(settings)
    options = (
        _picture_options(film, span, coding.encoder, pixels, program)
        | dict(coding.options)
        | _sound_options(film, span, form)
    )
    if code:
        options["timecode"] = code
    if form in ("mov", "mp4"):
        options |= {"video_track_timescale": _scale(film), "movflags": "+faststart+write_colr"}
    opened = ffmpeg.source(path, copyts=None, noautorotate=None, **_seek(film, span))
    tracks = [opened[str(film.index)], *(opened[str(sound.index)] for sound in film.sounds)]
    bound = Bounds(
        timeout=max(settings.reader_seconds, (seconds + 60) * settings.film_seconds_per_second),
        silence=settings.reader_seconds,
        memory=2 * settings.reader_memory,
    )
    sink = ffmpeg.sink(tracks, target, format=form, map_metadata=-1, map_chapters=-1, **options)
    run(ffmpeg.command(program, [sink]), timeout=bound, progress=follow, cancel=cancel)
    return coding.encoder


def _seek(film: Film, span: Span) -> dict[str, Any]:
    """Where reading begins; from the film's own beginning where that is near."""
    at = Fraction(span.key) * film.base - BEFORE
    if film.seconds(span.key) <= 2 * BEFORE:
        return {}
    return {"ss": f"{float(at):.6f}", "seek_timestamp": 1}


def _picture_options(film: Film, span: Span, encoder: str, pixels: str, program: str) -> dict[str, Any]:
    # numbers of the film's own clock: the cut is exact to the frame
    trimmed = f"trim=start_pts={span.begins}:end_pts={span.ends},setpts=PTS-{span.begins}"
    described = {
        "color_primaries": film.primaries,
        "color_trc": film.transfer,
        "colorspace": film.matrix,
    }
    said = {name: value for name, value in described.items() if value not in (0, 2)}
    scan = f",setfield={'tff' if film.top_first else 'bff'}" if film.interlaced else ""
    own = {"fps_mode": "passthrough", "enc_time_base": ffmpeg.own_clock(program)}
    rhythm = own if film.varies else {"fps_mode": "cfr", "r": film.rate}
    tag = {"tag:v": "hvc1"} if encoder == "libx265" else {}
    return {
        "filter:v": trimmed + scan,
        "c:v": encoder,
        "pix_fmt": pixels,
        "color_range": "pc" if film.full_range else "tv",
        **said,
        **rhythm,
        **tag,
    }


def _sound_options(film: Film, span: Span, form: str) -> dict[str, Any]:
    """Each track cut to the sample, silence where it begins later than the picture."""
    options: dict[str, Any] = {}
    for number, sound in enumerate(film.sounds):
        begins = round(span.begins * film.base * sound.sample_rate)
        ends = round(span.ends * film.base * sound.sample_rate)
        options[f"filter:a:{number}"] = (
            f"asettb=1/{sound.sample_rate},atrim=start_pts={begins}:end_pts={ends},asetpts=PTS-{begins},"
            "aresample=async=1:first_pts=0"
        )
        options |= {f"{name}:a:{number}": value for name, value in sound_coding(sound, form).items()}
    return options


def _scale(film: Film) -> int:
    """Counts a second of the clip's clock, in which its frames lie exactly."""
    if film.varies:
        return min(int(1 / film.base), 90_000)
    scale = film.frame_rate.numerator
    while scale < 10_000:
        scale *= 2
    return scale
