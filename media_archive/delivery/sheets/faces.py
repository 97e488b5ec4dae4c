"""A font in a PDF: the codes and widths of its signs, and at the end a subset of it (PDF 1.7, 9.7: composite fonts)."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from media_archive.errors import Unavailable
from media_archive.tools.fonts import Font

#: what shapes text or varies glyphs: the codes are drawn as they are
NEEDLESS = ("GSUB", "GPOS", "GDEF", "BASE", "JSTF", "MATH", "vhea", "vmtx", "VORG", "DSIG", "kern", "STAT", "fvar")
VARYING = ("avar", "gvar", "cvar", "HVAR", "VVAR", "MVAR", "COLR", "CPAL", "SVG ", "CBDT", "CBLC", "sbix")
SUBSTITUTES = ("□", "?", " ")


@dataclass(frozen=True)
class Metrics:
    """In thousandths of the size of the type."""

    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    italic: float


class Face:
    """One face: signs to codes, as they stand in the pages, and to widths."""

    def __init__(self, font: Font) -> None:
        from fontTools.ttLib import TTFont  # slow to load, and only sheets are set in type

        self._font = font
        self._face = TTFont(font.path, fontNumber=font.number, lazy=True)
        self._glyphs: dict[int, str] = self._face.getBestCmap() or {}
        self._unit: int = self._face["head"].unitsPerEm
        self._advances = self._face["hmtx"].metrics
        if "glyf" not in self._face and "CFF " not in self._face:
            raise Unavailable("The font {path} cannot be put into a PDF. Set another as `font`.", path=str(font.path))
        self._substitute = next((sign for sign in SUBSTITUTES if ord(sign) in self._glyphs), None)
        #: code -> the sign it stands for
        self.used: dict[int, str] = {}
        self._codes: dict[str, tuple[int, int]] = {}

    @property
    def is_compact(self) -> bool:
        """Whether its outlines are CFF, not TrueType."""
        return "CFF " in self._face

    @cached_property
    def _by_number(self) -> bool:
        """Whether its glyphs are named by character identifiers, which are then the codes."""
        return self.is_compact and hasattr(self._face["CFF "].cff.topDictIndex[0], "ROS")

    def width(self, text: str) -> int:
        """In thousandths of the size of the type."""
        return sum(self._known(sign)[1] for sign in text)

    def codes(self, text: str) -> bytes:
        """The text as the page writes it: two bytes a sign."""
        written = bytearray()
        for sign in text:
            code, _ = self._known(sign)
            self.used.setdefault(code, sign)
            written += code.to_bytes(2, "big")
        return bytes(written)

    def _known(self, sign: str) -> tuple[int, int]:
        if sign not in self._codes:
            glyph = self._glyphs.get(ord(sign)) or self._glyphs.get(ord(self._substitute or " "))
            self._codes[sign] = self._code(glyph) if glyph else (0, 500)
        return self._codes[sign]

    def _code(self, glyph: str) -> tuple[int, int]:
        width = round(self._advances[glyph][0] * 1000 / self._unit)
        if self._by_number and glyph.startswith("cid"):
            return int(glyph[3:]), width
        return self._face.getGlyphID(glyph), width

    def widths(self) -> Iterable[tuple[int, int]]:
        """Code and width of what was used."""
        return [(code, self._known(sign)[1]) for code, sign in sorted(self.used.items())]

    @property
    def metrics(self) -> Metrics:
        """What a reader without the font would need."""
        head, lines = self._face["head"], self._face["hhea"]

        def scaled(value: float) -> int:
            return round(value * 1000 / self._unit)

        box = (scaled(head.xMin), scaled(head.yMin), scaled(head.xMax), scaled(head.yMax))
        return Metrics(box, scaled(lines.ascent), scaled(lines.descent), float(self._face["post"].italicAngle))

    def embedded(self) -> bytes:
        """The font's file with the glyphs that were used only: TrueType, or the bare CFF."""
        from fontTools import subset
        from fontTools.ttLib import TTFont

        options = subset.Options(
            retain_gids=not self._by_number, notdef_outline=True, hinting=False, layout_features=[], name_IDs=[]
        )
        options.drop_tables += [*NEEDLESS, *VARYING]
        face = TTFont(self._font.path, fontNumber=self._font.number, lazy=True)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(sign) for sign in self._drawn()])
        cutter.subset(face)
        return _compact(face) if self.is_compact else _saved(face)

    def _drawn(self) -> set[str]:
        return {sign for sign in self.used.values() if ord(sign) in self._glyphs} | {self._substitute or " "}


def _saved(face: Any) -> bytes:
    buffer = io.BytesIO()
    face.save(buffer)
    return buffer.getvalue()


def _compact(face: Any) -> bytes:
    from fontTools.ttLib import TTFont

    saved = TTFont(io.BytesIO(_saved(face)))
    return bytes(saved.getTableData("CFF "))
