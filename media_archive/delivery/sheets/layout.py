"""Where everything lies on the pages of a contact sheet. Millimetres from the upper left corner; sizes of type in points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from media_archive.delivery.sheets.entries import Entry
from media_archive.delivery.sheets.wishes import Wish
from media_archive.storage.models import File

POINT = 25.4 / 72
MARGIN, HEAD, GAP = 12.0, 10.0, 4.0
#: height of a picture's box as a part of its width
ASPECT = 0.75
LINE = 1.4
DOTS = 150
ELLIPSIS = "…"
GROUND, FAINT, DARK, LIGHT = 0.93, 0.45, 0.1, 1.0

#: width of a text in millimetres at a size in points
Measure = Callable[[str, float], float]
WORDS = {
    "zh": {
        "page": "第 {page} / {pages} 页",
        "photo": "没有图片",
        "film": "影片 · 没有图片",
        "sound": "录音 · 没有图片",
    },
    "en": {
        "page": "Page {page} of {pages}",
        "photo": "No picture",
        "film": "Film · no picture",
        "sound": "Sound · no picture",
    },
}


@dataclass(frozen=True)
class Text:
    """A line of text; `y` is its baseline. grey: 0 is black."""

    x: float
    y: float
    size: float
    text: str
    grey: float = DARK


@dataclass(frozen=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    grey: float


@dataclass(frozen=True)
class Placed:
    """A picture."""

    x: float
    y: float
    width: float
    height: float
    file: File
    #: where its bytes lie, once they are at hand
    path: Path | None = None


@dataclass
class Page:
    """What is drawn on one page: boxes first, then pictures, then badges, then text."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    pictures: list[Placed] = field(default_factory=list)
    badges: list[Box] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Heading:
    """What stands above each page."""

    left: str
    day: str


@dataclass(frozen=True)
class Grid:
    """The cells of a page."""

    wish: Wish
    columns: int
    rows: int
    #: of a cell
    width: float
    height: float
    #: of the type under the pictures, in points
    size: float

    @classmethod
    def of(cls, wish: Wish) -> "Grid":
        """As many rows as fit, at least one."""
        width, height = wish.page
        cell = (width - 2 * MARGIN - (wish.columns - 1) * GAP) / wish.columns
        size = min(9.0, max(5.0, cell / 5.5))
        lines = len(wish.captions) * size * LINE * POINT
        room = height - 2 * MARGIN - HEAD
        # one row may be lower than its aspect asks, on small paper with one column
        high = min(cell * ASPECT, room - lines - GAP) + lines + (1.5 if wish.captions else 0)
        return cls(wish, wish.columns, max(1, int((room + GAP) / (high + GAP))), cell, high, size)

    @property
    def count(self) -> int:
        """Cells on a page."""
        return self.columns * self.rows

    def pages(self, entries: int) -> int:
        """Pages for so many entries."""
        return max(1, -(-entries // self.count))


def lay_out(grid: Grid, entries: Sequence[Entry], heading: Heading, number: int, pages: int, measure: Measure) -> Page:
    """Page `number`, from 1, of `pages`."""
    width, height = grid.wish.page
    page = Page(width, height)
    _head(page, grid, heading, number, pages, measure)
    for at, entry in enumerate(entries):
        row, column = divmod(at, grid.columns)
        x = MARGIN + column * (grid.width + GAP)
        y = MARGIN + HEAD + row * (grid.height + GAP)
        _cell(page, grid, entry, x, y, measure)
    return page


def _head(page: Page, grid: Grid, heading: Heading, number: int, pages: int, measure: Measure) -> None:
    right = f"{WORDS[grid.wish.language]['page'].format(page=number, pages=pages)} · {heading.day}"
    wide = measure(right, 8)
    page.texts.append(Text(page.width - MARGIN - wide, MARGIN + 4, 8, right, FAINT))
    room = page.width - 2 * MARGIN - wide - GAP
    page.texts.append(Text(MARGIN, MARGIN + 4, 11, shortened(heading.left, room, 11, measure)))
    page.boxes.append(Box(MARGIN, MARGIN + 6.5, page.width - 2 * MARGIN, 0.2, 0.7))


def _cell(page: Page, grid: Grid, entry: Entry, x: float, y: float, measure: Measure) -> None:
    lines = len(grid.wish.captions) * grid.size * LINE * POINT
    high = grid.height - lines - (1.5 if grid.wish.captions else 0)
    picture = entry.picture(max(grid.width, high) / 25.4 * DOTS)
    if picture is None:
        _card(page, grid, entry, (x, y, grid.width, high), measure)
    else:
        file, wide, tall = picture
        scale = min(grid.width / wide, high / tall)
        w, h = wide * scale, tall * scale
        left, top = x + (grid.width - w) / 2, y + (high - h) / 2
        page.pictures.append(Placed(left, top, w, h, file))
        _badge(page, grid, entry, left + w, top + h, measure)
    for number, line in enumerate(entry.words):
        base = y + high + 1.5 + (number + 0.8) * grid.size * LINE * POINT
        text = shortened(line, grid.width, grid.size, measure)
        page.texts.append(Text(x, base, grid.size, text, DARK if number == 0 else FAINT))


def _card(page: Page, grid: Grid, entry: Entry, box: tuple[float, float, float, float], measure: Measure) -> None:
    """A plain card for what has no picture."""
    x, y, width, height = box
    page.boxes.append(Box(x, y, width, height, GROUND))
    said = shortened(WORDS[grid.wish.language][entry.kind], width, grid.size, measure)
    page.texts.append(Text(x + (width - measure(said, grid.size)) / 2, y + height / 2 + 1, grid.size, said, FAINT))
    _badge(page, grid, entry, x + width, y + height, measure)


def _badge(page: Page, grid: Grid, entry: Entry, right: float, bottom: float, measure: Measure) -> None:
    """How long it plays, in the lower right corner."""
    if entry.duration is None:
        return
    said, size = clock(entry.duration), min(8.0, grid.size)
    width, height = measure(said, size) + 2, size * POINT + 1.4
    page.badges.append(Box(right - width - 1, bottom - height - 1, width, height, DARK))
    page.texts.append(Text(right - width, bottom - 2 - size * POINT * 0.12, size, said, LIGHT))


def clock(seconds: float) -> str:
    """1:02:33, 0:07."""
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def shortened(text: str, room: float, size: float, measure: Measure) -> str:
    """`text`, cut with an ellipsis where it is wider than `room`."""
    if measure(text, size) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + ELLIPSIS, size) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS
