"""The headers of an MPEG-2 picture that begins a clip whose leading pictures were left behind (ISO/IEC 13818-2, 6.2.2.6, 6.2.3).

A picture says its place in its group. Where the two pictures stored behind a key frame and shown before it are gone, the
places of the others begin at 2, and MXF and strict decoders wait for the missing ones. What is coded stays as it is.
"""

PICTURE, GROUP = b"\x00\x00\x01\x00", b"\x00\x00\x01\xb8"
#: of the byte behind the 25 bits of a group's timecode: closed_gop, and broken_link
CLOSED, BROKEN = 0x40, 0x20


def advanced(data: bytes, by: int) -> bytes:
    """The packet with its pictures `by` places earlier in their group, which is closed."""
    changed = bytearray(data)
    at = changed.find(GROUP)
    if at >= 0 and at + 7 < len(changed):
        changed[at + 7] = changed[at + 7] & ~BROKEN | CLOSED
    at = changed.find(PICTURE)
    while 0 <= at < len(changed) - 5:
        place = (changed[at + 4] << 2 | changed[at + 5] >> 6) - by
        if place >= 0:
            changed[at + 4], changed[at + 5] = place >> 2, (place & 3) << 6 | changed[at + 5] & 0x3F
        at = changed.find(PICTURE, at + 4)
    return bytes(changed)
