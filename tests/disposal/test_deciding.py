"""Who decides about a deletion, and what nobody can bypass."""

from datetime import timedelta
from pathlib import Path

import pytest

from media_archive.archive import Archive
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.catalogue.grouping.service import join, take_out
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.disposal import holds, retention, service
from media_archive.disposal.models import DisposalState
from media_archive.disposal.people import Person
from media_archive.errors import Conflict, Forbidden, Invalid
from media_archive.events import service as events
from media_archive.search import service as search
from tests.disposal.conftest import DAYS, LI, WANG, bring, first

pytestmark = pytest.mark.slow


def test_what_was_never_accessioned_goes_at_once_and_comes_back_as_it_was(either_archive: Archive, card: Path) -> None:
    bring(either_archive, card)
    with either_archive.transaction() as session:
        asset = first(session)
        wish = service.propose(session, asset, WANG, "重复拍摄", DAYS)
        assert (wish.state, asset.trashed_at is not None) == (DisposalState.TRASHED, True)
    either_archive.index()
    with either_archive.transaction() as session:
        assert search.find(session).total == 1
        service.restore(session, service.wish_called(session, wish.asset_id), LI)
        assert first(session).trashed_at is None
    either_archive.index()
    with either_archive.reading() as session:
        assert search.find(session).total == 2
        steps = [one.detail["step"] for one in events.of(session, "asset", wish.asset_id) if one.what == "disposal"]
    assert steps == ["trashed", "restored"]


def test_what_is_accessioned_needs_two_different_people(archive: Archive, card: Path) -> None:
    bring(archive, card)
    with archive.transaction() as session:
        asset = first(session)
        asset.accession_code, asset.retention, asset.year = "J001-ZP·2001-D10-0001", "D10", 2001
        wish = service.propose(session, asset, WANG, "保管期满", DAYS)
        assert (wish.state, asset.trashed_at) == (DisposalState.PROPOSED, None), "until then it stays where it is"
        fresh = Person("wangmin2", now())
        for nobody in (WANG, fresh, Person("root (command)")):
            with pytest.raises(Forbidden):
                service.approve(session, wish, nobody, DAYS)
        service.approve(session, wish, LI, DAYS)
        assert asset.trashed_at
        assert (wish.asked_by, wish.approved_by) == ("wangmin", "lihua")


def test_who_has_no_account_cannot_ask_for_what_is_accessioned(archive: Archive, card: Path) -> None:
    bring(archive, card)
    with archive.transaction() as session:
        asset = first(session)
        asset.accession_code, asset.retention, asset.year = "J001-1", "D10", 2001
        with pytest.raises(Forbidden):
            service.propose(session, asset, Person("root (command)"), "保管期满", DAYS)


@pytest.mark.parametrize(
    ("code", "year", "forbids"),
    [("Y", 1950, True), ("D30", now().year - 30, True), ("D30", now().year - 31, False), ("", 1950, True),
     ("long", 1990, True), ("short", 1990, False)],
)  # fmt: skip
def test_a_period_that_has_not_ended_forbids_the_deletion(archive: Archive, card: Path, code: str, year: int, forbids: bool) -> None:  # fmt: skip
    bring(archive, card)
    with archive.transaction() as session:
        asset = first(session)
        asset.accession_code, asset.retention, asset.year = "J001-2", code or None, year
        assert (service.obstacle(asset) is not None) == forbids
        asset.accession_code = None
        assert service.obstacle(asset) is None


def test_a_hold_forbids_it_everywhere_and_two_people_lift_it(archive: Archive, card: Path) -> None:
    bring(archive, card)
    with archive.transaction() as session:
        asset = first(session)
        (other,) = (one for one in session.query(Asset) if one.id != asset.id)
        holds.set_hold(session, asset, WANG, "诉讼")
        with pytest.raises(Conflict, match="legal hold"):
            service.propose(session, asset, LI, "占空间", DAYS)
        with pytest.raises(Conflict, match="legal hold"):
            join(session, [other, asset], "root")
        with pytest.raises(Conflict, match="stay together"):
            take_out(session, asset, [], "root")
        assert not holds.lift(session, asset, WANG, "终结")
        with pytest.raises(Forbidden):
            holds.lift(session, asset, WANG, "终结")
        with pytest.raises(Forbidden):
            holds.lift(session, asset, Person("new", now() + timedelta(seconds=1)), "终结")
        assert holds.held(session) == [asset]
        assert holds.lift(session, asset, LI, "已核对")
        assert asset.hold is None
        service.propose(session, asset, LI, "占空间", DAYS)


def test_files_of_what_is_accessioned_cannot_be_taken_out_to_be_deleted_alone(archive: Archive, card: Path) -> None:
    bring(archive, card)
    with archive.transaction() as session:
        asset = first(session)
        (other,) = (one for one in session.query(Asset) if one.id != asset.id)
        join(session, [asset, other], "root")
        asset.accession_code = "J001-3"
        with pytest.raises(Conflict, match="stay together"):
            take_out(session, asset, [], "root")


def test_what_is_in_a_collection_leaves_it_only_if_that_is_said(archive: Archive, card: Path) -> None:
    bring(archive, card)
    with archive.transaction() as session:
        asset = first(session)
        collection = Collection(archive_id=asset.archive_id, name="今昔对比")
        session.add(collection)
        session.flush()
        session.add(CollectionItem(collection_id=collection.id, asset_id=asset.id, position=0))
        with pytest.raises(Conflict, match="今昔对比"):
            service.propose(session, asset, WANG, "重复", DAYS)
        wish = service.propose(session, asset, WANG, "重复", DAYS, from_collections=True)
        service.restore(session, wish, WANG)
        assert service.in_collections(session, asset.id) == ["今昔对比"]


def test_a_class_that_is_unknown_is_refused_and_a_change_is_told(archive: Archive, card: Path) -> None:
    bring(archive, card)
    with archive.transaction() as session:
        asset = first(session)
        with pytest.raises(Invalid, match="D10"):
            retention.give(session, asset, "D5", "wangmin")
        assert retention.give(session, asset, "Y", "wangmin")
        assert not retention.give(session, asset, "Y", "wangmin")
        session.flush()
        changed = [one.detail for one in events.of(session, "asset", asset.id) if "retention" in one.detail]
    assert changed == [{"retention": {"from": None, "to": "Y"}}]
