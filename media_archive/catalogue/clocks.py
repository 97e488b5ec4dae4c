"""Corrections of cameras' clocks: said once for a shoot and a camera, applied to whatever that camera's files state.

The record keeps what the file says; only what the catalogue makes of it is corrected. So a correction can be taken
back, holds when files are probed again, and covers files of the same camera that come in later.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import BaseModel, ConfigDict

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
