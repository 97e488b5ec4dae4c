"""High dynamic range and wide gamuts: middle tones stay, lights keep their shape, hues stay what they are."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from media_archive.renditions.outputs import Rendered
from media_archive.renditions.stills.colour.ranges import MOST, WHITE, eetf, pq_light, pq_values
from tests.renditions.conftest import output

Make = Callable[[Path], Rendered]
Media = Callable[[str], Path]
PQ, HLG, BT2020, P3, SRGB_CURVE, BT709 = 16, 18, 9, 12, 13, 1


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(path: Path, patches: list[tuple[float, float, float]], primaries: int, transfer: int) -> Path:
    """A PNG of 16 bits with a stripe for each of `patches` (values of 0 to 1) and the chunk cICP."""
    row = b"".join((np.repeat([[*patch]], 64, axis=0) * 65535).round().astype(">u2").tobytes() for patch in patches)
    head = (64 * len(patches)).to_bytes(4, "big") + (64).to_bytes(4, "big") + bytes((16, 2, 0, 0, 0))
    parts = (chunk(b"IHDR", head), chunk(b"cICP", bytes((primaries, transfer, 0, 1))))
    data = zlib.compress((b"\0" + row) * 64)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IDAT", data) + chunk(b"IEND", b""))
    return path


def stripes(made: Make, path: Path, count: int) -> list[tuple[int, ...]]:
    image = Image.open(output(made(path), "large")).convert("RGB")
    return [image.getpixel((64 * one + 32, 32)) for one in range(count)]  # type: ignore[misc]


def coded(light: float) -> float:
    return float(pq_values(np.array([light], np.float32))[0])


def test_pq_is_that_of_the_standard() -> None:
    """ITU-R BT.2100-2 and BT.2408-7, table 1: 203 cd/m² is 58.1 %, 1000 cd/m² is 75.2 %, 26 cd/m² (18 % grey) is 38 %."""
    found = pq_values(np.array([203, 1000, 26, 10_000], np.float32))
    assert np.allclose(found, [0.5807, 0.7518, 0.3780, 1.0], atol=0.003)
    assert np.allclose(pq_light(found.astype(np.float64)), [203, 1000, 26, 10_000], rtol=1e-3)


def test_the_roll_off_keeps_what_is_dark_and_reaches_white_at_the_peak() -> None:
    for peak in (400.0, 1000.0, 4000.0, MOST):
        values = np.linspace(0, coded(peak), 500)
        shown = eetf(values, peak)
        assert np.all(np.diff(shown) >= -1e-9)
        assert shown[-1] == pytest.approx(coded(WHITE), abs=1e-4)
        assert np.allclose(shown[values < coded(10)], values[values < coded(10)])


@pytest.mark.slow
def test_middle_tones_stay_and_lights_keep_their_order(made: Make, tmp_path: Path) -> None:
    lights = [5, 20, 60, 203, 500, 1000]
    path = png(tmp_path / "a.png", [(coded(one),) * 3 for one in lights], BT2020, PQ)
    greys = [stripe[1] for stripe in stripes(made, path, len(lights))]
    expected = [round(255 * (1.055 * (one / WHITE) ** (1 / 2.4) - 0.055)) for one in (5, 20, 60)]
    assert all(abs(a - b) <= 4 for a, b in zip(greys, expected, strict=False))
    assert greys == sorted(set(greys))
    assert greys[-1] >= 250


def test_a_picture_no_brighter_than_white_is_shown_as_it_is(made: Make, tmp_path: Path) -> None:
    path = png(tmp_path / "a.png", [(coded(WHITE),) * 3, (coded(WHITE / 2),) * 3], BT2020, PQ)
    assert [stripe[1] for stripe in stripes(made, path, 2)] == pytest.approx([255, 188], abs=3)


def test_hlg_is_as_bright_as_meant(made: Make, tmp_path: Path) -> None:
    """Reference white is 75 % of HLG, 18 % grey is 38 % (ITU-R BT.2408-7, table 1)."""
    path = png(tmp_path / "a.png", [(0.38,) * 3, (0.75,) * 3, (1.0,) * 3], BT2020, HLG)
    grey, white, peak = (stripe[1] for stripe in stripes(made, path, 3))
    assert 95 <= grey <= 110
    assert 190 < white < peak
    assert peak >= 250


def test_hues_stay(made: Make, tmp_path: Path) -> None:
    bright = coded(800)
    path = png(tmp_path / "a.png", [(bright, 0, 0), (0, bright, 0), (0, 0, bright), (bright, bright, 0)], BT2020, PQ)
    red, green, blue, yellow = stripes(made, path, 4)
    assert red[0] > 2 * max(red[1:])
    assert green[1] > 1.3 * max(green[0], green[2])
    assert blue[2] > 1.3 * max(blue[:2])
    assert min(yellow[:2]) > 1.2 * yellow[2]


def test_code_points_of_a_wide_gamut_are_followed(made: Make, tmp_path: Path) -> None:
    path = png(tmp_path / "a.png", [(0.8, 0.4, 0.4), (0.5, 0.5, 0.5)], P3, SRGB_CURVE)
    red, grey = stripes(made, path, 2)
    # by the matrices of Display P3 and sRGB (CSS Color 4): color(display-p3 0.8 0.4 0.4) is rgb(87.4% 37.5% 38.5%)
    assert all(abs(a - b) <= 6 for a, b in zip(red, (221, 95, 98), strict=True))
    assert all(abs(value - 128) <= 2 for value in grey)
    plain = png(tmp_path / "b.png", [(0.8, 0.4, 0.4)], BT709, SRGB_CURVE)
    assert all(abs(a - b) <= 4 for a, b in zip(stripes(made, plain, 1)[0], (204, 102, 102), strict=True))


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_real_picture_of_high_range_is_neither_dark_nor_burnt(made: Make, media: Media) -> None:
    rendered = made(media("photo/10bit-HDR-P3-nclx.avif"))
    grey = np.asarray(Image.open(output(rendered, "thumb")).convert("L"))
    assert 90 < grey.mean() < 160
    assert (grey > 250).mean() < 0.05
    assert (grey < 5).mean() < 0.05


@pytest.mark.slow
def test_an_avif_of_ten_bits_in_pq(made: Make, tmp_path: Path) -> None:
    import pyvips

    ramp = np.linspace(0, coded(1000), 512)
    data = (np.tile(ramp[None, :, None], (64, 1, 3)) * 65535).astype(np.uint16)
    image = pyvips.Image.new_from_memory(data.tobytes(), 512, 64, 3, "ushort").copy(interpretation="rgb16")
    path = tmp_path / "a.avif"
    image.heifsave(str(path), compression="av1", bitdepth=10, lossless=True)
    raw = path.read_bytes()
    at = raw.index(b"nclx") + 4
    path.write_bytes(raw[:at] + bytes((0, BT2020, 0, PQ)) + raw[at + 4 :])
    grey = np.asarray(Image.open(output(made(path), "large")).convert("L"))[32].astype(int)
    at_sixty = int(np.searchsorted(ramp, coded(60)))
    assert abs(int(grey[at_sixty]) - 147) <= 6
    assert np.all(np.diff(grey) >= -3)
    assert grey[-1] >= 245
