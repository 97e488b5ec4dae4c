"""The way of a description from received to published, and what waits for whom."""

from datetime import timedelta

import pytest

from media_archive.access.service import MAY
from media_archive.archive import Archive
from media_archive.catalogue import states
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.errors import Conflict, Forbidden, Invalid
from media_archive.events import service as events
from tests.catalogue.stock import assets_of, shoot_of


def test_every_way_asks_for_something_that_roles_may_do() -> None:
    assert {one.action for one in states.moves()} <= set(MAY)


def test_an_asset_goes_its_way_and_is_sent_back_with_a_reason(archive: Archive) -> None:
    [asset_id] = assets_of(archive, shoot_of(archive), 1)
    with archive.transaction() as session:
        asset = session.get_one(Asset, asset_id)
        assert states.move(session, asset, "checked", "wangmin") == []
        with pytest.raises(Conflict, match="described") as refused:
            states.move(session, asset, "published", "wangmin")
        said = refused.value.message.say(lambda text: "zh" if text == "en" else text)
        assert said == "From 已检查 there is no way to 已发布. It can become: 已著录、已接收.", "in the person's words"
        warned = states.move(session, asset, "described", "wangmin")
        assert "Title is not filled in." in map(str, warned), "it warns and does not hold up"
        with pytest.raises(Invalid, match="why"):
            states.move(session, asset, "checked", "li", " ")
        states.move(session, asset, "checked", "li", "地点写错")
        assert asset.sent_back == {"reason": "地点写错", "who": "li"}
        with pytest.raises(Conflict):
            states.move(session, asset, "described", "wangmin", seen=1)
        states.move(session, asset, "described", "wangmin", seen=asset.version)
        assert asset.sent_back is None
        session.flush()
        told = [one.detail for one in events.of(session, "asset", asset_id) if one.what == "state"]
    assert [one["to"] for one in told] == ["checked", "described", "checked", "described"]
    assert told[2]["reason"] == "地点写错"


@pytest.mark.parametrize("said", [{"classification": "secret"}, {"openness": "closed"}, {"embargo": "2999-01-01"}])
def test_what_may_not_be_shown_is_not_published(archive: Archive, said: dict[str, str]) -> None:
    [asset_id] = assets_of(archive, shoot_of(archive), 1, state="approved", **said)
    with archive.transaction() as session, pytest.raises(Conflict):
        states.move(session, session.get_one(Asset, asset_id), "published", "wangmin")


def test_the_role_is_asked_for_the_step(archive: Archive) -> None:
    [asset_id] = assets_of(archive, shoot_of(archive), 1)

    def may(action: str) -> None:
        assert action == "check"
        raise Forbidden("no")

    with archive.transaction() as session, pytest.raises(Forbidden):
        states.move(session, session.get_one(Asset, asset_id), "checked", "reader", may=may)


def test_what_waits_is_counted_with_the_age_of_the_oldest(archive: Archive) -> None:
    shoot = shoot_of(archive)
    long_ago = now() - timedelta(days=9)
    [oldest] = assets_of(archive, shoot, 1, state_since=long_ago)
    [other] = assets_of(archive, shoot, 1)
    assets_of(archive, shoot, 2, state="described")
    with archive.reading() as session:
        archive_id = session.get_one(Asset, oldest).archive_id
        check, approve = states.tasks(session, archive_id, {"check", "approve"})
        assert (check.move.to, check.count, (now() - check.oldest).days) == ("checked", 2, 9)
        assert (approve.move.to, approve.count) == ("approved", 2)
        assert [one.id for one in states.waiting(session, archive_id, "received")] == [oldest, other]
