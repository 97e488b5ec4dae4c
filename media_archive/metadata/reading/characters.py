"""Text whose encoding nobody stated: UTF-8, else GB 18030 as Chinese programs wrote it, else Windows' Latin."""

from collections.abc import Sequence

#: in GB 2312 both bytes of a character are above this; the rarer characters of GBK have a second byte below
PLAIN_PAIR = 0xA1


def encoding_of(values: Sequence[bytes]) -> str:
    """One encoding that fits all of `values`: "utf-8", "gb18030" or "cp1252"."""
    for encoding in ("utf-8", "gb18030"):
        try:
            for value in values:
                value.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _looks_chinese(values):
            return encoding
    return "cp1252"


def decode(raw: bytes) -> str:
    """Text that claims to be ASCII, up to its NUL."""
    raw = raw.split(b"\x00", 1)[0]
    return raw.decode(encoding_of([raw]), "replace")


def _looks_chinese(values: Sequence[bytes]) -> bool:
    """Whether high bytes come in pairs: a lone one before a letter ("Bj\\xf8rn") is an accent, not a rare character."""
    pairs = lone = 0
    for value in values:
        at = 0
        while at < len(value) - 1:
            if value[at] < 0x80:
                at += 1
                continue
            pairs += value[at] >= PLAIN_PAIR and value[at + 1] >= PLAIN_PAIR
            lone += value[at + 1] < 0x80
            at += 2
    return pairs > lone
