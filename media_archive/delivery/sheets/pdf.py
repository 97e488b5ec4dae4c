"""A PDF written from beginning to end as it grows: memory does not grow with its pages (ISO 32000-1)."""

import hashlib
import re
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

from media_archive.delivery.sheets.faces import Face
from media_archive.delivery.sheets.layout import Box, Page, Placed, Text
from media_archive.errors import Damaged

CHUNK = 1 << 20
POINTS = 72 / 25.4
#: markers that begin a JPEG's frame, less those of tables
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
#: (ISO 32000-1, 9.10.3) codes to signs, so that text can be searched and copied
TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{ranges}endcmap CMapName currentdict /CMap defineresource pop end end"""
MOST_IN_RANGE = 100


class Pdf:
    """Pages of one font, appended to `sink`."""

    def __init__(self, sink: BinaryIO, face: Face) -> None:
        self._sink, self._face = sink, face
        self._at = 0
        self._offsets: list[int] = []
        self._pages: list[int] = []
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._root, self._tree, self._font = self._reserve(), self._reserve(), self._reserve()

    def add(self, page: Page) -> None:
        """Appends a page; the pictures' files must be at hand."""
        images = {f"I{number}": self._image(placed) for number, placed in enumerate(page.pictures)}
        drawn = [*(_box(box, page) for box in page.boxes)]
        drawn += [_picture(name, placed, page) for name, placed in zip(images, page.pictures, strict=True)]
        drawn += [_box(box, page) for box in page.badges]
        drawn += [self._text(text, page) for text in page.texts]
        content = self._stream("", zlib.compress("\n".join(drawn).encode("ascii")), flate=True)
        shown = " ".join(f"/{name} {number} 0 R" for name, number in images.items())
        size = f"[0 0 {page.width * POINTS:.2f} {page.height * POINTS:.2f}]"
        resources = f"<< /Font << /F {self._font} 0 R >> /XObject << {shown} >> >>"
        body = f"<< /Type /Page /Parent {self._tree} 0 R /MediaBox {size} /Resources {resources} /Contents {content} 0 R >>"
        self._pages.append(self._object(body))

    def finish(self, title: str) -> None:
        """Writes what the pages refer to, and where everything lies."""
        self._write_font()
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>", self._tree)
        shown = "/ViewerPreferences << /DisplayDocTitle true >>"
        self._object(f"<< /Type /Catalog /Pages {self._tree} 0 R {shown} >>", self._root)
        told = self._object(f"<< /Title {_string(title)} /Producer (Media Archive) >>")
        start, count = self._at, len(self._offsets) + 1
        lines = "".join(f"{offset:010} 00000 n \n" for offset in self._offsets)
        self._put(f"xref\n0 {count}\n0000000000 65535 f \n{lines}".encode("ascii"))
        self._put(
            f"trailer\n<< /Size {count} /Root {self._root} 0 R /Info {told} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        )

    def _text(self, text: Text, page: Page) -> str:
        x, y = text.x * POINTS, (page.height - text.y) * POINTS
        codes = self._face.codes(text.text).hex()
        return f"BT {text.grey:.2f} g /F {text.size:.2f} Tf {x:.2f} {y:.2f} Td <{codes}> Tj ET"

    def _image(self, placed: Placed) -> int:
        """The JPEG as it is: PDF readers decode it themselves."""
        assert placed.path
        width, height, parts = jpeg_size(placed.path)
        space = {1: "/DeviceGray", 4: "/DeviceCMYK"}.get(parts, "/DeviceRGB")
        told = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {space} /BitsPerComponent 8"
        number = self._reserve()
        length = placed.path.stat().st_size
        self._begin(number, f"<< {told} /Filter /DCTDecode /Length {length} >>\nstream\n")
        with placed.path.open("rb") as file:
            while piece := file.read(CHUNK):
                self._put(piece)
        self._put(b"\nendstream\nendobj\n")
        return number

    def _write_font(self) -> None:
        face, metrics = self._face, self._face.metrics
        data = face.embedded()
        kind, key = ("CIDFontType0", "FontFile3") if face.is_compact else ("CIDFontType2", "FontFile2")
        told = "/Subtype /CIDFontType0C" if face.is_compact else f"/Length1 {len(data)}"
        file = self._stream(told, zlib.compress(data), flate=True)
        # a subset is known by six letters before its name
        mark = re.sub(r"[^A-Z]", "", hashlib.sha256(data).hexdigest().translate(_LETTERS))[:6]
        name = f"/{mark}+Sheet"
        box = " ".join(map(str, metrics.box))
        described = self._object(
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}] /ItalicAngle {metrics.italic:.1f} "
            f"/Ascent {metrics.ascent} /Descent {metrics.descent} /CapHeight {metrics.ascent} /StemV 80 /{key} {file} 0 R >>"
        )
        widths = " ".join(f"{code} [{width}]" for code, width in face.widths())
        identity = "" if face.is_compact else "/CIDToGIDMap /Identity"
        inner = self._object(
            f"<< /Type /Font /Subtype /{kind} /BaseFont {name} /FontDescriptor {described} 0 R /DW 1000 /W [{widths}] "
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> {identity} >>"
        )
        signs = self._stream("", zlib.compress(_to_unicode(face.used).encode("ascii")), flate=True)
        self._object(
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H "
            f"/DescendantFonts [{inner} 0 R] /ToUnicode {signs} 0 R >>",
            self._font,
        )

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets)

    def _object(self, body: str, number: int | None = None) -> int:
        number = number or self._reserve()
        self._begin(number, body)
        self._put(b"\nendobj\n")
        return number

    def _stream(self, told: str, data: bytes, *, flate: bool) -> int:
        number = self._reserve()
        coded = "/Filter /FlateDecode" if flate else ""
        self._begin(number, f"<< {told} {coded} /Length {len(data)} >>\nstream\n")
        self._put(data + b"\nendstream\nendobj\n")
        return number

    def _begin(self, number: int, body: str) -> None:
        self._offsets[number - 1] = self._at
        self._put(f"{number} 0 obj\n{body}".encode("ascii"))

    def _put(self, data: bytes) -> None:
        self._sink.write(data)
        self._at += len(data)


_LETTERS = str.maketrans("0123456789abcdef", "GHIJKLMNOPABCDEF")


def _box(box: Box, page: Page) -> str:
    y = page.height - box.y - box.height
    numbers = " ".join(f"{value * POINTS:.2f}" for value in (box.x, y, box.width, box.height))
    return f"{box.grey:.2f} g {numbers} re f"


def _picture(name: str, placed: Placed, page: Page) -> str:
    width, height = placed.width * POINTS, placed.height * POINTS
    x, y = placed.x * POINTS, (page.height - placed.y - placed.height) * POINTS
    return f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {y:.2f} cm /{name} Do Q"


def _string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"


def _to_unicode(used: dict[int, str]) -> str:
    pairs = [f"<{code:04X}> <{sign.encode('utf-16-be').hex().upper()}>" for code, sign in sorted(used.items())]
    ranges = ""
    for start in range(0, len(pairs), MOST_IN_RANGE):
        some = pairs[start : start + MOST_IN_RANGE]
        ranges += f"{len(some)} beginbfchar\n" + "\n".join(some) + "\nendbfchar\n"
    return TO_UNICODE.replace("{ranges}", ranges)


def jpeg_size(path: Path) -> tuple[int, int, int]:
    """Width, height and components of a JPEG that was made here."""
    with path.open("rb") as file:
        file.seek(2)
        while len(head := file.read(4)) == 4 and head[0] == 0xFF:
            length = int.from_bytes(head[2:], "big")
            if head[1] in FRAMES:
                _, height, width, parts = struct.unpack(">BHHB", file.read(6))
                return width, height, parts
            file.seek(length - 2, 1)
    raise Damaged("{name} is no JPEG. Have it made anew with `media-archive renditions remake`.", name=path.name)
