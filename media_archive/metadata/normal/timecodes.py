"""Timecode: from frame numbers to text and back (SMPTE ST 12-1)."""

import re
from fractions import Fraction
from typing import Any

from media_archive.metadata.normal.numbers import fraction, positive, whole, written
from media_archive.metadata.normal.said import Said
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


def counted_at(code: dict[str, Any], rate: Fraction) -> Timecode | None:
    """The first frame's timecode `code`, as a record has it, where `rate` frames a second are shown instead.

    Both must count in step: half or twice as many frames, never 25 for 24. None where they do not, or `code` is none.
    """
    own, frame = fraction(code.get("rate")), code.get("frame")
    if own is None or frame is None or not 1 <= own <= 1000:
        return None
    ratio = rate / own
    if ratio.numerator != 1 and ratio.denominator != 1:
        return None
    drop = bool(code.get("drop")) and nominal(rate) % 30 == 0
    shown = int(frame * ratio)
    return Timecode(
        text=say(shown, rate, drop=drop), drop=drop, rate=written(rate), frame=shown, source=code.get("source")
    )


def start(said: Said, picture_rate: Fraction | None) -> Timecode | None:
    """The first frame's timecode: QuickTime's own number, a timecode track, the picture's, the sound's, the XML's."""
    # what was found before the reader of films had findings of its own lies among MediaInfo's
    counted = _counted(said.movie.get("timecode") or said.media.get("timecode") or {})
    if counted:
        return counted
    for track in sorted(said.tracks, key=_trust):
        made = _stated(track, picture_rate)
        if made:
            return made
    return _recorded(said.riff) or _written_beside(said, picture_rate)


def _counted(counted: dict[str, Any]) -> Timecode | None:
    rate = fraction(counted.get("rate"))
    if rate is None or not 1 <= rate <= 1000:
        return None
    drop, frame = bool(counted["drop"]), int(counted["frames"])
    return Timecode(text=say(frame, rate, drop=drop), drop=drop, rate=written(rate), frame=frame, source="tmcd")


def _recorded(riff: dict[str, Any]) -> Timecode | None:
    """Of a WAV: samples since midnight (bext, else iXML) at the frame rate that iXML states.

    frame = floor(samples / sample rate * frame rate). Without iXML a WAV has a time of day but no frames.
    """
    ixml, bext = riff.get("ixml") or {}, riff.get("bext") or {}
    rate = fraction(ixml.get("speed/timecode_rate"))
    high, low = (whole(ixml.get(f"speed/timestamp_samples_since_midnight_{part}")) for part in ("hi", "lo"))
    samples = whole(bext.get("time_reference"))
    samples = (high or 0) << 32 | low if samples is None and low is not None else samples
    sampled = positive(ixml.get("speed/timestamp_sample_rate")) or positive(riff.get("sample_rate"))
    if rate is None or not 1 <= rate <= 1000 or samples is None or not sampled:
        return None
    drop = str(ixml.get("speed/timecode_flag", "")).upper() == "DF"
    frame = int(Fraction(samples, sampled) * rate)
    source = "bext TimeReference" if "time_reference" in bext else "ixml TIMESTAMP_SAMPLES_SINCE_MIDNIGHT"
    return Timecode(text=say(frame, rate, drop=drop), drop=drop, rate=written(rate), frame=frame, source=source)


def _written_beside(said: Said, picture_rate: Fraction | None) -> Timecode | None:
    """Of the camera's XML: P2 writes it out, Sony as linear timecode in pairs: frames, seconds, minutes, hours."""
    for source, xml in said.xml():
        text, pairs = str(xml.get("timecode") or ""), str(xml.get("counted") or "")
        if not text and len(pairs) == 8 and pairs.isdigit():
            frames, seconds, minutes, hours = (int(pairs[at : at + 2]) for at in (0, 2, 4, 6))
            drop = frames >= 40
            text = f"{hours:02}:{minutes:02}:{seconds:02}{';' if drop else ':'}{frames - 40 * drop:02}"
        edit_unit = fraction(xml.get("edit unit"))
        rate = picture_rate or (1 / edit_unit if edit_unit else fraction(xml.get("frames a second")))
        if not TEXT.fullmatch(text) or rate is None or not 1 <= rate <= 1000:
            continue
        # a half-step counter of 50 or 60 pictures a second counts every other one
        stated = fraction(xml.get("frames a second"))
        rate = rate / 2 if stated and nominal(rate) == 2 * stated else rate
        drop = text[8] in ";."
        frame = number(text, rate, drop=drop)
        if frame is not None:
            return Timecode(text=text, drop=drop, rate=written(rate), frame=frame, source=f"{source} timecode")
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
