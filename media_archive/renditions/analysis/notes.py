"""Reading what ffmpeg's filters noted: lines of `frame:0 pts:0 pts_time:0` and of `lavfi.name=value`."""

import json
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_archive.renditions.outputs import Output
from media_archive.renditions.parameters import Analysis
from media_archive.renditions.recipes import Recipe

FILE = "analysis.json"
#: loudness below the absolute gate of EBU R 128 is none
GATE = -70.0
Noted = tuple[int, dict[str, str]]


def picture(path: Path, told: Analysis, rate: Fraction, first: int = 0) -> dict[str, Any]:
    """{"frames", "cuts", "black", "freeze"} of a film, or of the span of it that begins with frame `first`."""
    cuts, black, freeze, frames = [], Stretches(), Stretches(), 0
    for frame, facts in noted(path):
        frames = frame + 1
        if "scd.time" in facts:
            cuts.append(_at(first + frame, rate) | {"score": round(_number(facts["scd.score"]), 1)})
        black.take(facts, "black_start", "black_end")
        freeze.take(facts, "freezedetect.freeze_start", "freezedetect.freeze_end")
    return {
        "frames": frames,
        "cuts": cuts,
        "black": _framed(black, told.black_seconds, frames, rate, first),
        "freeze": _framed(freeze, told.freeze_seconds, frames, rate, first),
    }


def sound(path: Path, told: Analysis, duration: float) -> dict[str, Any]:
    """{"loudness", "silence"} of a film or recording of `duration` seconds."""
    silence, last, peak = Stretches(), dict[str, str](), 0.0
    for _, facts in noted(path):
        silence.take(facts, "silence_start", "silence_end")
        last = facts if "r128.I" in facts else last
    peak = max((_number(value) for name, value in last.items() if name.startswith("r128.true_peaks_ch")), default=0.0)
    spans = [span for span in silence.ended(duration) if span[1] - span[0] >= told.silence_seconds - 0.001]
    return {
        "loudness": _loudness(last, peak) if last else None,
        "silence": [{"start": round(start, 3), "end": round(end, 3)} for start, end in spans],
    }


def written(recipe: Recipe, folder: Path, found: dict[str, Any]) -> Output:
    """The analysis as a file in `folder`."""
    path = folder / FILE
    path.write_text(json.dumps(found, separators=(",", ":")), "ascii")
    return Output("analysis", recipe, path, "application/json")


def _loudness(facts: dict[str, str], peak: float) -> dict[str, float | None]:
    """Integrated in LUFS, range in LU, true peak in dBTP; None for what is too silent to be measured."""
    integrated = _number(facts["r128.I"])
    heard = integrated > GATE
    return {
        "integrated": round(integrated, 1) if heard else None,
        "range": round(_number(facts.get("r128.LRA", "0")), 1) if heard else None,
        "true_peak": round(20 * math.log10(peak), 1) if peak > 0 else None,
    }


class Stretches:
    """Stretches of time whose beginnings and ends were noted, in seconds; the last may have no end."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []
        self._open: float | None = None

    def take(self, facts: dict[str, str], start: str, end: str) -> None:
        """What one frame says."""
        if end in facts and self._open is not None:
            self._spans.append((self._open, _number(facts[end])))
            self._open = None
        if start in facts:
            self._open = _number(facts[start])

    def ended(self, duration: float) -> list[tuple[float, float]]:
        """All of them; what is open ends with the film."""
        spans = self._spans + ([] if self._open is None else [(self._open, duration)])
        return [(max(0.0, start), min(end, duration)) for start, end in spans if end > start]


def _framed(found: Stretches, least: float, frames: int, rate: Fraction, first: int) -> list[dict[str, Any]]:
    made = []
    for start, end in found.ended(float(frames / rate)):
        begin, stop = round(start * rate), round(end * rate)
        if (stop - begin) / rate >= Fraction(least).limit_denominator(1000):
            whole = {"start": _seconds(first + begin, rate), "end": _seconds(first + stop, rate)}
            made.append({"start_frame": first + begin, "end_frame": first + stop} | whole)
    return made


def _at(frame: int, rate: Fraction) -> dict[str, Any]:
    return {"frame": frame, "seconds": _seconds(frame, rate)}


def _seconds(frame: int, rate: Fraction) -> float:
    return round(float(frame / rate), 3)


def noted(path: Path) -> Iterator[Noted]:
    """Number by time, and facts, of each frame that anything was noted of."""
    if not path.exists():
        return
    number, facts = 0, dict[str, str]()
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("frame:"):
                if facts:
                    yield number, facts
                number, facts = _stamp(line), {}
            elif line.startswith("lavfi."):
                name, _, value = line[6:].strip().partition("=")
                facts[name] = value
    if facts:
        yield number, facts


def _stamp(line: str) -> int:
    """The time stamp; frames of a constant rate are counted by it."""
    text = line.partition("pts:")[2].split(maxsplit=1)[0]
    return int(text) if text.lstrip("-").isdigit() else 0


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0
