"""One sample or more of every format that the archive names, and what it is: what the tests ask, and the page lists.

`real` are files of ../shared/media. The others are made when they are asked for: by ffmpeg, by Pillow, or, where only
a camera writes the format, as the first bytes of such a file, put together by hand.
"""

import io
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

Way = Literal["real file", "ffmpeg", "Pillow", "header"]
FILM = ["-f", "lavfi", "-i", "testsrc=s=176x144:r=25:d=0.2"]
TONE = ["-f", "lavfi", "-i", "sine=d=0.3:r=48000"]


@dataclass(frozen=True)
class Sample:
    """A file called `name`, made in a way, and what it is."""

    name: str
    format: str
    version: str | None
    puid: str | None
    way: Way
    make: Callable[[Path], None] | None = None
    title: str | None = None
    media_type: str | None = None

    @property
    def id(self) -> str:
        return self.name


def real(name: str, known: str, version: str | None, puid: str | None, **more: Any) -> Sample:
    """A file of ../shared/media."""
    return Sample(name, known, version, puid, "real file", **more)


def ffmpeg(name: str, known: str, version: str | None, puid: str | None, *words: str, **more: Any) -> Sample:
    """What ffmpeg writes when it is asked with `words`."""

    def make(path: Path) -> None:
        from media_archive.config import load
        from media_archive.tools.ffmpeg import find

        program = find(load(home=path.parent))
        done = subprocess.run(
            [program, "-v", "error", "-y", *words, "-strict", "-2", str(path)],
            capture_output=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"this ffmpeg does not write it: {done.stderr.decode(errors='replace')[-200:]}")

    return Sample(name, known, version, puid, "ffmpeg", make, **more)


def pillow(name: str, known: str, version: str | None, puid: str | None, kind: str, **how: Any) -> Sample:
    """What Pillow saves as `kind`; `frames` pictures, and the options of that format."""
    more = {word: how.pop(word) for word in ("title", "media_type") if word in how}

    def make(path: Path) -> None:
        import pillow_heif
        import pillow_jxl  # noqa: F401  registers itself

        pillow_heif.register_heif_opener()
        pictures = [Image.new("RGB", (64, 48), (80 * n, 0, 0)) for n in range(how.get("frames", 1))]
        rest: dict[str, Any] = {word: value for word, value in how.items() if word != "frames"}
        if len(pictures) > 1:
            rest |= {"save_all": True, "append_images": pictures[1:]}
        held = io.BytesIO()
        pictures[0].save(held, kind, **rest)
        path.write_bytes(held.getvalue())

    return Sample(name, known, version, puid, "Pillow", make, **more)


def header(name: str, known: str, version: str | None, puid: str | None, data: bytes, **more: Any) -> Sample:
    """The bytes that a file of the format begins with."""

    def make(path: Path) -> None:
        path.write_bytes(data)

    return Sample(name, known, version, puid, "header", make, **more)


#: as Illustrator writes them
DRAWING = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
<!ENTITY ns_svg "http://www.w3.org/2000/svg">
]>
<svg:svg xmlns:svg="&ns_svg;" viewBox="0 0 10 10"><svg:metadata><rdf:RDF xmlns:dc="http://purl.org/dc/elements/1.1/"/>"""


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def movie(brand: bytes, *handlers: bytes) -> bytes:
    tracks = b"".join(box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(12)))) for kind in handlers)
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"mdat", bytes(100)) + box(b"moov", tracks)


def brands(major: bytes, *others: bytes) -> bytes:
    return box(b"ftyp", major + bytes(4) + b"".join(others)) + box(b"meta", bytes(20))


def tiff(make: bytes, *tags: tuple[int, int, bytes], photometric: int = 2) -> bytes:
    """A little-endian TIFF by a maker, with `tags` of (number, type, value); what is longer than four bytes lies behind."""
    entries = [(262, 3, photometric.to_bytes(2, "little")), (271, 2, make + b"\x00"), *tags]
    table, behind = b"", b""
    place = 8 + 2 + 12 * len(entries) + 4
    for number, kind, value in sorted(entries):
        size = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}[kind]
        inline = value.ljust(4, b"\x00") if len(value) <= 4 else struct.pack("<I", place + len(behind))
        behind += value if len(value) > 4 else b""
        table += struct.pack("<HHI", number, kind, len(value) // size) + inline
    return b"II*\x00" + struct.pack("<IH", 8, len(entries)) + table + bytes(4) + behind


def exif_in_jpeg(version: bytes) -> bytes:
    inner = struct.pack("<HHHI4sI", 1, 36864, 7, 4, version, 0)
    body = b"II*\x00" + struct.pack("<IHHHIII", 8, 1, 34665, 4, 1, 26, 0) + inner
    segment = b"Exif\x00\x00" + body
    frame = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + frame


def dng(*version: int) -> bytes:
    return tiff(b"Canon", (50706, 1, bytes(version)), (50707, 1, bytes(version)), photometric=32803)


def wave(version: int | None, tag: int = 1) -> bytes:
    bext = bytes(346) + struct.pack("<H", version or 0) + bytes(254)
    fmt = struct.pack("<HHIIHH", tag, 1, 48000, 96000, 2, 16)
    if tag == 0xFFFE:
        fmt += struct.pack("<HHIH", 22, 16, 4, 1) + bytes.fromhex("000000001000800000aa00389b71")
    chunks = b"" if version is None else b"bext" + struct.pack("<I", len(bext)) + bext
    chunks += b"fmt " + struct.pack("<I", len(fmt)) + fmt
    return b"RIFF" + struct.pack("<I", len(chunks) + 12) + b"WAVE" + chunks + b"data" + bytes(4)


def opendml() -> bytes:
    inner = b"LIST" + struct.pack("<I", 4 + 12) + b"odml" + b"dmlh" + struct.pack("<I", 4) + bytes(4)
    lists = (
        b"LIST" + struct.pack("<I", 4 + 64 + len(inner)) + b"hdrl" + b"avih" + struct.pack("<I", 56) + bytes(56) + inner
    )
    return b"RIFF" + struct.pack("<I", len(lists) + 4) + b"AVI " + lists


def mxf(item: int, package: int) -> bytes:
    label = bytes.fromhex("060e2b34040101010d010201") + bytes([item, package, 1, 0])
    pack = bytes.fromhex("0001000300000001") + bytes(56) + label + struct.pack(">II", 0, 16)
    return bytes.fromhex("060e2b34020501010d01020101020400") + b"\x83" + len(pack).to_bytes(3, "big") + pack


def bitmap(size: int, bits: int = 24, compression: int = 0) -> bytes:
    body = struct.pack("<IHHHH", 12, 1, 1, 1, bits) if size == 12 else b""
    body = body or struct.pack("<IiiHHI", size, 1, 1, 1, bits, compression).ljust(size, b"\x00")
    return b"BM" + struct.pack("<IHHI", 14 + size + 4, 0, 0, 14 + size) + body + bytes(4)


def asf(stream: str, more: bytes = b"") -> bytes:
    return bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(14) + bytes.fromhex(stream) + more


ASF_VIDEO, ASF_AUDIO = "c0ef19bc4d5bcf11a8fd00805f5c442b", "409e69f84d5bcf11a8fd00805f5c442b"
JP2_START = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/></x:xmpmeta>'
PACKET = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n' + XMP
HEVC = "High Efficiency Image File Format (HEVC)"
EXIF_TITLE = "Exchangeable Image File Format (Compressed)"
ITXT = PngInfo()
ITXT.add_itxt("Title", "老街")

SAMPLES: tuple[Sample, ...] = (
    # JPEG
    real("photo/cmyk-sample-no-icc.jpg", "jpeg", None, "fmt/41"),
    header("1.00.jpg", "jpeg", "1.00", "fmt/42", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x00" + bytes(9) + b"\xff\xd9"),
    real("photo/london.jpg", "jpeg", "1.01", "fmt/43", title="JPEG File Interchange Format"),
    real("photo/japanese-shop.jpg", "jpeg", "1.02", "fmt/44"),
    header("2.0.jpg", "jpeg", "2.0", "x-fmt/398", exif_in_jpeg(b"0200")),
    header("2.1.jpg", "jpeg", "2.1", "x-fmt/390", exif_in_jpeg(b"0210")),
    real("photo/tanners_ridge.jpg", "jpeg", "2.2", "x-fmt/391", title=EXIF_TITLE),
    real("photo/Channel_digital_image_CMYK_color.jpg", "jpeg", "2.21", "fmt/645"),
    header("2.3.jpg", "jpeg", "2.3", "fmt/1507", exif_in_jpeg(b"0230")),
    real("photo/sunrise.jpg", "jpeg", "2.31", "fmt/1507"),
    real("photo/date-priority-test.jpg", "jpeg", "2.32", "fmt/1507"),
    header("GOPR0001.THM", "jpeg", "2.2", "x-fmt/391", exif_in_jpeg(b"0220")),
    header("spiff.spf", "jpeg", "1.2", "fmt/112", b"\xff\xd8\xff\xe8\x00\x20SPIFF\x00\x01\x02" + bytes(24)),
    header("a.jls", "jpeg", None, "fmt/150", b"\xff\xd8\xff\xf7" + bytes(20), media_type="image/jls"),
    # other pictures
    real("photo/density_plot.png", "png", "1.0", "fmt/11"),
    real("photo/sunrise.png", "png", "1.1", "fmt/12"),
    pillow("1.2.png", "png", "1.2", "fmt/13", "PNG", pnginfo=ITXT),
    ffmpeg("moving.apng", "png", "1.0", "fmt/935", *FILM, "-f", "apng", media_type="image/apng"),
    header("87a.gif", "gif", "87a", "fmt/3", b"GIF87a\x01\x00\x01\x00\x00\x00\x00;"),
    pillow("89a.gif", "gif", "89a", "fmt/4", "GIF", frames=2, duration=100),
    header("2.bmp", "bmp", "2.0", "fmt/115", bitmap(12)),
    pillow("3.bmp", "bmp", "3.0", "fmt/116", "BMP", title="Windows Bitmap"),
    header("3nt.bmp", "bmp", "3.0 NT", "fmt/117", bitmap(40, 32, 3)),
    header("4.bmp", "bmp", "4.0", "fmt/118", bitmap(108)),
    header("5.bmp", "bmp", "5.0", "fmt/119", bitmap(124)),
    header("os2.bmp", "bmp", "2.0", "x-fmt/270", bitmap(64), title="OS/2 Bitmap"),
    pillow("lossy.webp", "webp", None, "fmt/566", "WEBP"),
    pillow("lossless.webp", "webp", None, "fmt/567", "WEBP", lossless=True),
    real("photo/sunrise.webp", "webp", None, "fmt/568"),
    pillow("moving.webp", "webp", None, "fmt/568", "WEBP", frames=3, title="WebP (Extended, animated)"),
    real("photo/cielab-dagams.tiff", "tiff", "6.0", "fmt/353"),
    real("photo/BigTIFFSubIFD8.tif", "tiff", None, "fmt/1917", title="BigTIFF"),
    real("photo/bonne.geo.tif", "tiff", "1.2", "fmt/155"),
    header("ep.tif", "tiff", "1.0.0.0", "fmt/154", tiff(b"", (37398, 1, b"\x01\x00\x00\x00"))),
    real("photo/IMG_2682.heic", "heif", "heic", "fmt/1101", media_type="image/heic", title=HEVC),
    real("photo/cat.hif", "heif", "heix", "fmt/1101", title=HEVC),
    header(
        "mif1.heif", "heif", "mif1", "fmt/1101", brands(b"mif1", b"mif1", b"heic"), media_type="image/heif", title=HEVC
    ),
    header(
        "burst.heics",
        "heif",
        "hevc",
        "fmt/1101",
        brands(b"hevc", b"msf1"),
        media_type="image/heic-sequence",
        title="High Efficiency Image File Format (HEVC, sequence)",
    ),
    header(
        "burst.heifs",
        "heif",
        "msf1",
        "fmt/1101",
        brands(b"msf1", b"mif1"),
        media_type="image/heif-sequence",
        title="High Efficiency Image File Format (sequence)",
    ),
    real("photo/8bit-sRGB.avif", "avif", "avif", "fmt/2062"),
    header(
        "moving.avif", "avif", "avis", "fmt/2062", brands(b"avis", b"avif"), title="AV1 Image File Format (sequence)"
    ),
    pillow("a.jxl", "jxl", None, "fmt/1484", "JXL", title="JPEG XL Codestream"),
    header(
        "box.jxl",
        "jxl",
        None,
        "fmt/1485",
        b"\x00\x00\x00\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \x00\x00\x00\x00jxl "),
    ),
    pillow("a.jp2", "jp2", None, "x-fmt/392", "JPEG2000"),
    pillow("a.j2k", "jp2", None, "fmt/1794", "JPEG2000", no_jp2=True, media_type="image/j2c"),
    header(
        "a.jpx", "jp2", None, "fmt/151", JP2_START + box(b"ftyp", b"jpx \x00\x00\x00\x00jpx "), media_type="image/jpx"
    ),
    header(
        "a.jpm", "jp2", None, "fmt/463", JP2_START + box(b"ftyp", b"jpm \x00\x00\x00\x00jpm "), media_type="image/jpm"
    ),
    header(
        "a.jph", "jp2", None, "fmt/1964", JP2_START + box(b"ftyp", b"jph \x00\x00\x00\x00jph "), media_type="image/jph"
    ),
    header("a.psd", "psd", "1", "x-fmt/92", b"8BPS\x00\x01" + bytes(20)),
    header("a.psb", "psd", "2", "fmt/996", b"8BPS\x00\x02" + bytes(20)),
    header("a.svg", "svg", "1.1", "fmt/92", b"<svg xmlns='http://www.w3.org/2000/svg' version='1.1'/>"),
    header("b.svg", "svg", "1.0", "fmt/91", b"<?xml version='1.0'?>\n<!-- plan -->\n<svg version='1.0' width='1'>"),
    header("c.svg", "svg", None, None, DRAWING),
    # RAW
    header("1.0.dng", "dng", "1.0.0.0", "fmt/436", dng(1, 0, 0, 0)),
    real("photo/sample.dng", "dng", "1.1.0.0", "fmt/152"),
    *(
        header(f"1.{n}.dng", "dng", f"1.{n}.0.0", puid, dng(1, n, 0, 0))
        for n, puid in (
            (2, "fmt/437"),
            (3, "fmt/438"),
            (4, "fmt/730"),
            (5, "fmt/1841"),
            (6, "fmt/1842"),
            (7, "fmt/1943"),
        )
    ),
    real("photo/sample.cr2", "cr2", "2.0", "fmt/592"),
    header("a.cr3", "cr3", "3.0", "fmt/1595", movie(b"crx ", b"vide")),
    real("photo/CRW.CRW", "crw", "1.2", "fmt/593"),
    real("photo/sample.nef", "nef", None, "fmt/202"),
    header("1.arw", "arw", "1.0", "fmt/191", tiff(b"SONY", (0xB000, 1, b"\x02\x00\x00\x00"), photometric=32803)),
    real("photo/sample.arw", "arw", "2.1", "fmt/1127"),
    header("2.3.1.arw", "arw", "2.3.1", "fmt/1127", tiff(b"SONY", (0xB000, 1, b"\x03\x03\x01\x00"), photometric=32803)),
    header("4.arw", "arw", "4.0", None, tiff(b"SONY", (0xB000, 1, b"\x04\x00\x00\x00"), photometric=32803)),
    header("a.sr2", "arw", None, "fmt/1126", tiff(b"SONY", (0xB000, 1, b"\x01\x00\x00\x00"), photometric=32803)),
    real("photo/jølstravatnet.pef", "pef", None, "fmt/1781"),
    header("a.orf", "orf", None, "fmt/668", b"IIRO\x08\x00\x00\x00" + bytes(100)),
    header(
        "a.rw2",
        "rw2",
        None,
        "fmt/662",
        b"IIU\x00\x18\x00\x00\x00\x88\xe7\x74\xd8\xf8\x25\x1d\x4d\x94\x7a\x6e\x77\x82\x2b\x5d\x6a",
    ),
    header("a.raf", "raf", "0201", "fmt/642", b"FUJIFILMCCD-RAW 0201FF383501" + bytes(100)),
    header("a.srw", "srw", None, None, tiff(b"SAMSUNG", photometric=32803)),
    header("a.3fr", "3fr", None, "fmt/1062", tiff(b"Hasselblad", photometric=32803)),
    header("a.fff", "3fr", None, "fmt/2095", tiff(b"Hasselblad", photometric=32803)),
    header("a.iiq", "iiq", None, "fmt/1061", b"II*\x00\x10\x00\x00\x00IIIITwaR" + bytes(40)),
    header("a.mos", "mos", None, "fmt/1063", tiff(b"Leaf", photometric=32803)),
    header("a.mef", "mef", None, None, tiff(b"Mamiya-OP Co.,Ltd.", photometric=32803)),
    header("a.erf", "erf", None, "fmt/641", tiff(b"SEIKO EPSON CORP.", photometric=32803)),
    header("a.dcr", "dcr", None, "fmt/192", tiff(b"EASTMAN KODAK COMPANY", photometric=32803)),
    header("a.x3f", "x3f", "2.3", "fmt/661", b"FOVb\x03\x00\x02\x00" + bytes(40)),
    header("a.mrw", "mrw", None, "fmt/669", b"\x00MRM\x00\x00\x10\x00\x00PRD" + bytes(40)),
    # films
    real("video/sample-5s.mp4", "mp4", "isom", "fmt/199"),
    real("video/portrait_4k60.mp4", "mp4", "mp42", "fmt/199"),
    real("video/max-heromode.mp4", "mp4", "mp41", "fmt/199"),
    ffmpeg(
        "a.m4v",
        "mp4",
        "M4V",
        "fmt/199",
        *FILM,
        "-c:v",
        "mpeg4",
        "-brand",
        "M4V ",
        "-f",
        "mp4",
        media_type="video/x-m4v",
        title="MPEG-4 Media File (M4V)",
    ),
    header("GL010001.LRV", "mp4", "mp41", "fmt/199", movie(b"mp41", b"vide", b"soun")),
    header("C0001.MP4", "mp4", "XAVC", "fmt/199", movie(b"XAVC", b"vide", b"soun"), title="MPEG-4 Media File (XAVC)"),
    header("a.mj2", "mp4", "mjp2", "fmt/337", movie(b"mjp2", b"vide"), media_type="video/mj2"),
    real("video/with-gps.mov", "mov", None, "x-fmt/384"),
    real("video/apple-prores-422-hq.mov", "mov", None, "x-fmt/384"),
    ffmpeg("a.3gp", "3gp", "3gp4", "fmt/357", *FILM, "-c:v", "h263"),
    ffmpeg("a.3g2", "3gp", "3g2a", "fmt/199", *FILM, "-c:v", "h263", media_type="video/3gpp2"),
    real("video/video1.mxf", "mxf", "OP1a", "fmt/200"),
    *(
        header(
            f"OP{item}{'abc'[package - 1]}.mxf",
            "mxf",
            f"OP{item}{'abc'[package - 1]}",
            f"fmt/{puid}",
            mxf(item, package),
        )
        for item, package, puid in (
            (1, 2, 783),
            (1, 3, 784),
            (2, 1, 785),
            (2, 2, 786),
            (2, 3, 787),
            (3, 1, 788),
            (3, 2, 789),
            (3, 3, 790),
        )
    ),
    header("atom.mxf", "mxf", "OP-Atom", "fmt/791", mxf(0x10, 0)),
    ffmpeg("atom-sound.mxf", "mxf-audio", "OP-Atom", "fmt/791", *TONE, "-c:a", "pcm_s16le", "-f", "mxf_opatom"),
    real("video/TearsOfSteel_4k_Test_Master_Audio_002.mxf", "mxf-audio", "OP1a", "fmt/200"),
    real("video/100_0306.AVI", "avi", None, "fmt/5"),
    header("long.avi", "avi", "OpenDML", "fmt/5", opendml()),
    real("video/sample_with_srt.mkv", "mkv", "4", "fmt/569"),
    ffmpeg("a.webm", "webm", "2", "fmt/573", *FILM, "-c:v", "libvpx"),
    ffmpeg("1.mpg", "mpeg", "1", "x-fmt/385", *FILM, "-c:v", "mpeg1video", "-f", "mpeg"),
    ffmpeg("2.mpg", "mpeg", "2", "x-fmt/386", *FILM, "-c:v", "mpeg2video", "-f", "svcd"),
    real("video/sample_h262_mpeg_audio.ps", "mpeg", "2", "fmt/425"),
    ffmpeg("a.m1v", "mpeg-video", "1", "fmt/649", *FILM, "-c:v", "mpeg1video"),
    ffmpeg("a.m2v", "mpeg-video", "2", "fmt/640", *FILM, "-c:v", "mpeg2video"),
    real("video/bbb_2500ms.ts", "ts", None, "fmt/585"),
    real("video/Sony_ILCE-7M3_(A7M3).mts", "m2ts", None, "fmt/1055"),
    ffmpeg("a.flv", "flv", "1", "x-fmt/382", *FILM, "-c:v", "flv"),
    ffmpeg("a.wmv", "wmv", None, "fmt/133", *FILM, "-c:v", "wmv2"),
    header("vc1.wmv", "wmv", None, "fmt/441", asf(ASF_VIDEO, bytes(80) + b"WVC1")),
    header("a.asf", "wmv", None, "fmt/131", asf("00" * 16)),
    ffmpeg("a.dv", "dv", None, "x-fmt/152", *FILM, "-target", "pal-dv"),
    ffmpeg("a.ogv", "ogv", None, "fmt/945", *FILM, "-c:v", "libtheora"),
    # sound
    ffmpeg("a.m4a", "m4a", "M4A", "fmt/2094", *TONE),
    ffmpeg("sound.mp4", "m4a", "isom", "fmt/199", *TONE, "-f", "mp4"),
    ffmpeg("sound.mov", "m4a", None, "x-fmt/384", *TONE, "-c:a", "aac", media_type="video/quicktime"),
    ffmpeg("a.mka", "mka", "4", "fmt/569", *TONE, "-c:a", "pcm_s16le"),
    real("audio/test_bwf.wav", "wav", None, "fmt/141"),
    ffmpeg("ex.wav", "wav", None, "fmt/142", *TONE, "-c:a", "adpcm_ms"),
    ffmpeg("24.wav", "wav", None, "fmt/143", *TONE, "-c:a", "pcm_s24le"),
    header("alaw16.wav", "wav", None, "fmt/6", wave(None, 6)),
    header("v0.wav", "bwf", "0", "fmt/703", wave(0)),
    real("audio/rect_24bit_bext.wav", "bwf", "1", "fmt/704"),
    header("v2.wav", "bwf", "2", "fmt/705", wave(2)),
    *(header(f"mpeg{n}.wav", "bwf", f"{n}", f"fmt/{706 + n}", wave(n, 0x50)) for n in range(3)),
    *(header(f"wide{n}.wav", "bwf", f"{n}", f"fmt/{709 + n}", wave(n, 0xFFFE)) for n in range(3)),
    header("alaw.wav", "bwf", "1", "fmt/2", wave(1, 6)),
    real("audio/rect_24bit_rf64.wav", "rf64", None, "fmt/712"),
    ffmpeg("bext.rf64", "rf64", None, "fmt/713", *TONE, "-rf64", "always", "-write_bext", "1", "-f", "wav"),
    header("a.bw64", "bw64", None, None, b"BW64\xff\xff\xff\xffWAVEds64" + bytes(40)),
    ffmpeg("a.aiff", "aiff", None, "fmt/414", *TONE),
    ffmpeg("a.aifc", "aiff", None, "x-fmt/136", *TONE, "-c:a", "pcm_alaw", "-f", "aiff", media_type="audio/x-aiff"),
    ffmpeg("a.caf", "caf", "1.0", "fmt/416", *TONE),
    real("audio/testMP3lyrics.mp3", "mp3", "1", "fmt/134"),
    ffmpeg("2.mp3", "mp3", "2", "fmt/134", *TONE, "-ar", "22050"),
    ffmpeg("2.5.mp3", "mp3", "2.5", "fmt/134", *TONE, "-ar", "11025"),
    ffmpeg("a.mp2", "mp3", "1", "fmt/198", *TONE),
    header("a.mp1", "mp3", "1", "fmt/347", (b"\xff\xff\x18\xc4" + bytes(44)) * 4),
    real("audio/testFLAC.flac", "flac", None, "fmt/279"),
    ffmpeg("a.ogg", "ogg", None, "fmt/203", *TONE, "-c:a", "vorbis", "-ac", "2"),
    ffmpeg("a.opus", "ogg", None, "fmt/946", *TONE, "-c:a", "libopus"),
    ffmpeg("flac.oga", "ogg", None, "fmt/947", *TONE, "-c:a", "flac", "-f", "ogg"),
    ffmpeg("a.spx", "ogg", None, "fmt/948", *TONE, "-c:a", "libspeex"),
    ffmpeg("a.aac", "aac", "4", "fmt/1812", *TONE),
    header("adif.aac", "aac", None, None, b"ADIF" + bytes(40), title="Audio Data Interchange Format"),
    header("a.amr", "amr", None, "fmt/356", b"#!AMR\n" + bytes(40)),
    header("a.awb", "amr", None, "fmt/954", b"#!AMR-WB\n" + bytes(40), media_type="audio/amr-wb"),
    ffmpeg("a.wma", "wma", None, "fmt/132", *TONE, "-c:a", "wmav2"),
    # sidecars
    real("sidecar/iso-value-array.xmp", "xmp", None, "fmt/570"),
    header("bare.xmp", "xmp", None, "fmt/986", XMP.encode()),
    header("utf16.xmp", "xmp", None, "fmt/570", PACKET.encode("utf-16-le")),
    real("sidecar/air2s.srt", "srt", None, "fmt/1218"),
    header("1.0.gpx", "gpx", "1.0", "fmt/243", b'<?xml version="1.0"?>\n<gpx version="1.0" creator="x">'),
    header("1.1.gpx", "gpx", "1.1", "fmt/1134", b'<?xml version="1.0"?>\n<gpx\n creator="x" version="1.1">'),
    header("C0001M01.XML", "camera-xml", "1.0", "fmt/101", b'<?xml version="1.0"?>\n<NonRealTimeMeta xmlns="urn:x">'),
    header(
        "a.aae", "aae", "1.0", "fmt/101", b"<?xml version='1.0'?><plist><dict><key>adjustmentFormatIdentifier</key>"
    ),
)
