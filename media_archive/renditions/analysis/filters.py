"""What ffmpeg is asked to notice while it decodes: cuts, black, standing and silent stretches, loudness."""

from pathlib import Path
from typing import Any

from media_archive.renditions.parameters import Analysis
from media_archive.tools import ffmpeg

#: what the filters note, frame by frame, in the folder where ffmpeg runs
PICTURE, SOUND = Path("picture.notes"), Path("sound.notes")


def picture(stream: Any, told: Analysis, size: tuple[int, int]) -> Any:
    """An output that notes what happens in the frames of `stream`, seen small, so that it costs next to nothing."""
    scale = told.edge / max(size)
    small = stream.filter("scale", *(max(16, round(side * scale)) for side in size), flags="area")
    noted = (
        small.filter("scdet", threshold=told.cut_score)
        .filter("blackdetect", d=0, picture_black_ratio_th=told.black_pixels, pixel_black_th=told.black_level)
        .filter("freezedetect", n=told.freeze_noise, d=told.freeze_seconds)
        .filter("metadata", mode="print", file=str(PICTURE))
    )
    return ffmpeg.sink([noted], None, format="null", fps_mode="passthrough")


def sound(stream: Any, told: Analysis) -> Any:
    """An output that notes loudness by EBU R 128, and where there is silence."""
    noted = (
        stream.filter("ebur128", metadata=1, peak="true")
        .filter("silencedetect", n=f"{told.silence_level}dB", d=told.silence_seconds)
        .filter("ametadata", mode="print", file=str(SOUND))
    )
    return ffmpeg.sink([noted], None, format="null")
