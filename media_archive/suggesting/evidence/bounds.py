"""Where words begin and end, in texts that are written with and without spaces."""

from media_archive.folding import is_ideograph


def is_word(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] stands by itself: "Rd" does not in "third"; Chinese signs need no space around them."""
    return not (_joined(text, start - 1, start) or _joined(text, end - 1, end))


def _joined(text: str, before: int, after: int) -> bool:
    if before < 0 or after >= len(text):
        return False
    one, other = text[before], text[after]
    return one.isalnum() and other.isalnum() and not is_ideograph(one) and not is_ideograph(other)
