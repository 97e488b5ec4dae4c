"""Panoramas of 500 megapixels and scans of 2 GB are rendered by a reader that never holds 1 GB."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pyvips

from media_archive.errors import TooLarge
from media_archive.tools.isolation import Limits, Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WIDTH, HEIGHT = 31_622, 15_811
MOST = 1 << 30
PLAN = {
    "sizes": [
        {"recipe": "large", "long_edge": 2048, "quality": 85},
        {"recipe": "thumb", "long_edge": 320, "quality": 82},
    ],
    "max_pixels": 1_000_000_000,
    "background": [238, 238, 238],
}


@pytest.fixture
def reader() -> Iterator[Reader]:
    # it must live on after the call, so that it can be asked what it held
    made = Reader(Limits(resident=8 << 30))
    yield made
    made.close()


def panorama() -> pyvips.Image:
    """Light from left to right; one row again and again, so that to write it takes no time."""
    across = (pyvips.Image.xyz(WIDTH, 1)[0] * (255 / WIDTH)).cast("uchar")
    row = across.bandjoin([255 - across, across]).cast("uchar").copy_memory()
    return row.replicate(1, HEIGHT).copy(interpretation="srgb")


def rendered(reader: Reader, path: Path, name: str, scratch: Path) -> tuple[dict[str, Any], int]:
    """What was made, and the most bytes that the reader ever held."""
    made = reader.call(
        "media_archive.renditions.stills.making:make", str(path), name, False, str(scratch), PLAN, timeout=600
    )
    status = Path(f"/proc/{reader.pid}/status").read_text()
    held = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return made, int(held.split()[1]) * 1024


WRITERS: dict[str, Callable[[Path], None]] = {
    "a.jpg": lambda path: panorama().jpegsave(str(path)),
    "a.png": lambda path: panorama().pngsave(str(path), compression=1),
    "tiles.tif": lambda path: panorama().tiffsave(str(path), compression="jpeg", tile=True),
}
NAMES = {".jpg": "jpeg", ".png": "png", ".tif": "tiff", ".psb": "psd"}


@pytest.mark.parametrize("name", WRITERS)
def test_a_panorama_of_500_megapixels(reader: Reader, tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    made, held = rendered(reader, tmp_path / name, NAMES[Path(name).suffix], tmp_path)
    assert (made["width"], made["height"]) == (WIDTH, HEIGHT)
    assert made["outputs"][0]["width"] == 2048
    assert held < MOST


def test_a_photoshop_file_of_500_megapixels(reader: Reader, tmp_path: Path) -> None:
    """Unpacked, and with holes for its bytes: the disk holds nothing of it."""
    head = b"8BPS" + struct.pack(">H6xHIIHH", 2, 3, HEIGHT, WIDTH, 8, 3) + bytes(4 + 4 + 8 + 2)
    with (tmp_path / "a.psb").open("wb") as file:
        file.write(head)
        file.truncate(len(head) + 3 * WIDTH * HEIGHT)
    made, held = rendered(reader, tmp_path / "a.psb", "psd", tmp_path)
    assert (made["width"], made["problem"]) == (WIDTH, None)
    assert held < MOST


def test_a_scan_of_two_gigabytes(reader: Reader, tmp_path: Path) -> None:
    """16 bits, 19 000 × 18 000 pixels, unpacked in strips of 100 rows, with holes for its bytes."""
    width, height, rows = 19_000, 18_000, 100
    strips, size = height // rows, rows * width * 6
    tables = 8 + 2 + 12 * 10 + 4
    start = tables + 8 * strips + 6
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, tables + 8 * strips),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, strips, tables),
        (277, 3, 1, 3),
        (278, 4, 1, rows),
        (279, 4, strips, tables + 4 * strips),
        (284, 3, 1, 1),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    places = struct.pack(f"<{strips}I", *(start + n * size for n in range(strips)))
    with (tmp_path / "a.tif").open("wb") as file:
        file.write(b"II*\0" + struct.pack("<I", 8) + directory + places + struct.pack(f"<{strips}I", *[size] * strips))
        file.write(struct.pack("<3H", 16, 16, 16))
        file.truncate(start + strips * size)
    assert (tmp_path / "a.tif").stat().st_size > 2_000_000_000
    made, held = rendered(reader, tmp_path / "a.tif", "tiff", tmp_path)
    assert (made["width"], made["height"], made["problem"]) == (width, height, None)
    assert held < MOST


def test_what_can_only_be_decoded_as_a_whole_is_refused_with_what_to_do(reader: Reader, tmp_path: Path) -> None:
    """A progressive JPEG whose header says that it is as large as the panorama."""
    pyvips.Image.black(64, 64, bands=3).copy(interpretation="srgb").jpegsave(str(tmp_path / "a.jpg"), interlace=True)
    data = bytearray((tmp_path / "a.jpg").read_bytes())
    at = data.index(b"\xff\xc2") + 5
    data[at : at + 4] = struct.pack(">HH", HEIGHT, WIDTH)
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(TooLarge, match="Save it as tiled TIFF"):
        rendered(reader, tmp_path / "a.jpg", "jpeg", tmp_path)
