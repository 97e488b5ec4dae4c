"""TIFF: which of its pictures is meant, and what its tags say that libvips passes over."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyvips

from media_archive.metadata.reading.directories import Directory, fetching, walk
from media_archive.renditions.stills.pictures import Picture, Wanted
from media_archive.renditions.stills.readers import native
from media_archive.renditions.stills.readers.headers import Known

NEW_SUBFILE_TYPE, WIDTH, HEIGHT, EXTRA_SAMPLES = 0x00FE, 0x0100, 0x0101, 0x0152
REDUCED, MASK = 1, 4
UNSPECIFIED, ASSOCIATED = 0, 1
#: a first picture of so few of the pixels of another of its shape is a thumbnail, though nothing says so
THUMBNAIL, SAME_SHAPE = 1 / 4, 0.03


@dataclass(frozen=True)
class Page:
    """A picture in the file: its number, or that of a directory that hangs on the first."""

    number: int
    below: int | None
    width: int
    height: int
    #: what the samples beyond the colours are
    extra: tuple[int, ...]
    #: a smaller version of another, or a mask
    aside: bool

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def shaped_like(self, other: "Page") -> bool:
        """Whether both have the same proportions."""
        return abs(self.width * other.height / (self.height * other.width) - 1) < SAME_SHAPE

    def options(self) -> dict[str, int]:
        """How libvips is told to load it."""
        return {"page": self.number} | ({} if self.below is None else {"subifd": self.below})


def by_pages(path: str, wanted: Wanted) -> Picture:
    """The picture that is meant, and how many pages there are: thumbnails, smaller versions and masks are none."""
    pages = _pages(path)
    meant = chosen(pages)
    options = meant.options() if meant else {}
    count = sum(not page.aside for page in pages if page.below is None and not _thumbnail(page, meant))

    def load(**more: Any) -> pyvips.Image:
        image = pyvips.Image.tiffload(path, access="sequential", **options, **more)
        return _mended(image, meant.extra) if meant else image

    return native.read(load, wanted, lambda _: Known(pages=max(1, count)))


def chosen(pages: list[Page]) -> Page | None:
    """The first that is no smaller version, mask or thumbnail of another; None where libvips is to find one."""
    whole = [page for page in pages if not page.aside]
    first = next((page for page in whole if page.below is None), None) or next(iter(whole), None)
    if first is None:
        return max(pages, key=lambda page: page.pixels, default=None)
    larger = [page for page in whole if _thumbnail(first, page)]
    return max(larger, key=lambda page: page.pixels, default=first)


def _thumbnail(page: Page, other: Page | None) -> bool:
    return other is not None and page.pixels <= other.pixels * THUMBNAIL and page.shaped_like(other)


def _pages(path: str) -> list[Page]:
    with Path(path).open("rb") as source:
        fetch, size = fetching(source)
        found: list[Page] = []
        number = -1
        for directory in walk(fetch, size):
            main = directory.group.startswith(("Image", "Thumbnail"))
            number += main
            if main or directory.group.startswith("SubIFD"):
                below = None if main else int(directory.group.removeprefix("SubIFD"))
                page = _page(directory, max(number, 0), below)
                found += [page] if page else []
        return found


def _page(directory: Directory, number: int, below: int | None) -> Page | None:
    def value(tag: int) -> int | None:
        return directory.entries[tag].number() if tag in directory.entries else None

    width, height, kind = value(WIDTH), value(HEIGHT), value(NEW_SUBFILE_TYPE) or 0
    if not width or not height:
        return None
    extra = tuple(directory.entries[EXTRA_SAMPLES].values()) if EXTRA_SAMPLES in directory.entries else ()
    return Page(number, below, width, height, extra, bool(kind & (REDUCED | MASK)))


def _mended(image: pyvips.Image, extra: tuple[int, ...]) -> pyvips.Image:
    """libvips takes the next band for opacity: infrared and the like are none, and some is multiplied in already."""
    if not extra or not image.hasalpha():
        return image
    colours = image.bands - len(extra)
    if extra[0] == UNSPECIFIED:
        # bands of a satellite or a survey camera: the first three, which `viewable` shows
        return (
            image.copy(interpretation="multiband") if colours < 3 <= image.bands else image.extract_band(0, n=colours)
        )
    image = image.extract_band(0, n=colours + 1)
    return image.unpremultiply().cast(image.format) if extra[0] == ASSOCIATED else image
