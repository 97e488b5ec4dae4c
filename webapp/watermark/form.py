"""What the form of a watermark asks for."""

from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from media_archive.catalogue import marks
from media_archive.catalogue.marks import LARGEST_PICTURE, Mark
from media_archive.catalogue.models import Watermark
from media_archive.errors import Invalid
from webapp.translated import lazy_gettext

PLACES = {
    "top-left": lazy_gettext("top left"),
    "top": lazy_gettext("top"),
    "top-right": lazy_gettext("top right"),
    "left": lazy_gettext("left"),
    "center": lazy_gettext("in the middle"),
    "right": lazy_gettext("right"),
    "bottom-left": lazy_gettext("bottom left"),
    "bottom": lazy_gettext("bottom"),
    "bottom-right": lazy_gettext("bottom right"),
    "tiled": lazy_gettext("all over the picture"),
}
#: asked for as parts of a hundred
PARTS = ("opacity", "size", "margin")
#: bytes that the form may send: the picture, and its few words
MOST_BYTES = LARGEST_PICTURE + (64 << 10)


@dataclass(frozen=True)
class Asked:
    """A watermark as the form describes it."""

    mark: Mark
    picture: bytes | None

    @property
    def watermark(self) -> Watermark:
        """The same, belonging to no archive yet."""
        return Watermark(look=self.mark.model_dump(), picture=self.picture)


def asked(form: "MultiDict[str, str]", upload: FileStorage | None, there: Watermark | None) -> Asked:
    """The form; Invalid where a value breaks a rule. A picture that is not sent again is the one that is `there`."""
    looks = {name: _part(form[name]) for name in PARTS if form.get(name, "").strip()}
    position = {"position": form["position"]} if form.get("position") else {}
    if form.get("draw") == "picture":
        picture = (upload.read(LARGEST_PICTURE + 1) if upload else b"") or (there.picture if there else None)
        if not picture:
            raise Invalid("Choose the PNG that is to be drawn.")
        return Asked(marks.checked(**position, **looks), picture)
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("Write the text that is to be drawn.")
    return Asked(marks.checked(text=text, **position, **looks), None)


def _part(text: str) -> float:
    try:
        return float(text.strip()[:20]) / 100
    except ValueError:
        raise Invalid("{what} is no number. Give another.", what=text.strip()[:20]) from None
