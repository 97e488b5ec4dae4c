"""Where a clip begins and ends, as people write it: timecode, seconds, or the number of a frame."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_archive.errors import Invalid
from media_archive.metadata.normal import timecodes

SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")
RATIO = re.compile(r"(\d{1,15})/([1-9]\d{0,14})")
FRAME = re.compile(r"frame:(\d{1,12})")
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)\.(\d{1,9})")
DAY = 24 * 3600
#: seconds by which a decimal may miss the frame that it means
SLACK = Fraction(1, 1000)


@dataclass(frozen=True)
class Timing:
    """How the film counts: frames a second, and the number of its first frame as its timecode says."""

    rate: Fraction
    #: of the timecode, which may count otherwise than the picture
    code_rate: Fraction
    start: int
    drop: bool
    #: whether the film itself has a timecode
    stated: bool

    @classmethod
    def of(cls, record: dict[str, Any], rate: Fraction) -> "Timing":
        """By the asset's record; a film without timecode counts from nought."""
        code = (record.get("container") or {}).get("timecode") or {}
        if not code.get("rate"):
            return cls(rate, rate, 0, False, False)
        return cls(rate, Fraction(code["rate"]), int(code["frame"]), bool(code["drop"]), True)

    def say(self, seconds: Fraction) -> str:
        """The timecode that long after the first frame."""
        passed = self.start + int(seconds * self.code_rate + Fraction(1, 4))
        return timecodes.say(passed, self.code_rate, drop=self.drop)


@dataclass(frozen=True)
class Point:
    """A moment in exact seconds from the first frame, or the number of a frame; and how far a frame may miss it."""

    seconds: Fraction | None = None
    frame: int | None = None
    slack: Fraction = SLACK


def read(text: str, timing: Timing) -> Point:
    """The point that `text` names; Invalid where it names none."""
    text = text.strip()
    if found := FRAME.fullmatch(text):
        return Point(frame=int(found[1]))
    if SECONDS.fullmatch(text):
        return Point(Fraction(text))
    if found := RATIO.fullmatch(text):
        return Point(Fraction(int(found[1]), int(found[2])), slack=_quarter(timing))
    if found := CLOCK.fullmatch(text):
        whole = (int(found[1]) * 60 + int(found[2])) * 60 + int(found[3])
        return Point(whole + Fraction(f"0.{found[4]}"))
    if timecodes.TEXT.fullmatch(text):
        return _timecode(text, timing)
    raise Invalid(
        "{text} is no place in a film. Write a timecode (10:00:02:12), seconds (12.345) or a frame (frame:300).",
        text=text[:40],
    )


def _quarter(timing: Timing) -> Fraction:
    return 1 / timing.rate / 4


def _timecode(text: str, timing: Timing) -> Point:
    number = timecodes.number(text, timing.code_rate, drop=timing.drop)
    base = timecodes.nominal(timing.code_rate)
    hours, minutes, seconds, frames = (int(part) for part in re.split(r"[:;.,]", text))
    left_out = timing.drop and frames < base // 15 and seconds == 0 and minutes % 10 != 0
    if number is None or hours > 23 or minutes > 59 or seconds > 59 or frames >= base or left_out:
        raise Invalid(
            "There is no timecode {text} at {rate} frames a second. Mend it, or give seconds.",
            text=text,
            rate=str(timing.code_rate),
        )
    passed = number - timing.start
    if passed < 0:  # past midnight
        passed += timecodes.number("23:59:59:00", timing.code_rate, drop=timing.drop) or 0
        passed += base
    return Point(Fraction(passed) / timing.code_rate, slack=_quarter(timing))
