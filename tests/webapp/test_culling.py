"""Culling: verdicts that come late, twice or against each other; the list; the page without scripts."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue import describing
from media_archive.catalogue.models import Asset
from media_archive.search import service as search
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def _asset(archive: Archive, asset_id: UUID) -> Asset:
    with archive.reading() as session:
        return session.get_one(Asset, asset_id)


def _judge(browser: FlaskClient, *verdicts: tuple[UUID, str, Any, Any]) -> list[dict[str, Any]]:
    sent = [{"id": str(one), "field": field, "value": value, "was": was} for one, field, value, was in verdicts]
    answer = browser.post("/cull/verdicts", json=sent)
    assert answer.status_code == 200
    return list(answer.json)


def test_verdicts_are_kept_with_their_history_and_may_come_twice(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    first, second = sample.photos[:2]
    sent = [(first, "flag", "pick", None), (first, "rating", 4, None), (second, "flag", "reject", None)]
    told = _judge(browser, *sent)
    assert told[1] == {"id": str(first), "flag": "pick", "rating": 4, "label": None}
    assert _judge(browser, *sent)[1] == told[1], "an answer that was lost is no conflict"
    with archive.reading() as session:
        changes = describing.history(session, session.get_one(Asset, first))
    assert [(one.field, one.before, one.after) for one in changes] == [("rating", None, 4), ("flag", None, "pick")]


def test_who_decides_otherwise_at_the_same_time_is_told(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    first, second = sample.photos[:2]
    _judge(browser, (first, "flag", "pick", None))
    late, fine, odd = _judge(
        browser, (first, "flag", "reject", None), (second, "label", "red", None), (second, "title", "x", None)
    )
    assert (late["flag"], "problem" in late) == ("pick", True)
    assert (fine["label"], "problem" in fine) == ("red", False)
    assert "problem" in odd
    assert _asset(archive, first).flag == "pick"


def test_what_was_rejected_is_found_and_can_be_left_out(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    picked, rejected = sample.photos[:2]
    _judge(browser, (picked, "flag", "pick", None), (rejected, "flag", "reject", None))
    archive.index()
    with archive.reading() as session:
        assert search.find(session, "flag:reject").ids == [rejected]
        assert search.find(session, "旗标:留用").ids == [picked]
        everything, left = search.find(session, "").ids, search.find(session, "-flag:reject").ids
    assert set(everything) - set(left) == {rejected}


def test_the_list_has_every_picture_in_the_order_it_was_taken(
    browser: FlaskClient, archive: Archive, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.culling.queries.PAGE", 3)
    _judge(browser, (sample.photos[2], "flag", "reject", None))
    ids, flags, cursor = [], [], ""
    while cursor is not None:
        page = browser.get(f"/shoots/{sample.shoot}/cull/list", query_string={"cursor": cursor}).json
        ids, flags, cursor = ids + page["ids"], flags + page["flags"], page["next"]
    assert set(ids) == {str(one) for one in [*sample.photos, sample.broken]}
    moments = [_asset(archive, UUID(one)).shown_at for one in ids]
    assert moments == sorted(moments)
    assert flags[ids.index(str(sample.photos[2]))] == "reject"
    cards = browser.get("/cull/cards", query_string={"ids": ",".join(ids)}).json
    assert [one["id"] for one in cards] == ids
    large = {one["id"]: one["large"] for one in cards}
    assert large.pop(str(sample.broken)) is None
    assert all(one.startswith("/media/") for one in large.values())


def test_a_form_judges_and_goes_on_where_there_are_no_scripts(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    address = f"/shoots/{sample.shoot}/cull"
    page = browser.get(address).get_data(as_text=True)
    shown, following = (re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("asset", "then"))  # type: ignore[index]
    sent = {"asset": shown, "then": following, "verdict": "rating:3", "was.rating": "", "was.flag": ""}
    answer = browser.post(address, data=sent)
    assert answer.location.endswith(f"at={following}")
    assert _asset(archive, UUID(shown)).rating == 3
    assert browser.post(address, data=sent | {"verdict": "rating:1", "was.rating": "2"}).status_code == 409


def test_only_who_describes_culls(signed_in: SignedIn, sample: Sample) -> None:
    reader = signed_in("reader")
    assert reader.get(f"/shoots/{sample.shoot}/cull").status_code == 403
    assert reader.post("/cull/verdicts", json=[]).status_code == 403
    assert signed_in("photographer").get(f"/shoots/{sample.shoot}/cull").status_code == 200
