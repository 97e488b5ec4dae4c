"""Text in films: read in frames that are spread over the film, and put together where it stays."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from media_archive.catalogue.lines import Read, covered
from media_archive.config import Settings
from media_archive.renditions.parameters import Text
from media_archive.texts.reading import read
from media_archive.tools import ffmpeg
from media_archive.tools.runner import Bounds, run

FRAME = "frame-%04d.jpg"
#: frames that go to the engine at once
BATCH = 4
#: two readings of one banner differ in a sign or two
ALIKE = 0.7
SAME_PLACE = 0.5


def read_film(settings: Settings, proxy: Path, duration: float, told: Text, scratch: Path) -> list[Read]:
    """The lines in a film, each with the seconds during which it was seen."""
    step = max(told.least_seconds, duration / told.most_frames)
    paths = _frames(settings, proxy, duration, step, scratch)[: told.most_frames]
    seen: list[Sequence[Read]] = []
    for start in range(0, len(paths), BATCH):
        seen += read(settings, paths[start : start + BATCH], told)
    return joined(seen, step, duration)[: told.most_lines]


def _frames(settings: Settings, proxy: Path, duration: float, step: float, scratch: Path) -> list[Path]:
    """A frame every `step` seconds, the key frame before each; to decode those alone costs a twelfth of the film."""
    opened = ffmpeg.source(proxy, skip_frame="nokey")
    stream = opened["v:0"].filter("fps", fps=1 / step, start_time=0, round="up")
    target = ffmpeg.sink(
        [stream], Path(FRAME), **{"q:v": 2, "pix_fmt": "yuvj420p", "frames:v": int(duration / step) + 1}
    )
    bounds = Bounds(timeout=max(settings.reader_seconds, duration), memory=2 * settings.reader_memory)
    run(ffmpeg.command(ffmpeg.find(settings), [target]), timeout=bounds, cwd=scratch)
    return sorted(scratch.glob("frame-*.jpg"))


def joined(seen: Iterable[Sequence[Read]], step: float, duration: float) -> list[Read]:
    """One line for what stands in the same place in frames after one another, in the order of appearance.

    Of its readings the surest is taken. A line is taken to stay until the next frame.
    """
    done: list[Read] = []
    lasting: list[Read] = []
    for number, lines in enumerate(seen):
        starts, ends = number * step, min(duration, (number + 1) * step)
        still: list[Read] = []
        for line in lines:
            before = next((one for one in lasting if _same(one, line)), None)
            if before is None:
                still.append(replace(line, starts=round(starts, 3), ends=round(ends, 3)))
            else:
                lasting.remove(before)
                surer = max(before, line, key=lambda one: one.confidence or 0.0)
                still.append(replace(surer, starts=before.starts, ends=round(ends, 3)))
        done += lasting
        lasting = still
    return sorted([*done, *lasting], key=lambda line: line.starts or 0.0)


def _same(one: Read, other: Read) -> bool:
    if not one.polygon or not other.polygon or covered(one.polygon, other.polygon) < SAME_PLACE:
        return False
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio() >= ALIKE
