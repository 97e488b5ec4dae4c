"""Which reader opens which photograph, and who is asked next. Runs in the reader process only."""

from collections.abc import Callable

from media_archive.errors import TooLarge, Unsupported
from media_archive.renditions.stills.pictures import ENDS_EARLY, Picture, Wanted, said
from media_archive.renditions.stills.readers import drawings, heif, jpeg2000, jpegxl, native, photoshop, tiff
from media_archive.renditions.stills.readers.plugins import by_pillow
from media_archive.renditions.stills.readers.previews import by_previews, uncovered
from media_archive.renditions.stills.readers.raws import as_preview, by_libraw

Reader = Callable[[str, Wanted], Picture]

RAW: tuple[Reader, ...] = (by_libraw, by_previews, native.by_vips, by_pillow)
#: by format: who is asked, the best first
READERS: dict[str, tuple[Reader, ...]] = {
    "jpeg": (native.jpeg, by_pillow),
    "png": (native.png, by_pillow),
    "gif": (native.gif, by_pillow),
    "webp": (native.by_vips, by_pillow),
    "avif": (native.avif, by_pillow),
    "tiff": (tiff.by_pages, by_pillow, by_libraw),
    "heif": (heif.by_libheif, native.by_vips),
    "jp2": (jpeg2000.by_openjpeg, jpeg2000.by_ffmpeg),
    "jxl": (jpegxl.by_libjxl,),
    "psd": (photoshop.by_strips, by_pillow),
    "svg": (drawings.by_librsvg,),
}
OTHERS: tuple[Reader, ...] = (by_pillow, native.by_vips)


def open_picture(path: str, format_name: str, raw: bool, wanted: Wanted) -> Picture:
    """The picture at `path` by the first reader that can; Unsupported with the first one's reason where none can."""
    reasons: list[str] = []
    for reader in RAW if raw else READERS.get(format_name, OTHERS):
        try:
            picture = reader(path, wanted)
            _refuse_nothing(picture)
        except (TooLarge, MemoryError):
            raise
        except Exception as exc:
            reasons.append(said(exc))
        else:
            return _no_photograph(picture, reasons[0]) if raw and reasons else picture
    raise Unsupported("No reader here can decode this picture ({reason}).", reason=reasons[0])


def _refuse_nothing(picture: Picture) -> None:
    """A damaged file of which no part was decoded is shown as what it is, not as a black picture."""
    if picture.problem and picture.problem.template == ENDS_EARLY and picture.image.deviate() == 0:
        raise Unsupported("its data end before the first part of the picture is complete")


def _no_photograph(picture: Picture, why: str) -> Picture:
    """What another reader finds in a raw file is a preview of it; how large the photograph is, is not known."""
    picture.width = picture.height = None
    return as_preview(uncovered(picture), why)
