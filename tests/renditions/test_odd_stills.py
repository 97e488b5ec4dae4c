"""Stills that are rarer than photographs show what is in them, and never a black picture in its place."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image

from media_archive.errors import TooLarge
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.pyramids import making as pyramids
from media_archive.renditions.stills.pictures import Wanted
from media_archive.renditions.stills.readers.jpeg2000 import by_openjpeg
from media_archive.tools.isolation import Reader
from tests.renditions.conftest import output
from tests.renditions.test_colour import program

Make = Callable[[Path], Rendered]
RED, WHITE = (200, 30, 30), (255, 255, 255)
TYPES = {"float32": 3, "uint8": 1}
#: as the archive makes pyramids
PLAN = {"tile": 512, "quality": 88, "max_pixels": 1_000_000_000, "background": [238] * 3}


def halves(left: tuple[float, ...], right: tuple[float, ...], kind: str = "uint8") -> NDArray[np.generic]:
    data = np.empty((60, 80, len(left)), kind)
    data[:, :40], data[:, 40:] = left, right
    return data


def shown(made: Make, path: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    with Image.open(output(made(path), "large")) as image:
        rgb = image.convert("RGB")
        return tuple(rgb.getpixel((10, 30))), tuple(rgb.getpixel((70, 30)))  # type: ignore[arg-type]


def near(colour: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 6 for one, other in zip(colour, wanted, strict=True))


def tiff(path: Path, data: NDArray[np.generic], photometric: int, extra: list[int]) -> Path:
    """A TIFF in one strip, with its tags as told (libvips would write its own idea of them)."""
    high, wide, bands = data.shape
    kind = TYPES[data.dtype.name]
    tags = [
        (256, 4, [wide]), (257, 4, [high]), (258, 3, [data.dtype.itemsize * 8] * bands), (259, 3, [1]),
        (262, 3, [photometric]), (273, 4, [0]), (277, 3, [bands]), (278, 4, [high]), (279, 4, [data.nbytes]),
        *([(338, 3, extra)] if extra else []), (339, 3, [kind] * bands),
    ]  # fmt: skip
    body, table = b"", b""
    start = 8 + 2 + 12 * len(tags) + 4
    for tag, size, values in tags:
        packed = struct.pack("<" + {3: "H", 4: "I"}[size] * len(values), *values)
        if tag == 273:
            packed = struct.pack("<I", start + 200)
        if len(packed) > 4:
            table += struct.pack("<HHII", tag, size, len(values), start + len(body))
            body += packed
        else:
            table += struct.pack("<HHI", tag, size, len(values)) + packed.ljust(4, b"\0")
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + table + bytes(4) + body
    path.write_bytes(head.ljust(start + 200, b"\0") + data.tobytes())
    return path


@pytest.mark.parametrize("compression", ["zstd", "tiff_lzma"])
def test_a_compression_that_one_reader_lacks_is_left_to_another(made: Make, tmp_path: Path, compression: str) -> None:
    Image.new("RGB", (80, 60), RED).save(tmp_path / "a.tif", compression=compression)
    assert near(shown(made, tmp_path / "a.tif")[0], RED)


@pytest.mark.parametrize("extra", [[0, 0], [0, 0, 0, 0, 0]])
def test_bands_beyond_the_colours_are_neither_opacity_nor_a_reason_to_refuse(
    made: Make, tmp_path: Path, extra: list[int]
) -> None:
    bands = (*RED, *([0] * len(extra)))
    assert near(shown(made, tiff(tmp_path / "rgb.tif", halves(bands, bands), 2, extra))[0], RED)


def test_a_survey_camera_of_many_bands_shows_the_first_three(made: Make, tmp_path: Path) -> None:
    bands = (*RED, 1, 2, 3, 4, 5)
    assert near(shown(made, tiff(tmp_path / "a.tif", halves(bands, bands), 1, [0] * 7))[0], RED)


@pytest.mark.slow
def test_gaps_in_measurements_do_not_hide_the_rest(made: Make, tmp_path: Path) -> None:
    """Heights of 500 to 600 m, and places where nothing was measured."""
    for gap in (np.nan, -9999.0, -3.4e38):
        data = halves((500.0,), (600.0,), "float32")
        data[:20] = gap
        left, right = shown(made, tiff(tmp_path / "a.tif", data, 1, []))
        assert near(left, (0, 0, 0)), gap
        assert near(right, WHITE), gap


def test_light_brighter_than_white_and_levels_in_fractions_are_not_washed_out(made: Make, tmp_path: Path) -> None:
    levels = tiff(tmp_path / "levels.tif", halves(tuple(map(float, RED)), (255.0,) * 3, "float32"), 2, [])
    left, right = shown(made, levels)
    assert near(left, RED)
    assert near(right, WHITE)
    light = tiff(tmp_path / "light.tif", halves((5.0, 5.0, 5.0), (20.0, 20.0, 20.0), "float32"), 2, [])
    assert near(shown(made, light)[0], (137, 137, 137))  # a quarter of the light


@pytest.mark.slow
@pytest.mark.parametrize("depth", [10, 16])
def test_white_of_a_deep_jpeg_2000_is_white(made: Make, tmp_path: Path, depth: int) -> None:
    size = ["-size", "80x60", "gradient:white-black", "-rotate", "-90", "-colorspace", "sRGB", "-type", "TrueColor"]
    command = [program("convert"), *size, "-depth", str(depth), str(tmp_path / "a.jp2")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    with Image.open(output(made(tmp_path / "a.jp2"), "large")) as image:
        rgb = image.convert("RGB")
        assert near(tuple(rgb.getpixel((0, 30))), WHITE)  # type: ignore[arg-type]
        assert near(tuple(rgb.getpixel((image.width - 1, 30))), (0, 0, 0))  # type: ignore[arg-type]


def test_half_a_jpeg_2000_is_shown_and_said_to_be_half(made: Make, tmp_path: Path) -> None:
    noise = np.random.default_rng(4).integers(0, 40, (300, 400, 3), np.uint8) + np.array([180, 20, 20], np.uint8)
    Image.fromarray(noise.astype(np.uint8)).save(tmp_path / "a.jp2", irreversible=True)
    data = (tmp_path / "a.jp2").read_bytes()
    (tmp_path / "a.jp2").write_bytes(data[: len(data) * 3 // 4])
    rendered = made(tmp_path / "a.jp2")
    assert rendered.problem is not None
    with Image.open(output(rendered, "thumb")) as image:
        assert image.resize((1, 1)).getpixel((0, 0))[0] > 120  # type: ignore[index]


@pytest.mark.slow
def test_a_large_jpeg_2000_is_bounded_by_what_is_decoded_of_it(tmp_path: Path) -> None:
    """Scans of 300 megapixels in tiles are usual. Here one says that it is, and ends after the first of them."""
    Image.new("RGB", (1024, 1024), RED).save(tmp_path / "a.jp2", tile_size=(1024, 1024), no_jp2=True)
    data = bytearray((tmp_path / "a.jp2").read_bytes())
    data[8:16] = struct.pack(">II", 1 << 14, 18_000)
    (tmp_path / "a.jp2").write_bytes(data)
    picture = by_openjpeg(str(tmp_path / "a.jp2"), Wanted(2048, 1_000_000_000, (238, 238, 238)))
    assert (picture.width, picture.height, picture.image.height) == (1 << 14, 18_000, 2048)
    assert near(tuple(map(int, picture.image(5, 5))), RED)
    with pytest.raises(TooLarge):
        by_openjpeg(str(tmp_path / "a.jp2"), Wanted(1 << 20, 1_000_000_000, (238, 238, 238)))


def test_a_strip_that_cannot_be_decoded_is_said_to_be_missing(made: Make, tmp_path: Path) -> None:
    """libtiff only remarks on it."""
    noise = np.random.default_rng(4).integers(0, 255, (256, 256, 3), np.uint8)
    pyvips.Image.new_from_array(noise).tiffsave(str(tmp_path / "a.tif"), compression="jpeg", rgbjpeg=True)
    data = bytearray((tmp_path / "a.tif").read_bytes())
    start = data.index(b"\xff\xd8\xff\xda") if b"\xff\xd8\xff\xda" in data else data.index(b"\xff\xd8")
    data[start : start + 24] = bytes(24)
    (tmp_path / "a.tif").write_bytes(data)
    rendered = made(tmp_path / "a.tif")
    assert "end early" in str(rendered.problem)


def test_a_file_of_which_nothing_is_left_is_refused_instead_of_shown_black(made: Make, tmp_path: Path) -> None:
    data = np.random.default_rng(4).integers(0, 255, (60, 80, 3), np.uint8)
    pyvips.Image.new_from_array(data).pngsave(str(tmp_path / "a.png"))
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: whole.index(b"IDAT") + 6])
    rendered = made(tmp_path / "a.png")
    assert not rendered.outputs
    assert "No reader here can decode this picture" in str(rendered.problem)
    assert str(tmp_path) not in str(rendered.problem)


@pytest.mark.slow
def test_a_drawing_can_be_zoomed_into_however_small_or_large_it_says_it_is(tmp_path: Path) -> None:
    reader = Reader()
    try:
        for width in (30, 1_000_000):
            size = f'width="{width}" height="{width}"'
            path = tmp_path / f"{width}.svg"
            path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="#c33"/></svg>')
            found = reader.call(f"{pyramids.__name__}:make", str(path), "svg", False, str(tmp_path / "p.tif"), PLAN)
            assert found["width"] == found["height"] == 4096
    finally:
        reader.close()
