"""Files of several pictures, previews and turns: the picture that is meant, upright, and how many there are."""

import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image

from media_archive.renditions.outputs import Rendered
from tests.renditions.conftest import output
from tests.renditions.test_photos import BLUE, GREEN, RED, corners, flag, near

Make = Callable[[Path], Rendered]


def upright(made: Make, path: Path) -> bool:
    found = corners(output(made(path), "large"))
    return all(near(a, b, 24) for a, b in zip(found, (RED, GREEN, BLUE, BLUE), strict=True))


def photoshop(
    path: Path,
    planes: np.ndarray,  # type: ignore[type-arg]
    *,
    mode: int = 3,
    large: bool = False,
    layers: int | None = None,
    resources: bytes = b"",
) -> Path:
    """A file as Photoshop saves it: (channels, rows, columns) of 8 or 16 bits, packed where they are of 8."""
    channels, height, width = planes.shape
    depth = planes.dtype.itemsize * 8
    head = b"8BPS" + struct.pack(">H6xHIIHH", 2 if large else 1, channels, height, width, depth, mode)
    inner = b"" if layers is None else (bytes(8 if large else 4) + struct.pack(">h", layers))
    section = (len(inner).to_bytes(8 if large else 4, "big") + inner) if inner else bytes(8 if large else 4)
    if depth == 8:
        rows = [_packed(row.tobytes()) for plane in planes for row in plane]
        lengths = struct.pack(f">{len(rows)}{'I' if large else 'H'}", *map(len, rows))
        data = b"\0\1" + lengths + b"".join(rows)
    else:
        data = b"\0\0" + planes.astype(">u2").tobytes()
    path.write_bytes(head + bytes(4) + len(resources).to_bytes(4, "big") + resources + section + data)
    return path


def _packed(row: bytes) -> bytes:
    return b"".join(bytes((len(part) - 1,)) + part for part in (row[at : at + 128] for at in range(0, len(row), 128)))


def planes(image: Image.Image) -> np.ndarray:  # type: ignore[type-arg]
    return np.moveaxis(np.asarray(image), -1, 0)


def test_animations_show_their_first_picture_and_count_the_others(made: Make, tmp_path: Path) -> None:
    others = [Image.new("RGB", (300, 200), (9 * n, 9, 9)) for n in range(4)]
    for name in ("a.gif", "a.webp", "a.png"):
        flag((300, 200)).save(tmp_path / name, save_all=True, append_images=others, lossless=True)
        rendered = made(tmp_path / name)
        assert rendered.pages == 5, name
        assert near(corners(output(rendered, "large"))[0], RED, 20), name


def test_one_picture_has_no_pages(made: Make, tmp_path: Path) -> None:
    flag((30, 20)).save(tmp_path / "a.tif")
    assert made(tmp_path / "a.tif").pages is None


def test_a_scan_whose_first_page_is_a_thumbnail_shows_the_scan(made: Make, tmp_path: Path) -> None:
    small = Image.new("RGB", (150, 100), (1, 2, 3))
    pages = [flag((1500, 1000)), Image.new("RGB", (1500, 1000), (200, 200, 200))]
    small.save(tmp_path / "a.tif", save_all=True, append_images=pages)
    rendered = made(tmp_path / "a.tif")
    assert (rendered.width, rendered.height, rendered.pages) == (1500, 1000, 2)
    assert near(corners(output(rendered, "large"))[0], RED)


@pytest.mark.slow
def test_smaller_versions_in_a_pyramid_are_no_pages(made: Make, tmp_path: Path) -> None:
    flag((1500, 1000)).save(tmp_path / "a.png")
    image = pyvips.Image.new_from_file(str(tmp_path / "a.png"))
    image.tiffsave(str(tmp_path / "a.tif"), tile=True, pyramid=True)
    image.tiffsave(str(tmp_path / "b.tif"), tile=True, pyramid=True, subifd=True)
    for name in ("a.tif", "b.tif"):
        rendered = made(tmp_path / name)
        assert (rendered.width, rendered.pages) == (1500, None), name


def test_further_channels_of_a_tiff_are_not_opacity(made: Make, tmp_path: Path) -> None:
    """As infrared of a film scanner, or a selection that Photoshop keeps: ExtraSamples is 0."""
    data = np.dstack([np.asarray(flag((60, 40))), np.zeros((40, 60), np.uint8)])
    image = pyvips.Image.new_from_array(data).copy(interpretation="srgb")
    image.tiffsave(str(tmp_path / "a.tif"))
    raw = bytearray((tmp_path / "a.tif").read_bytes())
    at = raw.index(struct.pack("<HHI", 338, 3, 1))
    raw[at + 8 : at + 10] = b"\0\0"
    (tmp_path / "a.tif").write_bytes(raw)
    assert near(corners(output(made(tmp_path / "a.tif"), "large"))[0], RED)


@pytest.mark.parametrize("suffix", ["avif", "png", "webp", "tif"])
def test_a_turn_counts_once_in_every_format(made: Make, tmp_path: Path, suffix: str) -> None:
    turned(tmp_path / f"a.{suffix}")
    assert upright(made, tmp_path / f"a.{suffix}")


@pytest.mark.slow
def test_a_turn_that_only_exif_tells_of_does_not_count_in_heif(made: Make, tmp_path: Path) -> None:
    """The boxes decide (ISO/IEC 23000-22, 7.3.6.7); Pillow's plug-in writes none."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    turned(tmp_path / "a.heic")
    rendered = made(tmp_path / "a.heic")
    assert (rendered.width, rendered.height) == (400, 600)


@pytest.mark.slow
@pytest.mark.parametrize("options", [["--lossless_jpeg=1"], ["--lossless_jpeg=0"]])
def test_a_turn_counts_once_in_jpeg_xl(made: Make, tmp_path: Path, options: list[str]) -> None:
    if (program := shutil.which("cjxl")) is None:
        pytest.skip("cjxl is not installed")
    turned(tmp_path / "a.jpg")
    subprocess.run([program, tmp_path / "a.jpg", tmp_path / "a.jxl", "--quiet", *options], check=True, timeout=60)
    assert upright(made, tmp_path / "a.jxl")


def turned(path: Path) -> None:
    """A picture that lies on its side and says so."""
    exif = Image.Exif()
    exif[274] = 6
    flag((600, 400)).transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)


@pytest.mark.slow
def test_photoshop_files_show_their_merged_picture(made: Make, tmp_path: Path) -> None:
    stored = planes(flag((600, 400)))
    for large in (False, True):
        rendered = made(photoshop(tmp_path / "a.psd", stored, large=large))
        assert near(corners(output(rendered, "large"))[1], GREEN)
        assert (rendered.width, rendered.height, rendered.problem) == (600, 400, None)
    rendered = made(photoshop(tmp_path / "a.psd", stored.astype(np.uint16) * 257))
    assert near(corners(output(rendered, "large"))[1], GREEN)


def test_opacity_of_a_photoshop_file_shows_neutral_ground(made: Make, tmp_path: Path) -> None:
    stored = planes(flag((600, 400)))
    clear = np.concatenate([stored, np.zeros_like(stored[:1])])
    clear[3, :, :300] = 255
    # its merged picture lies on white
    clear[:3, :, 300:] = 255
    found = corners(output(made(photoshop(tmp_path / "a.psd", clear, layers=-1)), "large"))
    assert near(found[0], RED)
    assert near(found[1], (238, 238, 238))
    # without the mark the fourth channel is a selection that somebody kept
    assert near(corners(output(made(photoshop(tmp_path / "b.psd", clear, layers=1)), "large"))[1], (255, 255, 255))


def test_a_photoshop_file_of_lab_grey_and_palette(made: Make, tmp_path: Path) -> None:
    lab = np.zeros((3, 40, 60), np.uint8)
    lab[0], lab[1], lab[2] = 117, 192, 176  # L* 46, a* 64, b* 48
    assert near(corners(output(made(photoshop(tmp_path / "a.psd", lab, mode=9)), "large"))[0], (215, 25, 36), 12)
    grey = np.full((1, 40, 60), 99, np.uint8)
    assert near(corners(output(made(photoshop(tmp_path / "a.psd", grey, mode=1)), "large"))[0], (99, 99, 99), 3)


def test_half_a_photoshop_file_is_shown_and_said_to_be_half(made: Make, tmp_path: Path) -> None:
    path = photoshop(tmp_path / "a.psd", planes(flag((600, 400))).astype(np.uint16) * 257)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    rendered = made(path)
    assert rendered.outputs
    assert "part of the picture is missing" in str(rendered.problem)


def test_a_photoshop_file_without_its_picture_shows_its_preview(made: Make, tmp_path: Path) -> None:
    import io

    jpeg = io.BytesIO()
    flag((150, 100)).save(jpeg, "JPEG", quality=95)
    thumbnail = bytes(28) + jpeg.getvalue()
    blocks = [(0x0421, struct.pack(">IB", 1, 0)), (0x040C, thumbnail)]
    resources = b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + bytes(len(data) % 2) for number, data in blocks
    )
    white = np.full((3, 400, 600), 255, np.uint8)
    rendered = made(photoshop(tmp_path / "a.psd", white, resources=resources))
    assert near(corners(output(rendered, "large"))[0], RED, 24)
    assert "small preview" in str(rendered.problem)
    assert rendered.width == 600


def test_a_profile_that_is_for_other_colours_is_passed_over(made: Make, tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    flag((60, 40)).convert("CMYK").save(tmp_path / "a.jpg", icc_profile=profile, quality=95)
    first, *_, last = corners(output(made(tmp_path / "a.jpg"), "large"))
    assert first[0] > 2 * first[1]
    assert last[2] > last[0]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        # SizeHeader: not small, height of 30 bits 2^29, ratio 1:1
        ("a.jxl", b"\xff\x0a" + ((0 | 3 << 1 | (1 << 29) << 3 | 1 << 33).to_bytes(14, "little"))),
        (
            "a.jp2",
            b"\xff\x4f\xff\x51" + struct.pack(">HHIIIIIIIIH", 47, 0, 1 << 20, 1 << 20, 0, 0, 1 << 20, 1 << 20, 0, 0, 3),
        ),
        ("a.psb", b"8BPS" + struct.pack(">H6xHIIHH", 2, 3, 200_000, 200_000, 8, 3) + bytes(20)),
    ],
)
def test_bombs_are_refused_by_their_headers(made: Make, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data + bytes(40))
    rendered = made(tmp_path / name)
    assert rendered.outputs == []
    assert "pixels; more than 1000000000 are not rendered" in str(rendered.problem)
