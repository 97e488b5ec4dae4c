"""Stills of every kind show the colours that unrelated programs show: ImageMagick with LittleCMS, libheif's, OpenJPEG's.

The bounds stand in docs/formats.md too, which the last test holds.
"""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from media_archive.config import PROJECT
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.stills.colour import spaces
from tests.colours import delta_e, difference
from tests.conftest import SHARED_MEDIA
from tests.renditions.conftest import output

Make = Callable[[Path], Rendered]
Write = Callable[[Image.Image, Path], None]
PROFILES = Path("/usr/share/color/icc")
SRGB = PROFILES / "ghostscript" / "srgb.icc"
#: kind -> bounds of the mean and the 99th percentile of CIEDE2000
BOUNDS = {
    "JPEG, sRGB": (1.0, 4.0),
    "JPEG, Adobe RGB": (1.1, 4.5),
    "JPEG, Adobe RGB by EXIF alone": (1.1, 4.5),
    "JPEG, Display P3": (1.1, 4.5),
    "JPEG, ProPhoto RGB": (1.1, 4.5),
    "JPEG, CMYK with profile": (1.4, 4.5),
    "JPEG, grey": (0.3, 1.0),
    "JPEG, turned": (1.0, 4.0),
    "PNG, 16 bits": (1.1, 4.5),
    "PNG, with gamma and primaries": (1.1, 4.5),
    "PNG, transparent": (1.1, 4.5),
    "GIF, palette": (1.2, 4.5),
    "WebP, transparent": (1.1, 4.5),
    "TIFF, CIELAB": (1.4, 4.8),
    "TIFF, CMYK of 16 bits with profile": (1.4, 4.5),
    "TIFF, grey of 16 bits with profile": (0.4, 1.5),
    "HEIC": (1.1, 4.5),
    "AVIF": (1.1, 4.5),
    "JPEG 2000": (1.1, 4.5),
    "JPEG XL": (1.1, 4.5),
    "Photoshop, RGB": (1.1, 4.5),
    "Photoshop, CMYK of 16 bits": (1.4, 4.5),
    "SVG": (0.5, 4.0),
    "RAW": (2.5, 7.0),
}


def program(name: str) -> str:
    found = next((one for one in (f"/usr/bin/{name}", shutil.which(name) or "") if Path(one).is_file()), None)
    if found is None:
        pytest.skip(f"{name} is not installed: nothing to compare with")
    if name == "convert":
        told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False, timeout=30).stdout
        if "ImageMagick" not in told or not SRGB.exists():
            pytest.skip("convert is not ImageMagick's, or its profiles are missing (imagemagick, libgs-common)")
    return found


def profile(name: str) -> bytes:
    path = PROFILES / name
    if not path.exists():
        pytest.skip(f"the profile {name} is not installed (icc-profiles-free, libgs-common)")
    return path.read_bytes()


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    """A photograph with saturated colours, lights and shadows."""
    path = SHARED_MEDIA / "photo" / "japanese-shop.jpg"
    if not path.exists():
        pytest.skip("there are no shared media beside the project")
    image = Image.open(path)
    image.draft("RGB", (1400, 1400))
    small = image.convert("RGB").resize((720, 480), Image.Resampling.LANCZOS)
    # half of it lighter and more colourful than a street at night
    patches = Image.open(SHARED_MEDIA / "photo" / "FallHarvestKitKat_07610.jpg").convert("RGB").resize((360, 240))
    small.paste(patches, (360, 0))
    small.info.clear()
    return small


def run(name: str, *arguments: object) -> None:
    subprocess.run([program(name), *map(str, arguments)], check=True, capture_output=True, timeout=120)


def magick(source: Path, target: Path, *options: str, background: str = "#eeeeee") -> Path:
    """What ImageMagick shows: by the profile in the file, upright, on the neutral ground."""
    to_srgb = ["-intent", "relative", "-black-point-compensation", "-profile", str(SRGB)]
    ground = ["-background", background, "-flatten"]
    run(
        "convert",
        f"{source}[0]",
        *options,
        "-auto-orient",
        "+repage",
        *to_srgb,
        *ground,
        "-strip",
        "-depth",
        "8",
        target,
    )
    return target


def converted(image: Image.Image, data: bytes, mode: str = "RGB") -> Image.Image:
    """The same colours in the space of another profile."""
    there = ImageCms.ImageCmsProfile(io.BytesIO(data))
    made = ImageCms.profileToProfile(image, ImageCms.createProfile("sRGB"), there, outputMode=mode)
    assert made is not None
    return made


def holds(kind: str, made: Make, source: Path, reference: Path) -> None:
    rendered = made(source)
    assert rendered.problem is None
    mean, worst = difference(output(rendered, "large"), reference)
    print(f"{kind}: mean {mean:.2f}, 99th percentile {worst:.2f}")
    assert mean <= BOUNDS[kind][0], f"{kind}: {mean:.2f}"
    assert worst <= BOUNDS[kind][1], f"{kind}: {worst:.2f}"


def profiled(name: str) -> bytes:
    made = {
        "JPEG, Display P3": lambda: spaces.profile(spaces.DISPLAY_P3),
        "JPEG, Adobe RGB": lambda: profile("compatibleWithAdobeRGB1998.icc"),
        "JPEG, ProPhoto RGB": lambda: profile("ghostscript/rommrgb.icc"),
    }
    return made[name]()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["JPEG, sRGB", "JPEG, Adobe RGB", "JPEG, Display P3", "JPEG, ProPhoto RGB"])
def test_jpegs_of_any_rgb(made: Make, tmp_path: Path, scene: Image.Image, kind: str) -> None:
    source = tmp_path / "a.jpg"
    if kind == "JPEG, sRGB":
        scene.save(source, quality=95)
    else:
        data = profiled(kind)
        converted(scene, data).save(source, quality=95, subsampling=0, icc_profile=data)
    holds(kind, made, source, magick(source, tmp_path / "r.png"))


@pytest.mark.slow
def test_a_jpeg_in_adobe_rgb_that_only_exif_tells_of(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    data = profile("compatibleWithAdobeRGB1998.icc")
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0xA001: 0xFFFF, 0xA005: {1: "R03", 2: b"0100"}})
    wide = converted(scene, data)
    wide.save(tmp_path / "a.jpg", quality=95, subsampling=0, exif=exif)
    wide.save(tmp_path / "b.jpg", quality=95, subsampling=0, icc_profile=data)
    holds("JPEG, Adobe RGB by EXIF alone", made, tmp_path / "a.jpg", magick(tmp_path / "b.jpg", tmp_path / "r.png"))


@pytest.mark.slow
def test_cmyk_by_its_profile(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    data = profile("ghostscript/default_cmyk.icc")
    source = tmp_path / "a.jpg"
    converted(scene, data, "CMYK").save(source, quality=95, icc_profile=data)
    holds("JPEG, CMYK with profile", made, source, magick(source, tmp_path / "r.png"))
    run("convert", source, "-depth", "16", tmp_path / "a.tif")
    holds("TIFF, CMYK of 16 bits with profile", made, tmp_path / "a.tif", magick(source, tmp_path / "r.png"))
    run("convert", source, "-depth", "16", tmp_path / "a.psd")
    holds("Photoshop, CMYK of 16 bits", made, tmp_path / "a.psd", magick(source, tmp_path / "r.png"))


@pytest.mark.slow
def test_grey(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    source = tmp_path / "a.jpg"
    scene.convert("L").save(source, quality=95)
    holds("JPEG, grey", made, source, magick(source, tmp_path / "r.png"))
    grey = profile("Gray-CIE_L.icc")
    run("convert", source, "-depth", "16", "+profile", "*", tmp_path / "a.tif")
    run(
        "convert",
        tmp_path / "a.tif",
        "-profile",
        PROFILES / "Gray.icc",
        "-profile",
        PROFILES / "Gray-CIE_L.icc",
        tmp_path / "b.tif",
    )
    assert grey[:4] in (tmp_path / "b.tif").read_bytes()
    holds(
        "TIFF, grey of 16 bits with profile", made, tmp_path / "b.tif", magick(tmp_path / "b.tif", tmp_path / "r.png")
    )


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(2, 9))
def test_turned(made: Make, tmp_path: Path, scene: Image.Image, turn: int) -> None:
    exif = Image.Exif()
    exif[274] = turn
    scene.save(tmp_path / "a.jpg", quality=95, exif=exif)
    holds("JPEG, turned", made, tmp_path / "a.jpg", magick(tmp_path / "a.jpg", tmp_path / "r.png"))


@pytest.mark.slow
def test_sixteen_bits(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    scene.save(tmp_path / "s.png")
    run("convert", tmp_path / "s.png", "-depth", "16", "-evaluate", "multiply", "0.97", tmp_path / "a.png")
    holds("PNG, 16 bits", made, tmp_path / "a.png", magick(tmp_path / "a.png", tmp_path / "r.png"))


@pytest.mark.slow
def test_gamma_and_primaries_of_a_png(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    from PIL import PngImagePlugin

    data = profile("compatibleWithAdobeRGB1998.icc")
    wide = converted(scene, data)
    wide.save(tmp_path / "b.jpg", quality=95, subsampling=0, icc_profile=data)
    chunks = PngImagePlugin.PngInfo()
    points = (31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    chunks.add(b"gAMA", (45471).to_bytes(4, "big"))
    chunks.add(b"cHRM", b"".join(one.to_bytes(4, "big") for one in points))
    wide.info.pop("icc_profile", None)
    wide.save(tmp_path / "a.png", pnginfo=chunks, icc_profile=None)
    holds("PNG, with gamma and primaries", made, tmp_path / "a.png", magick(tmp_path / "b.jpg", tmp_path / "r.png"))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), [("PNG, transparent", "a.png"), ("WebP, transparent", "a.webp")])
def test_transparent(made: Make, tmp_path: Path, scene: Image.Image, kind: str, name: str) -> None:
    clear = scene.copy()
    clear.putalpha(Image.linear_gradient("L").resize(scene.size))
    clear.save(tmp_path / name, lossless=True)
    holds(kind, made, tmp_path / name, magick(tmp_path / name, tmp_path / "r.png"))


@pytest.mark.slow
def test_a_palette(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    scene.quantize(200).save(tmp_path / "a.gif")
    holds("GIF, palette", made, tmp_path / "a.gif", magick(tmp_path / "a.gif", tmp_path / "r.png"))


@pytest.mark.slow
def test_cielab(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    scene.save(tmp_path / "s.png")
    run("convert", tmp_path / "s.png", "-colorspace", "Lab", tmp_path / "a.tif")
    holds("TIFF, CIELAB", made, tmp_path / "a.tif", tmp_path / "s.png")


@pytest.mark.slow
def test_heic_and_avif(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    for kind, name in (("HEIC", "a.heic"), ("AVIF", "a.avif")):
        scene.save(tmp_path / name, quality=90)
        run("heif-convert", tmp_path / name, tmp_path / "r.png")
        holds(kind, made, tmp_path / name, tmp_path / "r.png")


@pytest.mark.slow
def test_jpeg_2000_and_jpeg_xl(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    scene.save(tmp_path / "s.png")
    scene.save(tmp_path / "a.jp2")
    run("opj_decompress", "-i", tmp_path / "a.jp2", "-o", tmp_path / "r.png")
    holds("JPEG 2000", made, tmp_path / "a.jp2", tmp_path / "r.png")
    run("cjxl", tmp_path / "s.png", tmp_path / "a.jxl", "-d", "1", "-e", "3")
    run("djxl", tmp_path / "a.jxl", tmp_path / "x.png")
    holds("JPEG XL", made, tmp_path / "a.jxl", tmp_path / "x.png")


@pytest.mark.slow
def test_photoshop(made: Make, tmp_path: Path, scene: Image.Image) -> None:
    scene.save(tmp_path / "s.png")
    for options in (["-compress", "RLE"], ["-compress", "None"], ["-depth", "16"]):
        run("convert", tmp_path / "s.png", *options, tmp_path / "a.psd")
        holds("Photoshop, RGB", made, tmp_path / "a.psd", tmp_path / "s.png")
    run("convert", tmp_path / "s.png", tmp_path / "a.psb")
    holds("Photoshop, RGB", made, tmp_path / "a.psb", tmp_path / "s.png")


@pytest.mark.slow
def test_a_drawing(made: Make, tmp_path: Path) -> None:
    shapes = "".join(
        f"<circle cx='{90 * n + 60}' cy='{60 + n * 17}' r='55' fill='hsl({n * 40},80%,50%)'/>" for n in range(9)
    )
    text = f"<svg xmlns='http://www.w3.org/2000/svg' width='900' height='300'>{shapes}</svg>"
    (tmp_path / "a.svg").write_text(text)
    run("rsvg-convert", "-w", "2048", "-b", "#eeeeee", tmp_path / "a.svg", "-o", tmp_path / "r.png")
    holds("SVG", made, tmp_path / "a.svg", tmp_path / "r.png")


@pytest.mark.slow
def test_raw(made: Make, tmp_path: Path) -> None:
    source = SHARED_MEDIA / "photo" / "CRW.CRW"
    if not source.exists():
        pytest.skip("there are no shared media beside the project")
    with (tmp_path / "r.ppm").open("wb") as target:
        subprocess.run([program("dcraw"), "-c", "-w", str(source)], check=True, stdout=target, timeout=120)
    holds("RAW", made, source, tmp_path / "r.ppm")


def test_the_difference_is_that_of_the_published_pairs() -> None:
    """Pairs 1, 7, 13, 17, 25 and 34 of Sharma, Wu and Dalal (2005), table 1."""
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, expected in pairs:
        assert float(delta_e(np.array(one, float), np.array(other, float))) == pytest.approx(expected, abs=1e-4)


def test_the_bounds_are_those_of_the_documentation() -> None:
    page = (PROJECT / "docs" / "formats.md").read_text()
    told = re.findall(r"^\| ([^|]+) \| ([\d.]+) \| ([\d.]+) \|", page, re.MULTILINE)
    assert {kind: (float(mean), float(worst)) for kind, mean, worst in told} == BOUNDS
