"""What a file is that is no media: documents, packages, programs and the like, so that a refusal can name it."""

import re
from dataclasses import dataclass
from typing import Literal

from media_archive.metadata.recognition.text import decode
from media_archive.metadata.recognition.window import Window

Sort = Literal[
    "document",
    "layout",
    "page",
    "text",
    "xml",
    "package",
    "program",
    "database",
    "drawing",
    "font",
    "card",
    "other",
]


@dataclass(frozen=True)
class Stranger:
    """A file that is none of the archive's formats: what sort of thing it is, and its kind by name where it has one."""

    sort: Sort
    kind: str = ""


#: the bytes that a kind of file begins with
STARTS: tuple[tuple[bytes, Stranger], ...] = (
    (b"%PDF-", Stranger("document", "PDF")),
    (b"{\\rtf", Stranger("document", "Rich Text")),
    (b"%!PS", Stranger("document", "PostScript")),
    (b"\xc5\xd0\xd3\xc6", Stranger("document", "PostScript")),
    (b"AT&TFORM", Stranger("layout", "DjVu")),
    (b"Rar!\x1a\x07", Stranger("package", "RAR")),
    (b"7z\xbc\xaf\x27\x1c", Stranger("package", "7-Zip")),
    (b"\x1f\x8b\x08", Stranger("package", "gzip")),
    (b"BZh", Stranger("package", "bzip2")),
    (b"\xfd7zXZ\x00", Stranger("package", "XZ")),
    (b"\x28\xb5\x2f\xfd", Stranger("package", "Zstandard")),
    (b"MSCF\x00\x00\x00\x00", Stranger("package", "Cabinet")),
    (b"SQLite format 3\x00", Stranger("database", "SQLite")),
    (b"\x00\x01\x00\x00Standard ", Stranger("database", "Microsoft Access")),
    (b"\x7fELF", Stranger("program", "Linux")),
    (b"\xca\xfe\xba\xbe", Stranger("program", "Java")),
    (b"\xfe\xed\xfa\xce", Stranger("program", "macOS")),
    (b"\xfe\xed\xfa\xcf", Stranger("program", "macOS")),
    (b"\xce\xfa\xed\xfe", Stranger("program", "macOS")),
    (b"\xcf\xfa\xed\xfe", Stranger("program", "macOS")),
    (b"MZ", Stranger("program", "Windows")),
    (b"#!", Stranger("program", "script")),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Stranger("program", "Windows shortcut")),
    (b"\x00\x01\x00\x00\x00", Stranger("font", "TrueType")),
    (b"OTTO", Stranger("font", "OpenType")),
    (b"wOFF", Stranger("font", "WOFF")),
    (b"wOF2", Stranger("font", "WOFF2")),
    (b"AC10", Stranger("drawing", "AutoCAD DWG")),
    (b"INDX0", Stranger("card", "AVCHD")),
    (b"MPLS0", Stranger("card", "AVCHD")),
    (b"HDMV0", Stranger("card", "AVCHD")),
    (b"MOBJ0", Stranger("card", "AVCHD")),
    (b"DVDVIDEO-V", Stranger("card", "DVD")),
    (b"DVDAUDIO-A", Stranger("card", "DVD")),
    (b"\x00\x00\x01\x00", Stranger("other", "icon")),
    (b"FWS", Stranger("other", "Flash")),
    (b"CWS", Stranger("other", "Flash")),
    *(
        (start, Stranger("other", kind))
        for start, kind in (
            (b"MThd\x00\x00\x00\x06", "MIDI"),
            (b"\x76\x2f\x31\x01", "OpenEXR"),
            (b"SDPX", "DPX"),
            (b"XPDS", "DPX"),
            (b"II\xbc\x01", "JPEG XR"),
            (b"BPG\xfb", "BPG"),
            (b"FLIF", "FLIF"),
            (b"\x8aMNG\r\n\x1a\n", "MNG"),
            (b"\x8bJNG\r\n\x1a\n", "JNG"),
            (b"SIMPLE  =", "FITS"),
            (b"\x0a\x05\x01\x08", "PCX"),
            (b"qoif", "QOI"),
            (b"#?RADIANCE", "Radiance HDR"),
            (b"gimp xcf", "GIMP"),
            (b".RMF\x00\x00\x00", "RealMedia"),
            (b".ra\xfd\x00", "RealAudio"),
            (b"MAC \x96\x0f", "Monkey's Audio"),
            (b"MAC \x8c\x0f", "Monkey's Audio"),
            (b"wvpk", "WavPack"),
            (b"MPCK", "Musepack"),
            (b"MP+", "Musepack"),
            (b"TTA1", "True Audio"),
            (b"DSD \x1c\x00\x00\x00", "DSF"),
            (b"FRM8", "DSDIFF"),
            (b".snd\x00\x00", "AU"),
            (b"riff\x2e\x91\xcf\x11", "Wave64"),
            (b"Creative Voice File\x1a", "Creative Voice"),
            (b"\x0b\x77", "AC-3"),
            (b"\x7f\xfe\x80\x01", "DTS"),
            (b"DKIF", "IVF"),
            (b"YUV4MPEG2 ", "YUV4MPEG2"),
            (b"ARRI", "ARRIRAW"),
            (b"\x00\x00\x00\x00\x01\xbc", "GXF"),
            (b"\x00\x00\x00\x01\x67", "H.264"),
            (b"\x00\x00\x00\x01\x09", "H.264"),
            (b"\x00\x00\x00\x01\x40\x01", "H.265"),
            (b"RIFF", "RIFF"),
            (b"OggS\x00", "Ogg"),
        )
    ),
)
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
#: streams in the directory of a compound file (MS-CFB), as UTF-16
COMPOUND_STREAMS = (
    ("WordDocument", Stranger("document", "Microsoft Word")),
    ("Workbook", Stranger("document", "Microsoft Excel")),
    ("Book", Stranger("document", "Microsoft Excel")),
    ("PowerPoint Document", Stranger("document", "Microsoft PowerPoint")),
    ("VisioDocument", Stranger("drawing", "Microsoft Visio")),
    ("__properties_version1.0", Stranger("document", "Microsoft Outlook")),
)
#: names and contents inside a ZIP file that say what it is
ZIP_MEMBERS = (
    (b"word/document.xml", Stranger("document", "Microsoft Word")),
    (b"xl/workbook.", Stranger("document", "Microsoft Excel")),
    (b"ppt/presentation.xml", Stranger("document", "Microsoft PowerPoint")),
    (b"visio/document.xml", Stranger("drawing", "Microsoft Visio")),
    (b"OFD.xml", Stranger("layout", "OFD")),
    (b"application/vnd.oasis.opendocument", Stranger("document", "LibreOffice")),
    (b"application/epub+zip", Stranger("layout", "EPUB")),
    (b"AndroidManifest.xml", Stranger("program", "Android")),
    (b"META-INF/MANIFEST.MF", Stranger("program", "Java")),
)
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
#: where a tape archive and an optical disk say what they are (POSIX ustar; ECMA-119)
TAR_MARK, DISK_MARK = 257, 32769
#: where medical pictures (DICOM PS3.10) and REDCODE films say so
DICOM_MARK = 128
BITMAP = re.compile(rb"P[1-6]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s")
PAGE = re.compile(
    r"\A\s*(?:<!--.*?-->\s*|<\?xml[^>]*\?>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
DRAWING = re.compile(r"<(?:[\w.-]+:)?svg[\s>]")
EXCHANGE = re.compile(r"\A\s*(?:999\b.*\n\s*)*0\s*\n\s*SECTION\b")
#: a text has none of these but tab, line and page breaks
CONTROLS = {chr(code) for code in range(32)} - set("\t\n\f\r\x1b")
START = 4096


def stranger(window: Window) -> Stranger | None:
    """What a file is that no format of the archive fits; None if it is nothing known."""
    head = window.head
    found = next((what for start, what in STARTS if head.startswith(start)), None)
    if found:
        return found
    if head.startswith(ZIP_STARTS):
        return _zip(window)
    if head.startswith(COMPOUND):
        return _compound(window)
    return _by_later_mark(window) or _text(head[:START])


def _by_later_mark(window: Window) -> Stranger | None:
    head = window.head
    if head[TAR_MARK : TAR_MARK + 5] == b"ustar":
        return Stranger("package", "tar")
    if head[DICOM_MARK : DICOM_MARK + 4] == b"DICM":
        return Stranger("other", "DICOM")
    if head[4:8] in {b"RED1", b"RED2"}:
        return Stranger("other", "REDCODE")
    if BITMAP.match(head):
        return Stranger("other", "Netpbm")
    return Stranger("package", "ISO 9660") if window.at(DISK_MARK, 5) == b"CD001" else None


def _zip(window: Window) -> Stranger:
    """The list of members stands at the end, the first of them at the start."""
    known = window.head + window.at(max(0, window.size - START), START)
    return next((what for name, what in ZIP_MEMBERS if name in known), Stranger("package", "ZIP"))


def _compound(window: Window) -> Stranger:
    """By the names in the first sector of the directory (MS-CFB 2.2, 2.6)."""
    shift = min(int.from_bytes(window.head[30:32], "little"), 16)
    first = int.from_bytes(window.head[48:52], "little")
    directory = window.at(first + 1 << shift, START)
    found = (what for name, what in COMPOUND_STREAMS if f"{name}\0".encode("utf-16-le") in directory)
    return next(found, Stranger("document", "Microsoft Office"))


def _text(start: bytes) -> Stranger | None:
    said = decode(start)
    if not said.strip() or not _is_text(start, said):
        return None
    if PAGE.match(said):
        return Stranger("page", "HTML")
    if EXCHANGE.match(said):
        return Stranger("drawing", "AutoCAD DXF")
    if said.lstrip().startswith("<"):
        return Stranger("drawing", "SVG") if DRAWING.search(said) else Stranger("xml", "XML")
    return Stranger("text")


def _is_text(start: bytes, said: str) -> bool:
    """No control characters; bytes that are no UTF-8 are taken for Chinese of an older encoding if they come in plenty."""
    if CONTROLS.intersection(said):
        return False
    if "\ufffd" not in said[:-1]:
        return True
    try:
        # a character may be cut in two at the end
        start[:-4].decode("gb18030")
    except UnicodeDecodeError:
        return False
    return len(start) > 8
