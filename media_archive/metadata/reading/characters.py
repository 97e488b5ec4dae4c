"""Text whose encoding nobody stated: UTF-8, else the one of East Asia that makes sense of it, else Windows' Latin."""

import re
from collections.abc import Sequence

#: what it can be, the likeliest of equals first
EAST_ASIAN = ("gb18030", "big5", "cp932")
#: of all double bytes, how many must be common characters for the text to be of that encoding
ENOUGH, SURE = 0.6, 0.85
#: an accent stands between letters: "Bj\xf8rn", "cr\xe9\xe9e"
ACCENT = re.compile(rb"[A-Za-z][\x80-\xff]{1,2}[a-z]|(?<![\x80-\xff])[\x80-\xff](?:[A-Za-z ]|$)")
DOUBLE = re.compile(rb"[\x81-\xfe][\x30-\xfe]")


def encoding_of(values: Sequence[bytes]) -> str:
    """One encoding that fits all of `values`: "utf-8", "gb18030", "big5", "cp932" or "cp1252"."""
    if all(_fits(value, "utf-8") for value in values):
        return "utf-8"
    high = [value for value in values if not value.isascii()]
    scores = {encoding: _score(high, encoding) for encoding in EAST_ASIAN}
    best = max(EAST_ASIAN, key=lambda encoding: scores[encoding])
    accents = sum(len(ACCENT.findall(value)) for value in high)
    doubles = sum(len(DOUBLE.findall(value)) for value in high)
    sure = scores[best] >= SURE and doubles >= 3
    return best if sure or (scores[best] >= ENOUGH and doubles > accents * 2) else "cp1252"


def decode(raw: bytes) -> str:
    """Text that claims to be ASCII, up to its NUL, without spaces around it."""
    raw = raw.split(b"\x00", 1)[0]
    if raw.isascii():
        return raw.decode("ascii").strip()
    return raw.decode(encoding_of([raw]), "replace").strip()


def decode_wide(raw: bytes) -> str:
    """UTF-16 without a mark or with one: the zeros of Latin text, or the rows of Chinese, give its byte order away."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = raw.decode("utf-16", "replace")
    else:
        pairs = raw[: len(raw) // 2 * 2]
        little = _likely(pairs[1::2]) >= _likely(pairs[0::2])
        text = pairs.decode("utf-16-le" if little else "utf-16-be", "replace")
    return text.split("\x00", 1)[0].strip()


def _likely(high: bytes) -> int:
    """How many of the bytes can be upper halves of common characters: Han, kana, full width; most of all Latin."""
    return sum(3 if not byte else byte in {0x20, 0x30, 0xFF} or 0x4E <= byte <= 0x9F for byte in high)


def _fits(value: bytes, encoding: str) -> bool:
    try:
        value.decode(encoding)
    except UnicodeDecodeError as exc:
        # texts are cut off at so many bytes, and the last character with them
        return (
            exc.start >= len(value) - 3 and exc.start > 0 and encoding == "utf-8" and not value[: exc.start].isascii()
        )
    return True


def _score(values: Sequence[bytes], encoding: str) -> float:
    """The share of the double bytes that are common characters of `encoding`; nought if it does not fit."""
    good = total = 0.0
    for value in values:
        try:
            text = value.decode(encoding)
        except UnicodeDecodeError as exc:
            if exc.start < len(value) - 2:
                return 0
            text = value[: exc.start].decode(encoding)
        for character in text:
            if ord(character) >= 0x80:
                total += 1
                good += _common(character, encoding)
    return good / total if total else 0


def _common(character: str, encoding: str) -> float:
    """1 for what everybody writes, 0.7 for rarer characters, 0 for what hardly occurs."""
    try:
        raw = character.encode(encoding)
    except UnicodeEncodeError:
        return 0
    if len(raw) != 2:
        return 0
    return WEIGHTS[encoding](raw[0], raw[1])


def _gb18030(first: int, second: int) -> float:
    if second < 0xA1:
        return 0.2 if first >= 0x81 else 0
    if 0xB0 <= first <= 0xD7 or (first in {0xA1, 0xA3}):
        return 1
    return 0.7 if 0xD8 <= first <= 0xF7 else 0


def _big5(first: int, second: int) -> float:
    if first in {0xA1, 0xA2, 0xA3}:
        return 0.7 if second < 0x80 or first == 0xA1 else 0
    if 0xA4 <= first <= 0xC6:
        return 0.95
    return 0.5 if 0xC9 <= first <= 0xF9 else 0


def _cp932(first: int, _second: int) -> float:
    if first in {0x81, 0x82, 0x83}:
        return 0.95
    return 0.9 if 0x88 <= first <= 0x97 else 0.4 if 0x98 <= first <= 0x9F or 0xE0 <= first <= 0xEA else 0


WEIGHTS = {"gb18030": _gb18030, "big5": _big5, "cp932": _cp932}
