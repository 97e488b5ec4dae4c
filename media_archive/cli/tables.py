"""Tables in text: columns as wide as what is in them, Chinese signs counted as two."""

import unicodedata
from collections.abc import Collection, Sequence

from media_archive.cli.speech import tell

WIDE = {"W", "F"}


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> None:
    """Rows below their heads on stdout; the columns in `right` hold numbers. Nothing where there are no rows."""
    if not rows:
        return
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(map(wide, column)) for column in columns]
    for row in (heads, *rows):
        cells = [_padded(cell, widths[place], place in right) for place, cell in enumerate(row)]
        tell("  ".join(cells).rstrip())


def wide(text: str) -> int:
    """Columns that `text` takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in WIDE else 1 for sign in text)


def _padded(text: str, width: int, to_the_right: bool) -> str:
    space = " " * (width - wide(text))
    return space + text if to_the_right else text + space
