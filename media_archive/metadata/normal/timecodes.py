"""Timecode: from frame numbers to text and back (SMPTE ST 12-1)."""

import re
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal.numbers import fraction, written
from media_archive.metadata.record import Timecode

TEXT = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})")


def nominal(rate: Fraction) -> int:
    """Frames that timecode counts in a second: 30 for 29.97."""
    return max(round(rate), 1)


def say(frame: int, rate: Fraction, *, drop: bool) -> str:
    """The timecode of frame number `frame`; it begins again after 24 hours."""
    base = nominal(rate)
    if drop:
        # two numbers in 30 are left out each minute but the tenth
        skipped, minute = base // 15, base * 60 - base // 15
        tens, rest = divmod(frame, minute * 10 + skipped)
        frame += skipped * 9 * tens + (skipped * ((rest - skipped) // minute) if rest >= skipped else 0)
    seconds, frames = divmod(frame, base)
    hours, minutes = seconds // 3600 % 24, seconds // 60 % 60
    return f"{hours:02}:{minutes:02}:{seconds % 60:02}{';' if drop else ':'}{frames:0{max(len(str(base - 1)), 2)}}"


def number(text: str, rate: Fraction, *, drop: bool) -> int | None:
    """The frame number of timecode `text`; None if it is none."""
    found = TEXT.fullmatch(text)
    if found is None:
        return None
    base = nominal(rate)
    hours, minutes, seconds, frames = (int(found[at]) for at in (1, 2, 3, 5))
    counted = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    total = hours * 60 + minutes
    return counted - base // 15 * (total - total // 10) if drop else counted


def start(found: dict[str, Any], tracks: list[dict[str, Any]], picture_rate: Fraction | None) -> Timecode | None:
    """The first frame's timecode: QuickTime's own number, a timecode track, the picture's, the sound's."""
    counted = found.get("timecode") or {}
    rate = fraction(counted.get("rate"))
    if rate and 1 <= rate <= 1000:
        drop, frame = bool(counted["drop"]), int(counted["frames"])
        text = say(frame, rate, drop=drop)
        return Timecode(text=text, drop=drop, rate=written(rate), frame=frame, source="tmcd")
    for track in sorted(tracks, key=_trust):
        made = _stated(track, picture_rate)
        if made:
            return made
    return None


def _trust(track: dict[str, Any]) -> int:
    if track.get("Type") == "Time code":
        return 0 if "Material" in str(track.get("TimeCode_Settings", "Material")) else 1
    return 2 if track.get("@type") == "Video" else 3


def _stated(track: dict[str, Any], picture_rate: Fraction | None) -> Timecode | None:
    text = str(track.get("TimeCode_FirstFrame") or "")
    exact = f"{track.get('FrameRate_Num')}/{track.get('FrameRate_Den')}"
    # sound has "frames" too, of its codec
    own = None if track.get("@type") == "Audio" else fraction(exact) or fraction(track.get("FrameRate"))
    rate = own or picture_rate
    if not TEXT.fullmatch(text) or rate is None:
        return None
    drop = track.get("TimeCode_DropFrame") == "Yes" or track.get("Delay_DropFrame") == "Yes" or ";" in text
    text = f"{text[:8]}{';' if drop else ':'}{text[9:]}"
    frame = number(text, rate, drop=drop)
    if frame is None or (frame == 0 and track.get("@type") == "Video"):
        # encoders write noughts into the pictures' own timecode where there is none
        return None
    source = f"MediaInfo {track.get('Format') or track.get('@type')}"
    return Timecode(text=text, drop=drop, rate=written(rate), frame=frame, source=source)
