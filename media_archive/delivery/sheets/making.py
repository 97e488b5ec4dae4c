"""Making a contact sheet: a page at a time, so that five thousand pictures take no more memory than fifty."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from media_archive.context import Context
from media_archive.delivery import places
from media_archive.delivery.sheets import entries, layout
from media_archive.delivery.sheets.faces import Face
from media_archive.delivery.sheets.layout import Grid, Heading, Page
from media_archive.delivery.sheets.pdf import Pdf
from media_archive.delivery.sheets.wishes import Sheet
from media_archive.errors import ArchiveError, Invalid
from media_archive.tools import fonts
from media_archive.tools.fonts import Font
from media_archive.tools.isolation import reader

#: signs on every sheet, whatever its assets are called
USUAL_SIGNS = "第页没有图片影录音，。0123456789ABCDEFabcdef/·…"
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Made:
    """What was made."""

    files: list[Path]
    pages: int
    assets: int
    #: of which a plain card stands for the picture
    without: int

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        files = [str(path) for path in self.files]
        return {"files": files, "pages": self.pages, "assets": self.assets, "without_picture": self.without}


def make(
    context: Context, sheet: Sheet, target: Path, *, force: bool = False, progress: Progress | None = None
) -> Made:
    """Writes the sheet to `target`; as JPEG of more than one page to "name-1.jpg", "name-2.jpg" ... beside it.

    Raises Invalid where there is nothing to show, Conflict where a file exists and is not to be replaced,
    Unavailable where no font of this machine has Chinese.
    """
    if not sheet.assets:
        raise Invalid("There is nothing to put on a contact sheet. Choose some assets.")
    return _Making(context, sheet, progress or (lambda _: None)).to(target, force)


class _Making:
    def __init__(self, context: Context, sheet: Sheet, progress: Progress) -> None:
        self._context, self._sheet, self._progress = context, sheet, progress
        self._font: Font = fonts.find(context.settings, sheet.archive + sheet.title + USUAL_SIGNS)
        self._face, self._grid = Face(self._font), Grid.of(sheet.wish)
        self._pages = self._grid.pages(len(sheet.assets))
        self._without = 0

    def to(self, target: Path, force: bool) -> Made:
        files = self._pdf(target, force) if self._sheet.wish.form == "pdf" else self._jpegs(target, force)
        return Made(files, self._pages, len(self._sheet.assets), self._without)

    def _pdf(self, target: Path, force: bool) -> list[Path]:
        with places.draft(target, force) as draft, draft.open("wb") as sink:
            pdf = Pdf(sink, self._face)
            for page in self._laid_out():
                with ExitStack() as stack:
                    pdf.add(self._at_hand(page, stack))
            pdf.finish(f"{self._sheet.archive} · {self._sheet.title}")
        return [target]

    def _jpegs(self, target: Path, force: bool) -> list[Path]:
        font = {"path": str(self._font.path), "number": self._font.number}
        files = []
        for number, page in enumerate(self._laid_out(), start=1):
            digits = len(str(self._pages))
            name = target if self._pages == 1 else target.with_name(f"{target.stem}-{number:0{digits}}{target.suffix}")
            with ExitStack() as stack, places.draft(name, force) as draft:
                told = _plain(self._at_hand(page, stack))
                reader().call(
                    "media_archive.delivery.sheets.drawing:draw", told, font, self._sheet.wish.dots, str(draft)
                )
            files.append(name)
        return files

    def _laid_out(self) -> Iterator[Page]:
        zone = ZoneInfo(self._context.settings.time_zone)
        heading = Heading(f"{self._sheet.archive} · {self._sheet.title}", datetime.now(zone).strftime("%Y-%m-%d"))
        for number in range(self._pages):
            ids = self._sheet.assets[number * self._grid.count : (number + 1) * self._grid.count]
            with self._context.reading() as session:
                found = entries.read(session, ids, self._sheet.wish.captions)
            self._without += sum(not one.pictures for one in found)
            yield layout.lay_out(self._grid, found, heading, number + 1, self._pages, self._measure)
            self._progress((number + 1) / self._pages)

    def _measure(self, text: str, size: float) -> float:
        return self._face.width(text) / 1000 * size * layout.POINT

    def _at_hand(self, page: Page, stack: ExitStack) -> Page:
        """The page with a path for each picture; where none of its copies answers, a grey box stands for it."""
        kept = []
        for placed in page.pictures:
            try:
                path = stack.enter_context(self._context.stores.at_hand(placed.file))
            except ArchiveError:
                page.boxes.append(layout.Box(placed.x, placed.y, placed.width, placed.height, layout.GROUND))
                continue
            kept.append(replace(placed, path=path))
        cells = len(page.pictures)
        page.pictures = kept
        self._without += cells - len(kept)
        return page


def _plain(page: Page) -> dict[str, Any]:
    """The page as JSON for the reader process."""
    pictures = [
        {"x": one.x, "y": one.y, "width": one.width, "height": one.height, "path": str(one.path)}
        for one in page.pictures
    ]
    rest = {name: [asdict(one) for one in getattr(page, name)] for name in ("boxes", "badges", "texts")}
    return {"width": page.width, "height": page.height, "pictures": pictures, **rest}
