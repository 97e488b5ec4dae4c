"""From files on a card to sets of alike pictures, with everything that lies between."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.likeness import queries
from media_archive.likeness.models import Sort
from media_archive.renditions import asking
from media_archive.renditions.planning import hold

pytestmark = pytest.mark.slow


def _come_in(archive: Archive, *paths: Path) -> dict[str, set[str]]:
    """Ingests, renders and compares; the titles of the alike pictures in each sort of set."""
    receive(archive, list(paths), Wish(shoot="解放路改造"))
    for queue in ("fast", "photo"):
        archive.runner().drain(queue)
    archive.liken()
    return {sort.value: _titles(archive, sort) for sort in Sort}


def _titles(archive: Archive, sort: Sort) -> set[str]:
    with archive.reading() as session:
        found, _ = queries.page(session, sort=sort)
        return {" ".join(sorted(one.card.title for one in each.members)) for each in found}


def _street(shift: int) -> Image.Image:
    """Houses along a street, and a car that drives by."""
    picture = Image.new("RGB", (1500, 1000), "#9db8d6")
    pen = ImageDraw.Draw(picture)
    for house in range(7):
        pen.rectangle(
            (house * 220, 300 + house * 37 % 170, house * 220 + 180, 700), fill=f"hsl({house * 40}, 30%, 45%)"
        )
        for window in range(6):
            left = house * 220 + 20 + window % 3 * 50
            pen.rectangle((left, 500 + window // 3 * 80, left + 30, 540 + window // 3 * 80), fill="#223")
    pen.rectangle((0, 700, 1500, 1000), fill="#555")
    pen.rectangle((shift, 740, shift + 240, 840), fill="#b22")
    return picture


def test_other_encodings_of_a_photograph_are_one_set(archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    for name in ("sunrise.jpg", "london.jpg", "tanners_ridge.jpg"):
        (tmp_path / name).write_bytes((shared_media / "photo" / name).read_bytes())
    with Image.open(tmp_path / "london.jpg") as picture:
        picture.convert("RGB").resize((640, 480)).save(tmp_path / "微信图片.jpg", quality=40)
    found = _come_in(archive, tmp_path, shared_media / "photo" / "sunrise.webp")
    assert found["alike"] == {"london 微信图片", "Sunrise in Spain Sunrise in Spain"}
    assert found["burst"] == set()


def test_prints_scanned_mirrored_or_on_a_side_are_found(archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    with Image.open(shared_media / "photo" / "silver_fir.jpg") as picture:
        for turn in (None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180):
            scan = picture.convert("RGB").resize((640, 480))
            (scan if turn is None else scan.transpose(turn)).save(tmp_path / f"{turn}.jpg", quality=80)
    (found,) = _come_in(archive, tmp_path)["alike"]
    assert len(found.split()) == 4


def test_flat_pictures_are_compared_with_nothing(archive: Archive, tmp_path: Path) -> None:
    for number in range(4):
        Image.new("RGB", (900, 600), (250 - number, 250, 250)).save(tmp_path / f"white{number}.jpg")
        noise = Image.effect_noise((900, 600), 3 + number).convert("RGB")
        noise.save(tmp_path / f"fog{number}.jpg", quality=80)
    assert _come_in(archive, tmp_path) == {"alike": set(), "burst": set()}


def test_a_burst_is_one_stack_with_the_sharpest_in_front(archive: Archive, tmp_path: Path) -> None:
    for number, blur in enumerate((3, 0, 2)):
        exif = Image.Exif()
        exif[0x010F], exif[0x0110] = "NIKON CORPORATION", "NIKON Z 9"
        exif.get_ifd(0x8769)[0x9003] = f"2017:06:12 09:30:0{number}"
        frame = _street(number * 300).filter(ImageFilter.GaussianBlur(blur))
        frame.save(tmp_path / f"DSC_000{number}.jpg", quality=90, exif=exif)
    assert _come_in(archive, tmp_path) == {"alike": set(), "burst": {"DSC_0000 DSC_0001 DSC_0002"}}
    with archive.reading() as session:
        ((burst,), _) = queries.page(session, sort=Sort.BURST)
        assert burst.top == burst.members[0].card.id
        assert burst.members[0].card.title == "DSC_0001"
        assert all(one.sharpness for one in burst.members)


def test_rendering_again_to_the_same_hash_compares_nothing(archive: Archive, tmp_path: Path) -> None:
    _street(100).save(tmp_path / "a.jpg", quality=90)
    _street(100).resize((600, 400)).save(tmp_path / "b.jpg", quality=80)
    assert _come_in(archive, tmp_path)["alike"] == {"a b"}
    with archive.transaction() as session:
        for asset in session.scalars(select(Asset)):
            asking.ask(session, hold(session, asset.id), [], (), "archivist", anew=True)
    before = now()
    archive.runner().drain("photo")
    with archive.reading() as session:
        assert all(asset.rendered_at and asset.rendered_at > before for asset in session.scalars(select(Asset)))
    assert archive.liken() == 0
