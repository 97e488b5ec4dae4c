"""Copies that leave the archive carry its description; what the archive keeps stays as it is."""

import hashlib
import shutil
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.events import service as events
from media_archive.storage.models import Copy, File, Role
from tests.cli.outgoing import answer, assets, filled, run
from tests.drawn import picture

pytestmark = pytest.mark.slow


def _stored(archive: Archive, asset: Asset) -> tuple[Path, str]:
    """Where the asset's original lies, and its digest."""
    with archive.reading() as session:
        found = session.execute(
            select(Copy, File.sha256)
            .join(File, File.id == Copy.file_id)
            .where(File.asset_id == asset.id, File.role == Role.ORIGINAL)
        ).first()
    assert found
    place = archive.stores.path(found[0].store, found[0].key)
    assert place
    return place, found[1]


@pytest.fixture
def one(archive: Archive, tmp_path: Path) -> tuple[Archive, Asset, Path]:
    """An archive with one photograph."""
    source = picture(tmp_path / "card" / "开工.jpg", 3, (320, 200))
    return archive, filled(archive, source.parent, streets=("解放路",), photographer="王敏")[0], source


def test_a_delivered_copy_says_what_the_catalogue_says(
    one: tuple[Archive, Asset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, asset, source = one
    told = answer(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "out")
    copy = tmp_path / "out" / "开工.jpg"
    assert told[0]["files"][0] == {
        "path": str(copy),
        "source": "开工.jpg",
        "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "description": "embedded",
    }
    with Image.open(source) as before, Image.open(copy) as after:
        assert before.tobytes() == after.tobytes()
        assert "解放路" in str(after.getxmp())
    place, digest = _stored(archive, asset)
    assert hashlib.sha256(place.read_bytes()).hexdigest() == digest


def test_nothing_in_the_folder_is_replaced(
    one: tuple[Archive, Asset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, asset, source = one
    for _ in range(2):
        answer(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "out", "--no-metadata")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["开工 (2).jpg", "开工.jpg"]
    assert (tmp_path / "out" / "开工.jpg").read_bytes() == source.read_bytes()


def test_the_delivery_stands_in_the_history(
    one: tuple[Archive, Asset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, asset, _ = one
    answer(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "out")
    with archive.reading() as session:
        told = [event for event in events.of(session, "asset", asset.id) if event.what == "dissemination"]
    assert told[0].detail["files"][0]["name"] == "开工.jpg"
    assert told[0].detail["form"] == "original"


def test_a_damaged_original_is_refused_and_nothing_is_left_behind(
    one: tuple[Archive, Asset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, asset, _ = one
    place, _digest = _stored(archive, asset)
    good = place.read_bytes()
    place.chmod(0o644)
    place.write_bytes(good[:-9] + b"\0" + good[-8:])
    done = run(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "out")
    assert done.exit_code == 1
    assert "no longer matches its digest" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_raw_photograph_goes_out_unchanged_with_its_description_beside(
    archive: Archive, shared_media: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    card = tmp_path / "card"
    card.mkdir()
    shutil.copy(shared_media / "photo" / "sample.nef", card)
    (card / "sample.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Tint="+5"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    asset = filled(archive, card, photographer="王敏")[0]
    told = answer(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "out")
    assert told[0]["files"][0]["description"] == "sidecar"
    assert (tmp_path / "out" / "sample.nef").read_bytes() == (card / "sample.nef").read_bytes()
    written = (tmp_path / "out" / "sample.xmp").read_text("utf-8")
    assert "王敏" in written
    assert "crs:Tint" in written  # how the photographer developed it goes along


@pytest.mark.slow
def test_the_rendered_picture_goes_out_as_jpeg(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asset = filled(archive, picture(tmp_path / "card" / "塔.png", 4, (900, 600)).parent, photographer="王敏")[0]
    refused = run(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "out", "--form", "jpeg")
    assert refused.exit_code == 1
    assert "no picture to deliver" in refused.stderr
    archive.runner().drain("photo")
    answer(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "out", "--form", "jpeg")
    with Image.open(tmp_path / "out" / "塔.jpg") as after:
        assert after.format == "JPEG"
        assert "王敏" in str(after.getxmp())


def test_one_bad_name_does_not_keep_the_others(
    one: tuple[Archive, Asset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, asset, _ = one
    done = run(archive, monkeypatch, "deliver", "nothing-of-that-name", asset.id, "--to", tmp_path / "out")
    assert done.exit_code == 1
    assert (tmp_path / "out" / "开工.jpg").exists()


def test_the_archives_own_folders_are_no_place_to_deliver_to(
    one: tuple[Archive, Asset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, asset, _ = one
    (tmp_path / "link").symlink_to(archive.settings.home)
    done = run(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "link" / "out")
    assert done.exit_code == 1
    assert not (archive.settings.home / "out").exists()


def test_the_folder_may_be_no_file(
    one: tuple[Archive, Asset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive, asset, _ = one
    (tmp_path / "file").write_text("x")
    assert run(archive, monkeypatch, "deliver", asset.id, "--to", tmp_path / "file").exit_code == 2
    assert len(assets(archive)) == 1
