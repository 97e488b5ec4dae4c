"""Corrections of cameras' clocks: said once for a shoot and a camera, applied to whatever that camera's files state.

The record keeps what the file says; only what the catalogue makes of it is corrected. So a correction can be taken
back, holds when files are probed again, and covers files of the same camera that come in later.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import BaseModel, ConfigDict

from media_archive.errors import Invalid

_LENGTH = re.compile(r"([+-]?)(?:(\d{1,5})d[ ]*)?(?:(\d{1,6}):(\d\d)(?::(\d\d))?)?")
_FACE = re.compile(r"(?:(\d{4}-\d\d-\d\d)[T ]+)?(\d{1,2}):(\d\d)(?::(\d\d))?")
_DAY = 86_400
#: what a clock can be wrong in: a moment known to the minute at least
EXACT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?")


class Selector(BaseModel):
    """Which cameras a correction is for; all of a shoot if nothing is named."""

    model_config = ConfigDict(frozen=True)

    #: model, or make and model; upper and lower case are the same
    camera: str | None = None
    serial: str | None = None

    def fits(self, camera: Mapping[str, Any]) -> bool:
        """Whether `camera`, of a record, is meant."""
        model = str(camera.get("model") or "")
        names = {model.casefold(), f"{camera.get('make') or ''} {model}".strip().casefold()}
        if self.camera is not None and " ".join(self.camera.split()).casefold() not in names:
            return False
        return self.serial is None or self.serial == str(camera.get("serial") or "")


class Shift(Selector):
    """A correction: seconds that are added to the clock, and the offset from UTC that it stood at."""

    seconds: int = 0
    #: minutes east of UTC; None where the clock's own, or the archive's zone, is right
    offset: int | None = None

    @property
    def selector(self) -> Selector:
        """The cameras it is for."""
        return Selector(camera=self.camera, serial=self.serial)

    @property
    def idle(self) -> bool:
        """Whether it changes nothing any more."""
        return not self.seconds and self.offset is None


def length_of(text: str) -> int:
    """A length of time in seconds: "+1:23:45", "-0:05", "-1d 2:00"; Invalid if it is none."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None or not (found[2] or found[3]):
        raise Invalid("{text} is no length of time. Write it like +1:23:45, -0:05 or +2d 3:00.", text=text[:40])
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return -total if found[1] == "-" else total


def difference(taken: str, shown: str) -> int:
    """Seconds to add to a clock that wrote `taken` into a picture of a clock that showed `shown`.

    `shown` is "14:03:22", then the nearest such time is meant, or "2017-06-12 14:03:22". Invalid where one of them is no
    time of day.
    """
    found, face = EXACT.fullmatch(taken), _FACE.fullmatch(shown.strip())
    if found is None:
        raise Invalid("That picture has no time of day that could be compared. Choose another.")
    own = datetime.fromisoformat(found[1] + (found[2] or ":00"))
    try:
        day = datetime.fromisoformat(face[1]) if face and face[1] else own
        right = day.replace(hour=int(face[2]), minute=int(face[3]), second=int(face[4] or 0)) if face else None
    except ValueError:
        right = None
    if face is None or right is None:
        raise Invalid("{text} is no time that a clock shows. Write it like 14:03:22.", text=shown[:40])
    seconds = round((right - own).total_seconds())
    return seconds if face[1] else (seconds + _DAY // 2) % _DAY - _DAY // 2


def is_clock(capture: Mapping[str, Any]) -> bool:
    """Whether a moment comes from a camera's clock, exactly enough to be corrected."""
    return bool(EXACT.fullmatch(str(capture.get("at", "")))) and "gps" not in str(capture.get("source", "")).lower()


def corrected(record: Mapping[str, Any], shifts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The record's moment of capture with the shoot's corrections; as it was where none is meant or possible."""
    capture = dict(record.get("capture") or {})
    camera = record.get("camera") or {}
    for one in map(Shift.model_validate, shifts):
        if capture and is_clock(capture) and one.fits(camera):
            capture = _shifted(capture, one)
    return capture


def _shifted(capture: dict[str, Any], by: Shift) -> dict[str, Any]:
    found = EXACT.fullmatch(capture["at"])
    assert found
    minutes, seconds, fraction, zone = found.groups()
    try:
        local = datetime.fromisoformat(minutes + (seconds or ":00")) + timedelta(seconds=by.seconds)
        instant = datetime.fromisoformat(capture["instant"]) + timedelta(seconds=by.seconds)
        if by.offset is not None:
            part = timedelta(seconds=float(f"0{fraction}")) if fraction else timedelta()
            instant = (local + part).replace(tzinfo=timezone(timedelta(minutes=by.offset)))
            zone = _zone(by.offset)
    except OverflowError:
        return capture
    text = local.isoformat(timespec="seconds" if seconds else "minutes")
    offset = capture.get("offset") if by.offset is None else by.offset
    made = capture | {"at": f"{text}{fraction or ''}{zone or ''}", "instant": instant.isoformat(), "year": local.year}
    return made | ({} if offset is None else {"offset": offset})


def moved(text: str, seconds: int) -> str | None:
    """A moment as it was written, so many seconds later; None where it is not known to the minute, or leaves the calendar."""
    found = EXACT.fullmatch(text)
    if found is None:
        return None
    minutes, there, fraction, zone = found.groups()
    try:
        local = datetime.fromisoformat(minutes + (there or ":00")) + timedelta(seconds=seconds)
    except OverflowError:
        return None
    exact = bool(there) or bool(seconds % 60)
    return f"{local.isoformat(timespec='seconds' if exact else 'minutes')}{fraction or ''}{zone or ''}"


def _zone(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def added(shifts: Sequence[Mapping[str, Any]], new: Shift) -> list[dict[str, Any]]:
    """The shoot's corrections with one more: for the same cameras seconds add up, and the later offset holds."""
    made, there = [], False
    for one in map(Shift.model_validate, shifts):
        if one.selector == new.selector:
            there = True
            offset = one.offset if new.offset is None else new.offset
            made.append(one.model_copy(update={"seconds": one.seconds + new.seconds, "offset": offset}))
        else:
            made.append(one)
    if not there:
        made.append(new)
    return [one.model_dump() for one in made if not one.idle]


def without(shifts: Sequence[Mapping[str, Any]], selector: Selector) -> list[dict[str, Any]]:
    """The shoot's corrections but for those of these cameras."""
    return [dict(one) for one in shifts if Shift.model_validate(one).selector != selector]
