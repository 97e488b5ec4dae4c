"""Joining what was noted of a film stretch by stretch into what would have been noted of the whole."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from media_archive.renditions.analysis.notes import Stretches, noted

BLACK, FREEZE = ("black_start", "black_end"), ("freezedetect.freeze_start", "freezedetect.freeze_end")
#: of a cut, what `notes.picture` reads
CUT = ("scd.time", "scd.score")
Spans = list[tuple[float, float]]


def join(stretches: Sequence[tuple[Path, int]], rate: Fraction, target: Path) -> None:
    """Writes to `target` the notes of all stretches: each a file, and the number of the stretch's first frame.

    Each file begins somewhat before its stretch, so that a cut at the seam, and what stands across it, is in it whole.
    """
    facts: dict[int, list[str]] = {}
    black: Spans = []
    freeze: Spans = []
    last = 0
    for number, (path, first) in enumerate(stretches):
        end = stretches[number + 1][1] if number + 1 < len(stretches) else None
        last = max(last, _take(path, first, end, rate, (facts, black, freeze)))
    for names, spans in ((BLACK, black), (FREEZE, freeze)):
        for start, stop in _merged(spans, float(1 / rate) / 2):
            facts.setdefault(round(start * rate), []).append(f"lavfi.{names[0]}={start:.9f}")
            facts.setdefault(round(stop * rate), []).append(f"lavfi.{names[1]}={stop:.9f}")
    facts.setdefault(last, []).append("lavfi.scd.mafd=0")
    target.write_text("\n".join([*_written(facts, rate), ""]), "ascii")


def _take(
    path: Path, first: int, end: int | None, rate: Fraction, into: tuple[dict[int, list[str]], Spans, Spans]
) -> int:
    """Adds what one stretch says; returns the number of its last frame."""
    facts, *kinds = into
    found, last = (Stretches(), Stretches()), first
    for frame, said in noted(path):
        last = max(last, frame)
        if frame >= first and CUT[0] in said:
            facts.setdefault(frame, []).extend(f"lavfi.{name}={said[name]}" for name in CUT)
        for stretch, names in zip(found, (BLACK, FREEZE), strict=True):
            stretch.take(said, *names)
    for spans, stretch in zip(kinds, found, strict=True):
        spans.extend(stretch.ended(float((end or last + 1) / rate)))
    return last


def _merged(spans: Spans, slack: float) -> Spans:
    """The same without overlaps; spans that touch are one."""
    made: Spans = []
    for start, stop in sorted(spans):
        if made and start <= made[-1][1] + slack:
            made[-1] = (made[-1][0], max(stop, made[-1][1]))
        else:
            made.append((start, stop))
    return made


def _written(facts: dict[int, list[str]], rate: Fraction) -> Iterator[str]:
    for frame in sorted(facts):
        yield f"frame:{frame} pts:{frame} pts_time:{float(frame / rate):.6f}"
        yield from facts[frame]
