"""The scrub sheet of a film: small pictures side by side, and the index that says which shows when."""

from dataclasses import dataclass
from pathlib import Path

from media_archive.renditions.parameters import Sprites

#: the index refers to the sheet by its recipe
SHEET = "sprites.jpg"


@dataclass(frozen=True)
class Sheet:
    """How the small pictures lie: `width` and `height` of one in pixels, `interval` in seconds between two."""

    width: int
    height: int
    columns: int
    rows: int
    count: int
    interval: float


def lay_out(told: Sprites, duration: float, width: int, height: int) -> Sheet:
    """The sheet of a film of `duration` seconds shown at `width` by `height` pixels."""
    interval = max(told.least_seconds, duration / told.most)
    count = max(1, int(duration / interval + 0.999))
    scale = min(1.0, told.edge / max(width, height))
    columns = min(told.columns, count)
    return Sheet(
        max(2, round(width * scale)), max(2, round(height * scale)), columns, -(-count // columns), count, interval
    )


def write_index(sheet: Sheet, duration: float, path: Path) -> None:
    """WebVTT whose cues name parts of the sheet (Media Fragments URI 1.0, #xywh)."""
    cues = ["WEBVTT", ""]
    for number in range(sheet.count):
        begin, end = number * sheet.interval, min((number + 1) * sheet.interval, duration)
        if number and begin >= duration:
            break
        x, y = number % sheet.columns * sheet.width, number // sheet.columns * sheet.height
        part = f"{SHEET}#xywh={x},{y},{sheet.width},{sheet.height}"
        cues += [f"{_clock(begin)} --> {_clock(max(end, begin + 0.001))}", part, ""]
    path.write_text("\n".join(cues), "utf-8")


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
