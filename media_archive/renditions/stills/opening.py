"""Which reader opens which photograph, and who is asked next. Runs in the reader process only."""

from collections.abc import Callable

from media_archive.errors import TooLarge, Unsupported
from media_archive.renditions.stills.pictures import Picture, Wanted, by_vips, said
from media_archive.renditions.stills.plugins import by_pillow
from media_archive.renditions.stills.raws import as_preview, by_libraw

Reader = Callable[[str, Wanted], Picture]


def open_picture(path: str, format_name: str, raw: bool, wanted: Wanted) -> Picture:
    """The picture at `path` by the first reader that can; Unsupported with the first one's reason where none can."""
    reasons: list[str] = []
    for reader in _readers(format_name, raw):
        try:
            picture = reader(path, wanted)
        except (TooLarge, MemoryError):
            raise
        except Exception as exc:
            reasons.append(said(exc))
        else:
            return _no_photograph(picture, reasons[0]) if raw and reasons else picture
    raise Unsupported("No reader here can decode this picture ({reason}).", reason=reasons[0])


def _readers(format_name: str, raw: bool) -> tuple[Reader, ...]:
    if raw:
        return (by_libraw, by_vips, by_pillow)
    if format_name in ("jpeg", "png", "gif", "webp", "avif"):
        return (by_vips, by_pillow)
    if format_name == "tiff":
        return (by_vips, by_pillow, by_libraw)
    return (by_pillow, by_vips)


def _no_photograph(picture: Picture, why: str) -> Picture:
    """What another reader finds in a raw file is a preview of it; how large the photograph is, is not known."""
    picture.width = picture.height = None
    return as_preview(picture, why)
