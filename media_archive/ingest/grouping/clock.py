"""Does one transport stream go on where another ended? Told by the arrival clock before each packet."""

import os

from media_archive.ingest.find import Candidate

PACKET = 192
#: the clock counts 27 MHz in 30 bits (Blu-ray's BDAV packets, as AVCHD uses them)
HERTZ = 27_000_000
ROUND = 1 << 30
#: seconds between the last packet of a file and the first of the next
MOST_GAP = 0.05


def runs_on(first: Candidate, second: Candidate) -> bool:
    """Whether `second` begins within a twentieth of a second of stream time after the end of `first`."""
    if first.size % PACKET or second.size < PACKET or second.modified_ns < first.modified_ns:
        return False
    try:
        end, begin = _clock(first, first.size - PACKET), _clock(second, 0)
    except OSError:
        return False
    return end is not None and begin is not None and 0 < (begin - end) % ROUND <= MOST_GAP * HERTZ


def _clock(file: Candidate, offset: int) -> int | None:
    descriptor = os.open(file.path, os.O_RDONLY)
    try:
        packet = os.pread(descriptor, 5, offset)
    finally:
        os.close(descriptor)
    if len(packet) < 5 or packet[4] != 0x47:
        return None
    return int.from_bytes(packet[:4], "big") % ROUND
