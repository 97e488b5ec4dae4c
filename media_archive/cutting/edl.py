"""A cut as an edit decision list, CMX 3600: one event a clip, source and record timecode, last frames exclusive.

The list has one count of frames for all events, so that films of different frame rates do not fit into one.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from media_archive.cutting.cuts import STARTS, Cut, Piece
from media_archive.errors import Conflict
from media_archive.metadata.normal import timecodes

#: events are numbered with three digits
MOST_EVENTS = 999
#: names of reels have eight letters and digits
LONGEST_REEL = 8


def write(cut: Cut) -> str:
    """The list as text; Conflict where it cannot be one."""
    _fits(cut)
    rate = cut.rate
    starts = timecodes.number("01:00:00:00", rate, drop=cut.drop) or STARTS * timecodes.nominal(rate)
    return "\r\n".join((f"TITLE: {_line(cut.name)[:70]}", *_events(cut, rate, starts))) + "\r\n"


def _fits(cut: Cut) -> None:
    if len(cut.rates) > 1:
        raise Conflict(
            "An EDL counts one number of frames a second, and these clips have several ({rates}). "
            "Export FCPXML or OTIO, or keep them in bins of one rate each.",
            rates=", ".join(str(rate) for rate in sorted(cut.rates)),
        )
    if len(cut.pieces) > MOST_EVENTS:
        raise Conflict("An EDL has at most {most} events. Export FCPXML or OTIO.", most=MOST_EVENTS)


def _events(cut: Cut, rate: Fraction, starts: int) -> Iterator[str]:
    reels = _reels(cut)
    mode: bool | None = None
    for number, piece in enumerate(cut.pieces, 1):
        drop = piece.timing.drop
        if drop != mode:
            yield f"FCM: {'DROP FRAME' if drop else 'NON-DROP FRAME'}"
            mode = drop
        first = piece.starts + piece.source.first
        ends = first, first + piece.source.count
        there = starts + piece.record.first
        record = there, there + piece.record.count
        source = (timecodes.say(one, rate, drop=drop) for one in ends)
        played = (timecodes.say(one, rate, drop=cut.drop) for one in record)
        tracks = "B" if piece.has_sound else "V"
        yield f"{number:03}  {reels[number - 1]:<8} {tracks:<5} C        {' '.join((*source, *played))}"
        yield from _notes(piece, cut, there)


def _notes(piece: Piece, cut: Cut, there: int) -> Iterator[str]:
    """Comments behind an event that begins at frame `there`; markers stand where they are in the cut, as Avid has them."""
    yield f"* FROM CLIP NAME: {_line(piece.title)}"
    yield f"* SOURCE FILE: {_line(piece.file)}"
    if piece.note:
        yield f"* COMMENT: {_line(piece.note)}"
    for mark in piece.marks:
        at = timecodes.say(there + mark.frame - piece.source.first, cut.rate, drop=cut.drop)
        yield f"* LOC: {at} {mark.colour.upper():<8} {_line(mark.text)}".rstrip()


def _line(text: str) -> str:
    return " ".join(text.split())


def _reels(cut: Cut) -> list[str]:
    """A name of at most eight letters and digits for each event, the same for the same film and for no other."""
    names: dict[object, str] = {}
    for piece in cut.pieces:
        if piece.asset_id in names:
            continue
        plain = re.sub(r"[^A-Z0-9]", "", piece.reel.upper())[:LONGEST_REEL]
        taken = set(names.values())
        number = len(names) + 1
        names[piece.asset_id] = plain if plain and plain not in {*taken, "AX", "BL"} else f"R{number:07}"
    return [names[piece.asset_id] for piece in cut.pieces]
