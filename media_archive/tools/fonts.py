"""Fonts: one of this machine that can show a text. None is shipped."""

import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from media_archive.config import Settings
from media_archive.errors import ArchiveError, Unavailable
from media_archive.tools.runner import run

SECONDS_TO_ANSWER = 30
#: fonts that are read to find the best one
FEW = 6
#: families to look for first, in this order: plain faces with Chinese glyphs of mainland shape
PREFERRED = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "HarmonyOS Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
)
#: where fonts lie on machines without fontconfig
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}


@dataclass(frozen=True)
class Font:
    """A face in a font file; `number` tells which of a collection's."""

    path: Path
    number: int = 0


def find(settings: Settings, text: str) -> Font:
    """The font set, else the machine's first that has every sign of `text`, else the one with most of them.

    Raises Unavailable where the font set cannot be read, or where no font shows the Chinese in `text`.
    """
    wanted = _shown(text)
    if settings.font:
        return _set(settings.font, wanted)
    best = next(iter(_candidates()), None)
    if best is not None and wanted - _signs(best):
        # to read every font of a machine takes a minute: fontconfig knows which one has all the signs, if any does
        best = next(_of_fontconfig(wanted), None) or _best(_candidates()[:FEW], wanted)
    if best is None or _lacks_chinese(best, wanted):
        raise Unavailable(
            "No font of this machine shows the text {text}. Install one, such as fonts-noto-cjk, or set `font`.",
            text=text[:40],
        )
    return best


def lacking(font: Font, text: str) -> str:
    """The signs of `text` that the font cannot show."""
    return "".join(sorted(_shown(text) - _signs(font)))


def _shown(text: str) -> frozenset[str]:
    return frozenset(sign for sign in text if sign.isprintable() and not sign.isspace())


def _best(fonts: Iterable[Font], wanted: frozenset[str]) -> Font | None:
    """The first that has every sign wanted, else the one with most of them."""
    best, missing = None, len(wanted) + 1
    for font in fonts:
        left = len(wanted - _signs(font))
        if left < missing:
            best, missing = font, left
        if not left:
            break
    return best


def _set(path: str, wanted: frozenset[str]) -> Font:
    """The face of the file set that has most of the signs."""
    faces = [Font(Path(path), number) for number in range(_count(path))]
    usable = [font for font in faces if _signs(font)]
    if not usable:
        raise Unavailable("The font {path} cannot be read. Mend the setting font.", path=path)
    best = min(usable, key=lambda font: len(wanted - _signs(font)))
    if _lacks_chinese(best, wanted):
        raise Unavailable("The font {path} has no Chinese signs. Mend the setting font.", path=path)
    return best


def _lacks_chinese(font: Font, wanted: frozenset[str]) -> bool:
    """Whether most of the Chinese signs wanted are missing: a rare one may be."""
    chinese = {sign for sign in wanted if "\u2e80" <= sign <= "\u9fff" or sign > "\U00020000"}
    return len(chinese - _signs(font)) * 2 > len(chinese)


@lru_cache
def _candidates() -> tuple[Font, ...]:
    return tuple(dict.fromkeys([*_of_fontconfig(), *_in_folders()]))


def _of_fontconfig(signs: Collection[str] = ()) -> Iterator[Font]:
    """Faces that fontconfig knows to hold Chinese and all the `signs`, preferred, upright and regular ones first."""
    program = shutil.which("fc-list")
    if program is None:
        return
    form = "%{family[0]}\t%{index}\t%{weight}\t%{slant}\t%{file}\n"
    holding = ":lang=zh-cn" + (":charset=" + " ".join(sorted(f"{ord(sign):x}" for sign in signs)) if signs else "")
    try:
        said = run([program, "-f", form, holding], timeout=SECONDS_TO_ANSWER).stdout.decode("utf-8", "replace")
    except ArchiveError:
        return
    rows = [line.split("\t") for line in said.splitlines() if line.count("\t") == 4]
    ranked = [row for row in rows if Path(row[4]).suffix.lower() in SUFFIXES and row[1].isdigit()]
    for row in sorted(ranked, key=_rank):
        # the upper bits of fontconfig's index name an instance of a variable font
        yield Font(Path(row[4]), int(row[1]) & 0xFFFF)


def _rank(row: list[str]) -> tuple[bool, int, int, str]:
    family, _, weight, slant, path = row
    known = PREFERRED.index(family) if family in PREFERRED else len(PREFERRED)
    heavy = abs(int(float(weight)) - 80) if weight.replace(".", "", 1).isdigit() else 0
    return slant != "0", known, heavy, path


def _in_folders() -> Iterator[Font]:
    for folder in FOLDERS:
        for path in sorted(Path(folder).rglob("*")) if Path(folder).is_dir() else ():
            if path.suffix.lower() in SUFFIXES:
                yield Font(path)


@lru_cache(maxsize=32)
def _signs(font: Font) -> frozenset[str]:
    """The signs that a face has; none where it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(font.path, fontNumber=font.number, lazy=True) as face:
            return frozenset(map(chr, face.getBestCmap() or {}))
    except (OSError, TTLibError, AssertionError):
        return frozenset()


def _count(path: str) -> int:
    """Faces in a font file."""
    from fontTools.ttLib import TTCollection, TTLibError

    try:
        with TTCollection(path, lazy=True) as faces:
            return len(faces.fonts)
    except (OSError, TTLibError, AssertionError):
        return 1
