"""Then and now on its pages: pairs of a subject, two pictures side by side, kept with a title."""

import html
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


@pytest.fixture
def old(archive: Archive, sample: Sample) -> UUID:
    """Two photographs of the street, from 1975 and from 2017; the older one."""
    with archive.transaction() as session:
        for number, year in enumerate((1975, 2017)):
            asset = session.get_one(Asset, sample.photos[number])
            asset.taken_at, asset.taken_text, asset.year = datetime(year, 5, 1, tzinfo=UTC), f"{year}-05-01", year
    return sample.photos[0]


def _page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return html.unescape(answer.get_data(as_text=True))


def test_a_pair_is_found_looked_at_kept_and_removed(browser: FlaskClient, sample: Sample, old: UUID) -> None:
    assert "/then-and-now/pair?" in _page(browser, f"/subjects/{sample.street}")
    page = _page(browser, "/then-and-now?name=解放路")
    pair = re.search(r'href="(/then-and-now/pair\?then=([0-9a-f-]+)&now=([0-9a-f-]+)[^"]*)"', page)
    assert pair
    assert pair[2] == str(old)
    seen = _page(browser, pair[1])
    assert seen.count("<figure") == 2
    assert seen.index(str(pair[2])) < seen.index(str(pair[3]))
    kept = browser.post(
        "/then-and-now", data={"then": pair[2], "now": pair[3], "subject": sample.street, "title": "四十二年"}
    )
    assert kept.status_code == 303
    assert "四十二年" in _page(browser, kept.location)
    assert "四十二年" in _page(browser, "/then-and-now")
    assert "四十二年" in _page(browser, f"/subjects/{sample.street}")
    assert browser.post("/then-and-now", data={"then": pair[3], "now": pair[2]}).status_code == 409
    assert browser.post(kept.location, data={"title": "另一个", "note": ""}).status_code == 303
    assert "另一个" in _page(browser, kept.location)
    browser.post(kept.location, data={"remove": "1"})
    assert browser.get(kept.location).status_code == 404


def test_a_point_has_its_years(browser: FlaskClient, archive: Archive, old: UUID) -> None:
    with archive.reading() as session:
        asset = session.get_one(Asset, old)
        place = f"{asset.latitude}, {asset.longitude}"
    assert "<strong>1975</strong>" in _page(browser, f"/then-and-now?near={place}&radius=2000")
    for wrong in ("near=x", "near=1", "near=37,116&radius=-3", "near=99,116", "name=没有的路", "subject=x", "before=x"):
        assert browser.get(f"/then-and-now?{wrong}").status_code in {404, 422}, wrong
    assert browser.get("/then-and-now/pair").status_code == 422


def test_readers_look_and_do_not_keep(signed_in: SignedIn, sample: Sample, old: UUID) -> None:
    reader = signed_in("reader")
    address = f"/then-and-now/pair?then={old}&now={sample.photos[1]}"
    assert '<form class="panel keep-form"' not in _page(reader, address)
    assert reader.post("/then-and-now", data={"then": old, "now": sample.photos[1]}).status_code == 403
