"""Sound and film without an index at the start: MPEG audio, ADTS, MPEG programme and transport streams, DV, MXF."""

from media_archive.metadata.recognition.detail import NOTHING, Detail
from media_archive.metadata.recognition.window import Window

#: kbit/s by (MPEG-1?, layer) and index (ISO/IEC 11172-3, 13818-3)
RATES = {
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
VERSIONS = {3: "1", 2: "2", 0: "2.5"}
#: what follows a sequence header in MPEG-2 only (ISO/IEC 13818-2, 6.2.2)
START_CODE, SEQUENCE_EXTENSION = b"\x00\x00\x01", b"\x00\x00\x01\xb5"
#: navigation packets as DVDs have them: private stream 2 of the length of presentation control information
NAVIGATION = b"\x00\x00\x01\xbf\x03\xd4\x00"
#: where the first frame behind a tag is looked for
PADDING = 8 << 10
SAMPLING = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
#: packets that must begin where they should before a transport stream is believed
PACKETS = 5
PARTITION = bytes.fromhex("060e2b34020501010d0102010102")
CONTAINERS = bytes.fromhex("0d010301")
#: generic containers that hold sound: BWF and AES3, A-law, immersive audio (SMPTE ST 377-1, RP 224)
SOUND = {0x06, 0x0A, 0x1D}
#: "several mappings" says nothing by itself
SEVERAL = 0x7F
#: where the operational pattern stands in the pack: after 64 bytes of others (SMPTE ST 377-1, 7.1)
PATTERN = 64
#: item complexity that marks OP-Atom (SMPTE ST 390); otherwise 1 to 3, and package complexity a to c
ATOM = 0x10
#: SMPTE ST 377-1: run-in before the header partition
RUN_IN = 64 << 10


def recognise(window: Window) -> str | None:
    """The name of the format of a stream, by headers that repeat where they should."""
    head = window.head
    if head[:3] == b"ID3":
        return _behind_id3(window)
    if head[:4] == b"\x00\x00\x01\xba":
        return "mpeg"
    if head[:4] == b"\x00\x00\x01\xb3":
        return "mpeg-video"
    if head[:3] == b"\x1f\x07\x00" and head[3:4] in {b"\x3f", b"\xbf"}:
        return "dv"
    return _transport(head) or _mpeg_audio(window, 0) or mxf(head)


def mxf(head: bytes) -> str | None:
    """MXF by its header partition; sound only if every essence container it announces is one of sound."""
    pack = _partition(head)
    if pack is None:
        return None
    # the batch of essence container labels is the last field of the pack: after 80 bytes of others
    batch = pack + 80
    count = min(int.from_bytes(head[batch : batch + 4], "big"), 64)
    labels = [head[batch + 8 + 16 * n : batch + 24 + 16 * n] for n in range(count)]
    kinds = {label[13] for label in labels if len(label) == 16 and label[8:12] == CONTAINERS} - {SEVERAL}
    return "mxf-audio" if kinds and kinds <= SOUND else "mxf"


def operational_pattern(window: Window) -> Detail:
    """OP1a to OP3c or OP-Atom, as the header partition labels it."""
    pack = _partition(window.head)
    label = window.head[pack + PATTERN : pack + PATTERN + 16] if pack is not None else b""
    if len(label) < 16:
        return NOTHING
    if label[12] == ATOM:
        return Detail("OP-Atom", "OP-Atom")
    if not (1 <= label[12] <= 3 and 1 <= label[13] <= 3):
        return NOTHING
    name = f"OP{label[12]}{'abc'[label[13] - 1]}"
    return Detail(name, name)


def _partition(head: bytes) -> int | None:
    """Where the content of the header partition pack begins."""
    at = head.find(PARTITION, 0, RUN_IN)
    if at < 0:
        return None
    first = head[at + 16 : at + 17]
    return at + 17 + (first[0] & 0x7F if first and first[0] & 0x80 else 0)


def programme(window: Window) -> Detail:
    """MPEG-1 or MPEG-2 by the bits behind the first pack's start code; a DVD's objects by their navigation packets."""
    head = window.head
    if NAVIGATION in head[:4096]:
        return Detail("dvd", "2")
    second = len(head) > 4 and head[4] >> 6 == 1
    return Detail("mpeg-2", "2") if second else Detail("mpeg-1", "1")


def elementary(window: Window) -> Detail:
    """MPEG-2 video extends its sequence header, MPEG-1 video does not."""
    follows = window.head.find(START_CODE, 8)
    second = follows >= 0 and window.head.startswith(SEQUENCE_EXTENSION, follows)
    return Detail("mpeg-2", "2") if second else Detail("mpeg-1", "1")


def mpeg_audio(window: Window) -> Detail:
    """The layer, and the version of MPEG, of the first frame."""
    start = _after_id3(window) or 0
    piece = window.at(start, PADDING)
    at = piece.find(b"\xff")
    while at >= 0:
        header = piece[at : at + 8]
        if _frame(header):
            layer, version = 4 - (header[1] >> 1 & 3), header[1] >> 3 & 3
            return Detail(f"layer-{layer}", VERSIONS[version])
        at = piece.find(b"\xff", at + 1)
    return NOTHING


def advanced_audio(window: Window) -> Detail:
    """ADIF, or ADTS and whether it says MPEG-2 or MPEG-4."""
    if window.head.startswith(b"ADIF"):
        return Detail("adif")
    header = window.at(_after_id3(window) or 0, 2)
    return Detail("adts", ("2" if header[1] & 8 else "4") if len(header) == 2 else None)


def adaptive(window: Window) -> Detail:
    """Narrow or wide band."""
    return Detail("wideband" if window.head.startswith(b"#!AMR-WB") else None)


def _behind_id3(window: Window) -> str | None:
    start = _after_id3(window)
    if start is None:
        return None
    if window.at(start, 4) == b"fLaC":
        return "flac"
    # padding may follow the tag and a cut file may end in it: the tag is proof enough of MPEG audio
    return _mpeg_audio(window, start) or "mp3"


def _after_id3(window: Window) -> int | None:
    """Where the file goes on behind an ID3 tag; None if it has none that makes sense."""
    size, version = window.head[6:10], window.head[3:4]
    # ID3v2.2 to 2.4: a text may begin with these letters too
    if (
        window.head[:3] != b"ID3"
        or version not in {b"\x02", b"\x03", b"\x04"}
        or len(size) < 4
        or any(byte & 0x80 for byte in size)
    ):
        return None
    length = size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]
    return 10 + length + (10 if window.head[5] & 0x10 else 0)


def _mpeg_audio(window: Window, start: int) -> str | None:
    for length, name in ((_frame, "mp3"), (_adts, "aac")):
        at = start
        for _ in range(2):
            step = length(window.at(at, 8))
            if not step:
                break
            at += step
        else:
            if length(window.at(at, 8)) or at == window.size:
                return name
    return None


def _frame(header: bytes) -> int:
    """Length of the MPEG audio frame that begins with `header`; 0 if none does."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    rate, sampling = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or rate in {0, 15} or sampling == 3:
        return 0
    bits, hertz, padding = RATES[version == 3, layer][rate] * 1000, SAMPLING[version][sampling], header[2] >> 1 & 1
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return (72 if layer == 3 and version != 3 else 144) * bits // hertz + padding


def _adts(header: bytes) -> int:
    """Length of the ADTS frame that begins with `header`; 0 if none does (ISO/IEC 13818-7)."""
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 15 > 12:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= 7 else 0


def _transport(head: bytes) -> str | None:
    """Packets of 188 bytes, 192 with Blu-ray's time stamps before them, 204 with error correction behind them."""
    for step, before in ((188, 0), (192, 4), (204, 0)):
        last = min(step, len(head))
        start = before
        while 0 <= start < last:
            start = head.find(b"\x47", start, last)
            if start < 0:
                break
            marks = head[start::step]
            if (
                len(marks) >= PACKETS
                and not marks[: PACKETS * 4].strip(b"\x47")
                and len(set(head[start : start + step])) > 1
            ):
                return "m2ts" if step == 192 else "ts"
            start += 1
    return None
