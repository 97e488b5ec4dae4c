"""Deleting for good: looked at again, killed anywhere, told for ever."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.models import Asset
from media_archive.context import Context
from media_archive.disposal import holds, purging, service
from media_archive.disposal.models import Disposal, DisposalState
from media_archive.errors import Conflict, Unavailable
from media_archive.events import service as events
from media_archive.ingest.models import Receipt
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.placement.releasing import release
from media_archive.storage.models import Copy, DeletedFile, File
from tests.disposal.conftest import DAYS, LI, WANG, bring, first

pytestmark = pytest.mark.slow

Later = Callable[[Archive], None]


class Killed(BaseException):
    """The process ends here."""


def _trash(archive: Archive) -> UUID:
    with archive.transaction() as session:
        return service.propose(session, first(session), WANG, "重复拍摄", DAYS).id


def _objects(archive: Archive) -> set[str]:
    stores = [archive.stores.store(name) for name in archive.stores.names]
    return {key for store in stores for batch in store.batches() for key in batch}


def _work(archive: Archive) -> None:
    for queue in ("fast", "photo", "upkeep"):
        archive.runner().drain(queue)
    archive.index()


@pytest.mark.slow
def test_bytes_rows_and_words_go_and_a_tombstone_stays(either_archive: Archive, card: Path, later: Later) -> None:
    archive = either_archive
    bring(archive, card)
    before = _objects(archive)
    _work(archive)
    with archive.reading() as session:
        asset = first(session)
        files = session.scalars(select(File).where(File.asset_id == asset.id)).all()
        digest = next(file.sha256 for file in files if file.role == "original")
        assert len(files) > 2, "there are renditions to go too"
    wish_id = _trash(archive)
    assert archive.purge("system") == (0, 0), "its grace has not ended"
    later(archive)
    assert archive.purge("system") == (1, 0)
    _work(archive)
    with archive.reading() as session:
        assert session.get(Asset, asset.id) is None
        assert session.scalar(select(func.count()).select_from(File).where(File.asset_id == asset.id)) == 0
        (tombstone,) = (one for one in events.of(session, "asset", asset.id) if one.detail.get("tombstone"))
        assert [file["sha256"] for file in tombstone.detail["files"]] == [digest]
        assert (tombstone.detail["asked_by"], tombstone.detail["reason"]) == ("wangmin", "重复拍摄")
        assert session.get_one(Disposal, wish_id).state == DisposalState.DELETED
        assert {one.key for one in session.scalars(select(Copy))} == _objects(archive)
        assert session.scalar(select(func.count()).select_from(Receipt).where(Receipt.asset_id.is_(None))) == 1
    assert len(before - _objects(archive)) == 1
    assert archive.seal() > 0
    assert archive.purge("system") == (0, 0)


def test_what_was_decided_since_stops_it_and_is_told_once(archive: Archive, card: Path, later: Later) -> None:
    bring(archive, card)
    wish_id = _trash(archive)
    later(archive)
    with archive.transaction() as session:
        holds.set_hold(session, first(session), LI, "诉讼")
    assert archive.purge("system") == (0, 1)
    assert archive.purge("system") == (0, 1)
    with archive.transaction() as session:
        asset, wish = first(session), session.get_one(Disposal, wish_id)
        assert "legal hold" in wish.problem["template"]
        failed = [one for one in events.of(session, "asset", asset.id) if one.outcome == "failure"]
        assert len(failed) == 1
        asset.hold = None
        asset.accession_code, asset.retention, asset.year = "J001-9", "D10", 2001
    assert archive.purge("system") == (0, 1), "accessioned since, and nobody agreed"
    with archive.transaction() as session:
        asset = first(session)
        asset.accession_code = None
        collection = Collection(archive_id=asset.archive_id, name="新展览")
        session.add(collection)
        session.flush()
        session.add(CollectionItem(collection_id=collection.id, asset_id=asset.id, position=0))
    assert archive.purge("system") == (0, 1), "somebody wants it now"
    with archive.transaction() as session:
        session.delete(session.scalars(select(CollectionItem)).one())
    assert archive.purge("system") == (1, 0)


@pytest.mark.parametrize("at", ["before", "after"])
def test_killed_on_the_way_it_goes_on_and_there_is_no_way_back(
    archive: Archive, card: Path, later: Later, at: str
) -> None:
    bring(archive, card)
    wish_id = _trash(archive)
    later(archive)

    def dying(context: Context, copy_id: UUID, who: str, allowed: purging.Allowed | None = None) -> purging.Released:
        if at == "after":
            release(context, copy_id, who, allowed)
        raise Killed

    with pytest.raises(Killed):
        purging.purge(archive, wish_id, dying)
    with archive.transaction() as session:
        with pytest.raises(Conflict, match="no way back"):
            service.restore(session, session.get_one(Disposal, wish_id), WANG)
        with pytest.raises(Conflict, match="too late"):
            holds.set_hold(session, first(session), LI, "诉讼")
    assert archive.purge("system") == (1, 0)
    with archive.reading() as session:
        assert {one.key for one in session.scalars(select(Copy))} == _objects(archive)
        assert session.scalar(select(func.count()).select_from(DeletedFile)) == 1


def test_a_store_that_is_away_keeps_everything_until_it_answers(archive: Archive, card: Path, later: Later) -> None:
    bring(archive, card)
    wish_id = _trash(archive)
    later(archive)

    def away(context: Context, copy_id: UUID, who: str, allowed: purging.Allowed | None = None) -> purging.Released:
        raise Unavailable("The store does not answer.")

    assert purging.purge_due(archive, away) == (0, 1)
    with archive.reading() as session:
        assert session.get_one(Disposal, wish_id).problem
        assert first(session)
    assert archive.purge("system") == (1, 0)


def test_the_same_bytes_may_come_again_and_it_is_said_that_they_were_deleted(
    archive: Archive, card: Path, later: Later
) -> None:
    bring(archive, card)
    _trash(archive)
    told = receive(archive, [card], Wish(shoot="又一次"))
    assert (told.duplicates, len(told.warnings)) == (2, 1), "in the trash: nothing was taken in, and that is said"
    later(archive)
    assert archive.purge("system") == (1, 0)
    told = receive(archive, [card], Wish(shoot="第三次"))
    assert (told.added, told.duplicates) == (1, 1)
    assert [one.reason.facts["name"] for one in told.warnings] == ["IMG_0000.jpg"]
    assert told.problems == []


def test_a_picture_that_comes_beside_one_in_the_trash_is_not_deleted_with_it(
    archive: Archive, card: Path, later: Later
) -> None:
    bring(archive, card)
    _trash(archive)
    sidecar = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
    (card / "IMG_0000.xmp").write_text(sidecar)
    told = receive(archive, [card], Wish(shoot="又一次"))
    assert (told.duplicates, told.refused) == (2, 1)
    with archive.reading() as session:
        assert session.scalar(select(func.count()).select_from(File).where(File.name == "IMG_0000.xmp")) == 0


def test_the_hourly_tidying_asks_for_the_job(archive: Archive, card: Path, later: Later) -> None:
    bring(archive, card)
    _trash(archive)
    later(archive)
    archive.tidy()
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        assert session.scalars(select(Disposal.state)).all() == [DisposalState.DELETED]
