"""Fingerprints: alike pictures have near hashes, the colour is the one that covers most, the placeholder is small."""

import base64
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from media_archive.config import Settings
from media_archive.metadata.formats import recognise_path
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import book
from media_archive.renditions.render import render
from media_archive.renditions.stills.fingerprints import EDGE, fingerprint, perceptual_hash
from tests.conftest import SHARED_MEDIA

Make = Callable[[Path], Rendered]
Media = Callable[[str], Path]


def house() -> Image.Image:
    """A red house on the right of a green field under a light sky."""
    image = Image.new("RGB", (320, 200), (200, 220, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 120, 320, 200), fill=(60, 110, 40))
    draw.rectangle((200, 40, 280, 150), fill=(190, 60, 40))
    return image


def known(image: Image.Image) -> pyvips.Image:
    raw = pyvips.Image.new_from_memory(image.tobytes(), *image.size, len(image.getbands()), "uchar")
    return raw.copy(interpretation="srgb" if image.mode == "RGB" else "b-w")


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_the_hash_is_that_of_the_published_formula() -> None:
    rng = np.random.default_rng(4)
    luma = rng.uniform(0, 255, (EDGE, EDGE)).astype(np.float32)
    small = luma.reshape(32, 2, 32, 2).mean(axis=(1, 3)).astype(np.float64)
    low = np.zeros((8, 8))
    for v in range(1, 9):
        for u in range(1, 9):
            wave = np.cos(np.pi * v * (2 * np.arange(32) + 1) / 64)[:, None] * np.cos(
                np.pi * u * (2 * np.arange(32) + 1) / 64
            )
            low[v - 1, u - 1] = (small * wave).sum()
    bits = "".join("1" if value > np.median(low) else "0" for value in low.ravel())
    assert perceptual_hash(luma)[0] == f"{int(bits, 2):016x}"


@pytest.mark.parametrize("name", ["photo/london.jpg", "photo/tanners_ridge.jpg", "photo/cyclamen_persicum.jpg"])
def test_copies_of_a_photograph_have_near_hashes(media: Media, name: str) -> None:
    image = Image.open(media(name)).convert("RGB")
    image.thumbnail((320, 320))
    first = fingerprint(known(image)).phash
    smaller = image.resize((200, 200 * image.height // image.width))
    for changed in (smaller, ImageEnhance.Brightness(image).enhance(1.2), ImageOps.grayscale(image)):
        assert distance(first, fingerprint(known(changed)).phash) <= 6


@pytest.mark.slow
def test_different_photographs_have_distant_hashes(made: Make) -> None:
    names = ["london.jpg", "tanners_ridge.jpg", "cyclamen_persicum.jpg", "silver_fir.jpg", "mongolels.jpg"]
    if not SHARED_MEDIA.exists():
        pytest.skip("there are no shared media beside the project")
    hashes = [made(SHARED_MEDIA / "photo" / name).values["fingerprint"]["phash"] for name in names]
    assert min(distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i]) >= 16


def test_a_picture_in_grey_and_one_of_a_pixel_have_fingerprints() -> None:
    grey = fingerprint(known(ImageOps.grayscale(house()))).colour
    assert grey[1:3] == grey[3:5] == grey[5:7]
    assert 0xD8 <= int(grey[1:3], 16) <= 0xDE
    assert fingerprint(known(Image.new("RGB", (1, 1), (10, 20, 30)))).colour == "#0a141e"
    assert fingerprint(known(Image.new("RGB", (300, 200), (9, 9, 9)))).detail < 0.1


def test_the_colour_is_the_one_that_covers_most_and_not_their_mean() -> None:
    image = Image.new("RGB", (300, 300), (20, 40, 160))
    image.paste((240, 200, 20), (0, 0, 300, 100))
    assert fingerprint(known(image)).colour == "#1428a0"


@pytest.mark.parametrize("size", [(320, 213), (213, 320), (320, 320), (320, 20), (1, 320)])
def test_a_placeholder_is_short_and_tells_its_size(size: tuple[int, int]) -> None:
    text = fingerprint(known(house().resize(size))).placeholder
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    across, down = data[0] >> 4, data[0] & 15
    assert len(text) <= 60
    assert len(data) == 6 + (across * down - 1 + 16 + 1) // 2
    assert (across >= down) == (size[0] >= size[1])


def test_the_front_end_is_tested_with_what_is_written_here() -> None:
    source = Path("webapp/frontend/test/placeholder.test.js").read_text()
    assert f'"{fingerprint(known(house())).placeholder}"' in source


def test_a_photograph_is_rendered_with_its_fingerprint(made: Make, tmp_path: Path) -> None:
    house().save(tmp_path / "a.png")
    rendered = made(tmp_path / "a.png")
    alone = fingerprint(known(house()))
    assert distance(rendered.values["fingerprint"]["phash"], alone.phash) <= 2
    assert (rendered.colour, len(rendered.placeholder or "")) == (alone.colour, len(alone.placeholder))


@pytest.mark.slow
def test_a_fingerprint_can_be_made_alone(tmp_path: Path, settings: Settings) -> None:
    house().resize((3200, 2000)).save(tmp_path / "a.jpg")
    asked = [one for one in book("photo").recipe if one.name == "fingerprint"]
    rendered = render(tmp_path / "a.jpg", "jpeg", "photo", {}, tmp_path, settings, recipes=asked)
    assert rendered.outputs == []
    assert distance(rendered.values["fingerprint"]["phash"], fingerprint(known(house())).phash) <= 4


@pytest.mark.slow
def test_a_film_has_the_fingerprint_of_its_poster(
    drawn: Callable[..., Path], tmp_path: Path, settings: Settings
) -> None:
    film = drawn("a.mp4", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=2", "-pix_fmt", "yuv420p")
    known_format = recognise_path(film)
    assert known_format is not None
    rendered = render(film, known_format.name, "film", {}, tmp_path, settings)
    poster = next(one.path for one in rendered.outputs if one.name == "poster")
    of_poster = fingerprint(pyvips.Image.new_from_file(str(poster)))
    assert distance(rendered.values["fingerprint"]["phash"], of_poster.phash) <= 4
    assert rendered.placeholder
    asked = [one for one in book("film").recipe if one.name == "fingerprint"]
    (tmp_path / "again").mkdir()
    alone = render(film, known_format.name, "film", {}, tmp_path / "again", settings, recipes=asked)
    assert alone.outputs == []
    assert distance(alone.values["fingerprint"]["phash"], rendered.values["fingerprint"]["phash"]) <= 4
