"""Photographs: every kind becomes upright sRGB JPEGs of three sizes, or a reason why not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from media_archive.config import Settings
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.render import render
from tests.renditions.conftest import output

Make = Callable[[Path], Rendered]
Media = Callable[[str], Path]

RED, GREEN, BLUE = (220, 30, 30), (30, 180, 60), (30, 60, 200)


def near(colour: tuple[int, ...], other: tuple[int, ...], slack: int = 14) -> bool:
    return all(abs(a - b) <= slack for a, b in zip(colour, other, strict=True))


def corners(path: Path) -> list[tuple[int, ...]]:
    image = Image.open(path).convert("RGB")
    width, height = image.size
    spots = ((4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5))
    return [image.getpixel(spot) for spot in spots]  # type: ignore[misc]


def flag(size: tuple[int, int] = (3000, 2000)) -> Image.Image:
    """Red above left, green above right, blue below."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    image.paste(GREEN, (size[0] // 2, 0, size[0], size[1] // 2))
    return image


def test_a_photograph_gets_three_sizes(made: Make, tmp_path: Path) -> None:
    flag().save(tmp_path / "a.jpg")
    rendered = made(tmp_path / "a.jpg")
    sizes = {one.name: (one.width, one.height) for one in rendered.outputs}
    assert sizes == {"large": (2048, 1365), "screen": (1024, 683), "thumb": (320, 213)}
    for one in rendered.outputs:
        with Image.open(one.path) as image:
            assert (image.format, image.size) == ("JPEG", (one.width, one.height))
            assert "icc_profile" not in image.info
    assert (rendered.width, rendered.height, rendered.problem) == (3000, 2000, None)


def test_small_photographs_are_not_enlarged(made: Make, tmp_path: Path) -> None:
    flag((100, 60)).save(tmp_path / "a.png")
    assert {(one.width, one.height) for one in made(tmp_path / "a.png").outputs} == {(100, 60)}


@pytest.mark.slow
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_shown_upright(made: Make, tmp_path: Path, orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = flag().transpose(turns[orientation]) if orientation > 1 else flag()
    exif = Image.Exif()
    exif[274] = orientation
    stored.save(tmp_path / "a.jpg", exif=exif)
    rendered = made(tmp_path / "a.jpg")
    assert (rendered.width, rendered.height) == (3000, 2000)
    found = corners(output(rendered, "large"))
    assert all(near(a, b) for a, b in zip(found, (RED, GREEN, BLUE, BLUE), strict=True))


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "avif", "bmp", "gif", "heic", "jxl", "jp2"])
def test_formats_keep_their_colours(made: Make, tmp_path: Path, suffix: str) -> None:
    import pillow_heif
    import pillow_jxl  # noqa: F401 - its import is its registration

    pillow_heif.register_heif_opener()
    path = tmp_path / f"a.{suffix}"
    flag((400, 300)).save(path)
    found = corners(output(made(path), "large"))
    assert all(near(a, b, 20) for a, b in zip(found, (RED, GREEN, BLUE, BLUE), strict=True))


def test_transparency_shows_neutral_ground(made: Make, tmp_path: Path) -> None:
    image = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 100, 100))
    image.save(tmp_path / "a.png")
    left, right, *_ = corners(output(made(tmp_path / "a.png"), "large"))
    assert near(left, RED)
    assert near(right, (238, 238, 238))


def test_sixteen_bits_are_shown_as_bright_as_they_are(made: Make, tmp_path: Path) -> None:
    Image.new("I;16", (64, 64), 0x8000).save(tmp_path / "a.png")
    assert near(corners(output(made(tmp_path / "a.png"), "large"))[0], (128, 128, 128))


def test_measurements_are_stretched_to_a_picture(made: Make, tmp_path: Path) -> None:
    image = Image.new("F", (64, 64), -12.5)
    image.paste(4000.0, (0, 0, 32, 64))
    image.save(tmp_path / "a.tif")
    left, right, *_ = corners(output(made(tmp_path / "a.tif"), "large"))
    assert near(left, (255, 255, 255))
    assert near(right, (0, 0, 0))


def test_the_first_page_of_a_scan_is_shown(made: Make, tmp_path: Path) -> None:
    flag((300, 200)).save(
        tmp_path / "a.tif", save_all=True, append_images=[Image.new("RGB", (300, 200))], compression="tiff_lzw"
    )
    assert near(corners(output(made(tmp_path / "a.tif"), "large"))[0], RED)


def test_a_profile_is_followed(made: Make, tmp_path: Path) -> None:
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.createProfile("sRGB")
    image = flag((200, 100))
    converted = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB")
    assert converted is not None
    converted.save(tmp_path / "a.tif")
    assert near(corners(output(made(tmp_path / "a.tif"), "large"))[0], RED, 20)


def test_the_average_colour_is_told(made: Make, tmp_path: Path) -> None:
    Image.new("RGB", (500, 500), (200, 100, 50)).save(tmp_path / "a.png")
    assert made(tmp_path / "a.png").colour in ("#c86432", "#c86433", "#c76432", "#c86332")


def test_a_bomb_is_refused_before_it_is_decoded(made: Make, media: Media) -> None:
    rendered = made(media("broken/65536-uint32-limit.png"))
    assert rendered.outputs == []
    assert "65536 × 65536 pixels" in str(rendered.problem)


def test_the_bound_of_pixels_can_be_set(tmp_path: Path) -> None:
    from media_archive.config import load

    flag((200, 100)).save(tmp_path / "a.jpg")
    few: Settings = load(home=tmp_path, max_pixels=10_000)
    rendered = render(tmp_path / "a.jpg", "jpeg", "photo", {}, tmp_path, few)
    assert "more than 10000" in str(rendered.problem)


@pytest.mark.slow
def test_half_a_jpeg_is_shown_and_said_to_be_half(made: Make, tmp_path: Path) -> None:
    flag().save(tmp_path / "a.jpg", quality=95)
    whole = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(whole[: len(whole) // 2])
    rendered = made(tmp_path / "a.jpg")
    assert near(corners(output(rendered, "large"))[0], RED)
    assert "part of the picture is missing" in str(rendered.problem)


@pytest.mark.slow
def test_a_raw_cut_to_its_metadata_is_shown_as_such(made: Make, media: Media) -> None:
    for name in ("photo/sample.nef", "photo/sample.arw", "photo/sample.dng", "photo/jølstravatnet.pef"):
        assert "raw data cannot be developed" in str(made(media(name)).problem)


@pytest.mark.slow
def test_a_whole_raw_is_developed(made: Make, media: Media) -> None:
    rendered = made(media("photo/CRW.CRW"))
    assert rendered.problem is None
    assert {one.name for one in rendered.outputs} == {"large", "screen", "thumb"}


def test_cmyk_is_shown_in_its_colours(made: Make, media: Media) -> None:
    red, green, blue, black = corners(output(made(media("photo/Channel_digital_image_CMYK_color.jpg")), "large"))
    assert made(media("photo/cmyk_jpeg.tif")).problem is None
    assert all(sum(colour) > 0 for colour in (red, green, blue, black))


def test_a_damaged_profile_is_named_and_the_picture_shown(made: Make, media: Media) -> None:
    rendered = made(media("broken/corrupted-icc-srgb.jpg"))
    assert rendered.outputs
    assert "colour profile" in str(rendered.problem)


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["photo", "broken"])
def test_every_photograph_is_shown_or_explained(made: Make, media: Media, folder: str) -> None:
    from media_archive.metadata.formats import recognise_path

    for path in sorted(media(folder).iterdir()):
        known = recognise_path(path)
        if known and known.kind == "photo":
            rendered = made(path)
            assert rendered.outputs or rendered.problem, path.name
            assert "/" not in str(rendered.problem).replace("and/or", "").replace("Input/output", ""), path.name
