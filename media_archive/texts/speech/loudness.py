"""Where there may be speech: what is louder than the quiet of its recording, in pieces that a model can take."""

from dataclasses import dataclass

import numpy as np

RATE = 16_000
#: samples of a look
LOOK = 480
SECONDS = LOOK / RATE
#: decibels below full scale. Quieter is never speech; louder may always be, also on a noisy building site
NEVER, ALWAYS = -55.0, -35.0
#: of the quietest tenth of a recording that speech must stand out of
ABOVE_QUIET = 9.0
#: seconds: shorter pauses are within speech, shorter sounds are knocks
PAUSE, KNOCK = 0.5, 0.15
#: looks that are worked on at once
BLOCK = 1 << 16

Samples = np.ndarray[tuple[int], np.dtype[np.int16]]
Levels = np.ndarray[tuple[int], np.dtype[np.float32]]


@dataclass(frozen=True)
class Span:
    """Seconds from the beginning."""

    starts: float
    ends: float


def spans(samples: Samples, longest: float) -> list[Span]:
    """The stretches that may be speech, none longer than `longest` seconds: those are cut where it is quietest."""
    levels = levels_of(samples)
    if not len(levels):
        return []
    quiet = float(np.percentile(levels, 10))
    loud = levels > min(max(quiet + ABOVE_QUIET, NEVER), ALWAYS)
    found: list[Span] = []
    for first, end in _joined(_runs(loud), round(PAUSE / SECONDS)):
        if (end - first) * SECONDS >= KNOCK:
            found += _cut(levels, first, end, int(longest / SECONDS))
    return found


def levels_of(samples: Samples) -> Levels:
    """The level of each look in decibels below full scale."""
    whole = len(samples) // LOOK
    levels = np.empty(whole, dtype=np.float32)
    for start in range(0, whole, BLOCK):
        part = samples[start * LOOK : min(start + BLOCK, whole) * LOOK].astype(np.float32).reshape(-1, LOOK) / 32768
        levels[start : start + len(part)] = 10 * np.log10(np.mean(part * part, axis=1) + 1e-10)
    return levels


def _runs(loud: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _joined(runs: list[tuple[int, int]], pause: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in runs:
        if joined and first - joined[-1][1] < pause:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return joined


def _cut(levels: Levels, first: int, end: int, longest: int) -> list[Span]:
    pieces: list[Span] = []
    while end - first > longest:
        middle = first + longest // 2
        at = middle + int(np.argmin(levels[middle : first + longest]))
        pieces.append(Span(first * SECONDS, at * SECONDS))
        first = at
    return [*pieces, Span(first * SECONDS, end * SECONDS)]
