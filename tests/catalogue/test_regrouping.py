"""People correct what is one asset: together, apart, and what is refused."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.catalogue import queries
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.grouping.service import file_called, join, take_out
from media_archive.catalogue.models import Asset, Rendition
from media_archive.catalogue.subjects.models import Link
from media_archive.cli.main import cli
from media_archive.errors import Conflict, Invalid, NotFound
from media_archive.events import service as events
from media_archive.ingest.models import Receipt
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs import service as jobs
from media_archive.jobs.models import Job
from media_archive.search import service as search
from media_archive.storage.models import File, Role
from tests.drawn import picture

pytestmark = pytest.mark.slow


def _bring(archive: Archive, card: Path, **wish: object) -> None:
    receive(archive, [card], Wish(shoot="拍摄", **wish))  # type: ignore[arg-type]


def _work(archive: Archive) -> None:
    for queue in ("fast", "photo"):
        archive.runner().drain(queue)
    archive.index()


def _asset(session: Session, name: str) -> Asset:
    return session.scalars(select(Asset).join(File, File.asset_id == Asset.id).where(File.name == name)).one()


def _names(session: Session, asset: Asset) -> list[str]:
    kept = select(File.name).where(File.asset_id == asset.id, File.role != Role.RENDITION)
    return sorted(session.scalars(kept))


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """Four pictures."""
    for number in range(1, 5):
        picture(tmp_path / "card" / f"{number}.jpg", number, quality=95)
    return tmp_path / "card"


def test_assets_put_together_are_one_with_all_files_links_and_places(either_archive: Archive, card: Path) -> None:
    _bring(either_archive, card, projects=("P1",))
    _work(either_archive)
    with either_archive.transaction() as session:
        first, second, third = (_asset(session, f"{number}.jpg") for number in (1, 2, 3))
        third.caption = "拆除前"
        for name, members in (("甲", [first, second]), ("乙", [second, third])):
            collection = Collection(archive_id=first.archive_id, name=name)
            session.add(collection)
            session.flush()
            session.add_all(
                CollectionItem(collection_id=collection.id, asset_id=one.id, position=place)
                for place, one in enumerate(members)
            )
    originals = _digests(either_archive)
    with either_archive.transaction() as session:
        numbers = [_asset(session, f"{number}.jpg").id for number in (1, 2, 3)]
        join(session, [session.get_one(Asset, one) for one in numbers], "王敏")
    _work(either_archive)
    assert _digests(either_archive) == originals
    with either_archive.reading() as session:
        stays = session.get_one(Asset, numbers[0])
        assert _names(session, stays) == ["1.jpg", "2.jpg", "3.jpg"]
        assert (stays.grouping, stays.grouped_by, stays.caption) == ("by hand", "王敏", "拆除前")
        assert session.get(Asset, numbers[1]) is None
        assert session.scalar(select(func.count()).select_from(Link).where(Link.asset_id == stays.id)) == 1
        assert set(session.scalars(select(CollectionItem.asset_id))) == {stays.id}
        assert session.scalar(select(func.count()).select_from(CollectionItem)) == 2
        assert set(session.scalars(select(Receipt.asset_id))) == {stays.id, _asset(session, "4.jpg").id}
        assert set(search.find(session).ids) == {stays.id, _asset(session, "4.jpg").id}
        assert search.find(session, "3.jpg").ids == [stays.id]
        assert _told(session, numbers[1])[-1] == ("deletion", {"grouping": "by hand", "joined_to": str(stays.id)})
        _, detail = next(one for one in _told(session, stays.id) if one[0] == "modification")
        assert [one["files"][0]["name"] for one in detail["joined"]] == ["2.jpg", "3.jpg"]
        told = queries.describe(session, stays.id)
        listed = {file["id"] for file in told["files"] if file["role"] == "rendition"}
        assert listed == {one["file"] for one in told["renditions"]}, "what nothing shows any more is not listed"
        assert stays.rendered_at


def _digests(archive: Archive) -> list[str]:
    with archive.reading() as session:
        return sorted(session.scalars(select(File.sha256).where(File.role == Role.ORIGINAL)))


def _told(session: Session, asset_id: UUID) -> list[tuple[str, dict[str, object]]]:
    return [(event.what, event.detail) for event in events.of(session, "asset", asset_id)]


def test_files_taken_out_are_assets_with_their_sidecars_and_links(
    either_archive: Archive, tmp_path: Path, shared_media: Path
) -> None:
    card = tmp_path / "card"
    picture(card / "IMG_1.jpg", 1, quality=95)
    picture(card / "IMG_1-Edit.tif", 2)
    shutil.copyfile(shared_media / "sidecar" / "2010.xmp", card / "IMG_1-Edit.xmp")
    shutil.copyfile(shared_media / "sidecar" / "2000.xmp", card / "IMG_1.xmp")
    _bring(either_archive, card, streets=("解放路",))
    _work(either_archive)
    with either_archive.transaction() as session:
        asset = _asset(session, "IMG_1.jpg")
        assert asset.grouping == "edited, sidecar"
        made = take_out(session, asset, [], "王敏")
        assert [_names(session, one) for one in made] == [["IMG_1-Edit.tif", "IMG_1-Edit.xmp"]]
        assert _names(session, asset) == ["IMG_1.jpg", "IMG_1.xmp"]
    _work(either_archive)
    with either_archive.reading() as session:
        old, new = _asset(session, "IMG_1.jpg"), _asset(session, "IMG_1-Edit.tif")
        assert {(one.grouping, one.grouped_by) for one in (old, new)} == {("by hand", "王敏")}
        assert {link.asset_id for link in session.scalars(select(Link))} == {old.id, new.id}
        for one in (old, new):
            sources = session.scalars(select(Rendition.source_id).where(Rendition.asset_id == one.id)).all()
            assert {session.get_one(File, source).asset_id for source in sources} == {one.id}
            assert one.rendered_at
        receipts = session.execute(select(Receipt.asset_id, Receipt.path)).all()
        assert {Path(path).name for asset_id, path in receipts if asset_id == new.id} == {
            "IMG_1-Edit.tif",
            "IMG_1-Edit.xmp",
        }


def test_the_photograph_named_first_describes_the_asset_and_stays_when_the_others_go(
    archive: Archive, card: Path
) -> None:
    _bring(archive, card)
    with archive.transaction() as session:
        first = _asset(session, "3.jpg")
        # what came in earlier must not take the place, and with it the number, of what was named first
        join(session, [first, _asset(session, "1.jpg"), _asset(session, "2.jpg")], "王敏")
    with archive.transaction() as session:
        asset = session.get_one(Asset, first.id)
        assert [file["name"] for file in queries.describe(session, asset.id)["files"]] == ["3.jpg", "1.jpg", "2.jpg"]
        made = take_out(session, asset, [], "王敏")
        assert [_names(session, one) for one in (asset, *made)] == [["3.jpg"], ["1.jpg"], ["2.jpg"]]


def test_films_put_together_are_parts_in_the_order_given(archive: Archive, tmp_path: Path, shared_media: Path) -> None:
    (tmp_path / "card").mkdir()
    for name, source in (("a.mp4", "with-gps.mp4"), ("b.mp4", "max-heromode.mp4"), ("c.mp4", "nasa_13013.mp4")):
        shutil.copyfile(shared_media / "video" / source, tmp_path / "card" / name)
    _bring(archive, tmp_path / "card")
    with archive.transaction() as session:
        join(session, [_asset(session, f"{name}.mp4") for name in "cab"], "王敏")
    with archive.reading() as session:
        told = queries.describe(session, _asset(session, "a.mp4").id)
        assert [(file["name"], file["part"]) for file in told["files"]] == [("c.mp4", 1), ("a.mp4", 2), ("b.mp4", 3)]
    with archive.transaction() as session:
        asset = _asset(session, "a.mp4")
        take_out(session, asset, [file_called(session, asset, "a.mp4"), file_called(session, asset, "b.mp4")], "王敏")
    with archive.reading() as session:
        assert set(session.scalars(select(File.part))) == {None}


def test_nonsense_is_refused_and_changes_nothing(archive: Archive, card: Path, shared_media: Path) -> None:
    shutil.copyfile(shared_media / "video" / "with-gps.mp4", card / "film.mp4")
    shutil.copyfile(shared_media / "audio" / "testFLAC.flac", card / "sound.flac")
    shutil.copyfile(shared_media / "sidecar" / "2010.xmp", card / "1.xmp")
    _bring(archive, card)
    with archive.reading() as session:
        one, two, film, sound = (_asset(session, name) for name in ("1.jpg", "2.jpg", "film.mp4", "sound.flac"))
        coded, long = _asset(session, "3.jpg"), _asset(session, "film.mp4")
        coded.accession_code = "D1-2"
        for assets in ([one], [one, two, one], [one, one]):
            with pytest.raises(Invalid):
                join(session, assets, "王敏")
        for assets in ([film, one], [sound, film], [sound, one], [one, coded]):
            with pytest.raises(Conflict):
                join(session, assets, "王敏")
        long.duration = 3600.0
        with pytest.raises(Conflict, match="cannot become part"):
            join(session, [one, long], "王敏")
        with pytest.raises(Invalid, match="only one original"):
            take_out(session, one, [], "王敏")
        picture_of = file_called(session, one, "1.jpg")
        with pytest.raises(Invalid, match="last original"):
            take_out(session, one, [picture_of], "王敏")
        with pytest.raises(Invalid, match="twice"):
            take_out(session, one, [picture_of, picture_of], "王敏")
        with pytest.raises(Invalid, match="sidecar"):
            take_out(session, one, [file_called(session, one, "1.xmp")], "王敏")
        with pytest.raises(Invalid, match="no file that came in"):
            take_out(session, two, [picture_of], "王敏")
        with pytest.raises(NotFound):
            file_called(session, one, "2.jpg")
        session.rollback()
    with archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(Asset)) == 6
        assert set(session.scalars(select(Asset.grouped_by))) == {None}


def test_assets_that_are_being_worked_on_are_left_alone_until_then(either_archive: Archive, card: Path) -> None:
    _bring(either_archive, card)
    with either_archive.transaction() as session:
        assert jobs.claim(session, "fast")
    with either_archive.transaction() as session, pytest.raises(Conflict, match="under way"):
        join(session, [_asset(session, "1.jpg"), _asset(session, "2.jpg")], "王敏")


def test_no_work_is_left_for_an_asset_that_is_gone(archive: Archive, card: Path) -> None:
    _bring(archive, card)
    with archive.transaction() as session:
        join(session, [_asset(session, "1.jpg"), _asset(session, "2.jpg")], "王敏")
    _work(archive)
    with archive.reading() as session:
        assert jobs.counts(session)["dead"] == 0
        assert set(session.scalars(select(Job.target).where(Job.kind == "probe"))) == set(
            session.scalars(select(Asset.id))
        )


def _command(archive: Archive, *arguments: str) -> Result:
    environment = {"MEDIA_ARCHIVE_HOME": str(archive.settings.home), "LC_ALL": "C.UTF-8"}
    return CliRunner().invoke(cli, list(arguments), env=environment)


@pytest.mark.slow
def test_the_commands_put_together_and_take_apart(archive: Archive, card: Path) -> None:
    _bring(archive, card)
    with archive.reading() as session:
        first, second = (str(_asset(session, name).id) for name in ("1.jpg", "2.jpg"))
    # in a process of its own, which has imported nothing else
    environment = os.environ | {"MEDIA_ARCHIVE_HOME": str(archive.settings.home), "LC_ALL": "C.UTF-8"}
    program = [sys.executable, "-m", "media_archive.cli.main", "group", first, second, "--json"]
    told = json.loads(subprocess.run(program, env=environment, capture_output=True, check=True).stdout)
    assert told["id"] == first
    assert told["grouping"]["rule"] == "by hand"
    assert told["grouping"]["by"].endswith("(command)")
    assert sorted(file["name"] for file in told["files"]) == ["1.jpg", "2.jpg"]
    taken = json.loads(_command(archive, "ungroup", first, "2.jpg", "--json").stdout)
    assert len(taken["taken_out"]) == 1
    shown = _command(archive, "show", taken["taken_out"][0]).stdout
    assert "by hand" in shown
    assert "2.jpg" in shown
    for arguments in (("group", first), ("group", first, first), ("ungroup", first), ("ungroup", first, "9.jpg")):
        refused = _command(archive, *arguments)
        assert isinstance(refused.exception, Invalid | NotFound), arguments
