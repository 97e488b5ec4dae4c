"""Collections: their order, what lies in what, who sees them."""

import random
from uuid import UUID

import pytest

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import ordering, service, sharing
from media_archive.catalogue.collections.models import Collection, CollectionItem
from media_archive.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalogue.stock import assets_of, shoot_of


def _made(archive: Archive, name: str = "老街", **given: object) -> UUID:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        return service.create(session, institution, name, "wangmin", **given).id  # type: ignore[arg-type]


def _order(archive: Archive, collection_id: UUID) -> list[UUID]:
    with archive.reading() as session:
        items, _ = service.page(session, session.get_one(Collection, collection_id))
        return [item.asset_id for item in items]


def test_assets_are_put_in_moved_annotated_and_taken_out(archive: Archive) -> None:
    ids = assets_of(archive, shoot_of(archive), 4)
    made = _made(archive)
    with archive.transaction() as session:
        found = session.get_one(Collection, made)
        assert service.add(session, found, [ids[2], ids[0], ids[2]], "wangmin") == 2
        assert service.add(session, found, ids, "wangmin") == 2
        ordering.move(session, found, ids[3], None, "wangmin")
        ordering.move(session, found, ids[2], ids[1], "wangmin")
        service.annotate(session, found, ids[0], "封面", "wangmin")
    assert _order(archive, made) == [ids[3], ids[0], ids[1], ids[2]]
    with archive.transaction() as session:
        found = session.get_one(Collection, made)
        assert service.take_out(session, found, [ids[0], ids[0]], "wangmin") == 1
        with pytest.raises(NotFound):
            ordering.move(session, found, ids[0], None, "wangmin")
        assert service.counts(session, [made]) == {made: 3}
        seen = found.version
        with pytest.raises(Conflict):
            service.change(session, found, {"name": "x"}, "li", seen=seen - 1)


@pytest.mark.slow
def test_any_order_of_moves_ends_as_moving_in_a_list_does(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "GAP", 4)
    monkeypatch.setattr(ordering, "GAP", 4)
    chance, ids, made = random.Random(7), assets_of(archive, shoot_of(archive), 6), _made(archive)
    mirror = list(ids)
    with archive.transaction() as session:
        found = session.get_one(Collection, made)
        service.add(session, found, ids, "wangmin")
        for _ in range(60):
            one = chance.choice(ids)
            after = chance.choice([None, *ids])
            ordering.move(session, found, one, after, "wangmin")
            if one != after:
                mirror.remove(one)
                mirror.insert(mirror.index(after) + 1 if after else 0, one)
    assert _order(archive, made) == mirror


def test_a_collection_cannot_lie_in_itself(archive: Archive) -> None:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        outer = service.create(session, institution, "外", "wangmin")
        inner = service.create(session, institution, "内", "wangmin", parent=outer)
        with pytest.raises(Conflict, match="in itself"):
            service.change(session, outer, {"parent": inner}, "wangmin")
        service.remove(session, outer, "wangmin")
        session.flush()
        session.refresh(inner)
        assert inner.parent_id is None, "what lay in it moves up"


def test_a_saved_query_takes_no_assets_and_a_filled_one_becomes_none(archive: Archive) -> None:
    [asset] = assets_of(archive, shoot_of(archive), 1)
    saved, filled = _made(archive, "查询", query={"q": "解放路", "kind": ""}), _made(archive)
    with archive.transaction() as session:
        found = session.get_one(Collection, saved)
        assert found.query == {"q": "解放路"}
        with pytest.raises(Conflict):
            service.add(session, found, [asset], "wangmin")
        other = session.get_one(Collection, filled)
        service.add(session, other, [asset], "wangmin")
        with pytest.raises(Conflict):
            service.change(session, other, {"query": {"q": "x"}}, "wangmin")
        assert session.query(CollectionItem).count() == 1


def test_a_private_one_is_seen_by_who_made_it_and_who_it_is_shared_with(archive: Archive) -> None:
    made = _made(archive, visibility="private")
    with archive.transaction() as session:
        found = session.get_one(Collection, made)
        with pytest.raises(NotFound):
            service.one(session, made, "li")
        service.change(session, found, {"shared_with": {"see": ["li"], "change": ["fang"]}}, "wangmin")
        assert service.one(session, made, "li") is found
        with pytest.raises(Forbidden):
            sharing.require_reach(session, found, "li", False, "edit")
        sharing.require_reach(session, found, "fang", False, "edit")
        with pytest.raises(Invalid):
            service.change(session, found, {"visibility": "everybody"}, "wangmin")
        assert [one.id for one in service.seen_by(session, found.archive_id, "fang")] == [made]
        assert service.seen_by(session, found.archive_id, "stranger") == []
