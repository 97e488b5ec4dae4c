"""Pyramids: stored for large pictures, for smaller ones only when somebody zooms; never in memory as a whole."""

from pathlib import Path
from typing import Any

import pytest
import pyvips
from PIL import Image
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Rendition
from media_archive.iiif import identifiers, requests, sources
from media_archive.iiif.service import Images
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.renditions.pyramids import making
from tests.webapp import squares

pytestmark = pytest.mark.slow

PLAN: dict[str, Any] = {"tile": 512, "quality": 88, "max_pixels": 10**9, "background": [238, 238, 238]}


def panorama(path: Path, width: int = 13_000, height: int = 5_000) -> Path:
    """65 megapixels: the coloured squares, stretched."""
    path.with_suffix(".png").write_bytes(squares.drawn())
    small = pyvips.Image.new_from_file(str(path.with_suffix(".png")))
    small.resize(width / 1000, vscale=height / 1000, kernel="nearest").jpegsave(str(path), Q=80)
    path.with_suffix(".png").unlink()
    return path


@pytest.mark.slow
def test_a_panorama_gets_its_pyramid_by_a_job_of_its_own_and_is_shown_from_it(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    panorama(card / "全景.jpg")
    Image.effect_mandelbrot((600, 400), (-2, -1.2, 1, 1.2), 90).save(card / "小.jpg")
    receive(archive, [card], Wish(shoot="全景"))
    for queue in ("fast", "photo", "photo"):
        archive.runner().drain(queue)
    with archive.reading() as session:
        [made] = session.scalars(select(Rendition).where(Rendition.recipe == "pyramid"))
        asset = session.get_one(Asset, made.asset_id)
        assert (made.width, made.height) == (asset.width, asset.height) == (13_000, 5_000)
        assert (made.file.media_type, asset.problem) == ("image/tiff", None)
        source = sources.find(session, asset.id)
    images = Images(archive.settings, archive.stores)
    ready = images.prepare(source, identifiers.parse(str(source.asset_id)))
    order = requests.fit(requests.parse("11700,4500,1300,500", "max", "0", "default.png"), ready.picture, images.limits)
    drawn = images.draw(ready, order)
    images.close()
    with Image.open(drawn) as corner:
        assert squares.near(corner.getpixel((600, 250)), squares.colour(9, 9), 8)
    assert not (archive.settings.home / "cache").exists(), "what is stored is not kept twice"


@pytest.mark.parametrize("form", ["jpg", "png", "tif", "webp"])
def test_the_levels_halve_and_keep_their_colours(tmp_path: Path, form: str) -> None:
    source, out = tmp_path / f"squares.{form}", tmp_path / "pyramid.tif"
    pyvips.Image.new_from_buffer(squares.drawn(), "").resize(2.2).write_to_file(str(source))
    kind = {"jpg": "jpeg", "tif": "tiff"}.get(form, form)
    assert making.make(str(source), kind, False, str(out), PLAN) == {"width": 2200, "height": 2200, "grey": False}
    for level, edge in enumerate((2200, 1100, 550, 275)):
        image = pyvips.Image.tiffload(str(out), page=level)
        assert (image.width, image.height) == (edge, edge)
        for column, row in ((0, 0), (3, 7), (9, 9)):
            point = image.getpoint(int((column + 0.5) * edge / 10), int((row + 0.5) * edge / 10))
            assert squares.near(tuple(round(value) for value in point), squares.colour(column, row), 8)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (97, 64), (3, 2000), (2000, 3)])
def test_odd_shapes_can_be_read_again(tmp_path: Path, width: int, height: int) -> None:
    source, out = tmp_path / "odd.png", tmp_path / "odd.tif"
    Image.new("RGB", (width, height), (200, 100, 50)).save(source)
    assert making.make(str(source), "png", False, str(out), PLAN)["width"] == width
    assert pyvips.Image.tiffload(str(out)).getpoint(0, 0) == [200, 100, 50]


def test_a_large_picture_lies_aside_while_it_is_cut_and_is_upright(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "ASIDE_FROM", 100_000)
    source, out = tmp_path / "turned.jpg", tmp_path / "turned.tif"
    turned = Image.Exif()
    turned[0x0112] = 6
    source.write_bytes(squares.drawn("JPEG", quality=95, exif=turned))
    making.make(str(source), "jpeg", False, str(out), PLAN)
    corner = pyvips.Image.tiffload(str(out)).getpoint(50, 50)
    assert squares.near(tuple(round(value) for value in corner), squares.colour(0, 9), 8)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["turned.jpg", "turned.tif"]
