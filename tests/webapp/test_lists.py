"""Lists as lines and in groups, collections in their own order, and what keys do with a few pictures."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue.collections import ordering
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Asset
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample


def outline(browser: FlaskClient, query: str) -> tuple[list[str], list[list[object]]]:
    told = browser.get(f"/assets/skeleton?{query}").get_json()
    return told["ids"], told["groups"]


def test_the_list_has_the_columns_that_the_reader_chose(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get("/?view=list&sort=-date").get_data(as_text=True)
    assert page.count('class="cell line"') == 7
    assert '<a href="?sort=date' in page or "sort=date&amp;view=list" in page
    assert "col-size" not in page
    kept = browser.post(
        "/list-columns", data={"column": ["size", "street"]}, headers={"Referer": "http://localhost/?view=list"}
    )
    assert kept.headers["Location"] == "/?view=list"
    page = browser.get("/?view=list").get_data(as_text=True)
    assert "col-size" in page
    assert "col-taken" not in page
    told = browser.get(f"/assets/window?ids={sample.photos[0]}&view=list").get_json()
    assert set(told[0]["columns"]) == {"street", "size"}
    assert told[0]["columns"]["street"] == "解放路"
    assert browser.get("/?view=pages").status_code == 404


def test_groups_begin_where_their_value_does(browser: FlaskClient, sample: Sample) -> None:
    ids, groups = outline(browser, "group=month")
    assert len(ids) == 7
    assert [group[1] for group in groups[:-1]] == [f"{year}-06" for year in range(2017, 2011, -1)]
    assert groups[-1][0] == "-"  # nobody knows when it was taken
    ids, groups = outline(browser, "group=street")
    assert groups[0][1:] == ["解放路", 0]
    assert ids[groups[1][2] :] == [str(sample.broken)]  # type: ignore[index, misc]
    ids, groups = outline(browser, "group=project&sort=-date")
    assert groups[0][1] == "解放路改造一期"
    assert ids[:2] == [str(sample.photos[0]), str(sample.photos[3])]
    _, groups = outline(browser, "group=shoot")
    assert [group[1] for group in groups] == ["解放路改造 2017 年 6 月"]
    page = browser.get(f"/shoots/{sample.shoot}?group=day&view=list").get_data(as_text=True)
    assert page.count("group-head") == 7
    assert "2017-06-12" in page


def test_a_collection_is_a_grid_in_its_own_order(archive: Archive, browser: FlaskClient, sample: Sample) -> None:
    a, b, c = sample.photos[:3]
    with archive.transaction() as session:
        institution = session.get_one(Asset, a).archive
        one = collections.create(session, institution, "老街", "archivist")
        collections.add(session, one, [b, c, a], "archivist")
        collections.annotate(session, one, c, "序厅", "archivist")
        there = one.id
    archive.index()
    page = browser.get(f"/collections/{there}").get_data(as_text=True)
    assert re.findall(r'data-id="([0-9a-f-]{36})"', page)[:3] == [str(b), str(c), str(a)]
    assert "序厅" in page
    assert outline(browser, f"collection={there}")[0] == [str(b), str(c), str(a)]
    assert outline(browser, f"collection={there}&sort=-date")[0] == [str(a), str(b), str(c)]
    with archive.transaction() as session:
        ordering.move(session, session.get_one(Collection, there), a, None, "archivist")
    item = browser.get(f"/assets/{b}?collection={there}").get_data(as_text=True)
    assert re.search(rf'rel="prev" href="/assets/{a}\?collection={there}"', item)
    assert re.search(rf'rel="next" href="/assets/{c}\?collection={there}"', item)


@pytest.mark.slow
def test_a_private_collection_is_no_list_of_anybody_elses(
    archive: Archive, sample: Sample, signed_in: SignedIn
) -> None:
    with archive.transaction() as session:
        institution = session.get_one(Asset, sample.photos[0]).archive
        one = collections.create(session, institution, "自己的", "curator", visibility="private")
        collections.add(session, one, sample.photos[:3], "curator")
        there = one.id
    photographer = signed_in("photographer")
    for address in ("/", "/assets/skeleton", "/map/clusters", "/contact-sheets", f"/assets/{sample.photos[0]}"):
        assert photographer.get(f"{address}?collection={there}").status_code == 404, address
    window = f"/assets/window?ids={sample.photos[0]}&collection={there}"
    assert photographer.get(window).status_code == 404
    asked = {"query": f"/assets/skeleton?collection={there}"}
    assert photographer.post("/bulk/new", data=asked).status_code == 404
    assert signed_in("curator").post("/bulk/new", data=asked).status_code == 200


def marked(browser: FlaskClient, what: str, **given: object) -> int:
    return browser.post(f"/marks/{what}", json=given).status_code


def test_stars_keywords_and_favourites_of_a_few(
    archive: Archive, browser: FlaskClient, sample: Sample, signed_in: SignedIn
) -> None:
    ids = [str(one) for one in sample.photos[:2]]
    assert marked(browser, "rating", ids=ids, value=4) == 200
    assert marked(browser, "keywords", ids=ids, add=["夜景"]) == 200
    with archive.reading() as session:
        there = session.get_one(Asset, sample.photos[1])
        assert (there.rating, "夜景" in there.keywords, "道路" in there.keywords) == (4, True, True)
    assert marked(browser, "rating", ids=ids, value=0) == 200
    assert marked(browser, "rating", ids=ids, value=6) == 422
    assert marked(browser, "rating", ids=[], value=1) == 422
    assert marked(browser, "rating", ids=ids * 101, value=1) == 422
    reader = signed_in("reader")
    assert marked(reader, "rating", ids=ids, value=1) == 403
    assert marked(reader, "favourite", ids=ids, liked=True) == 200
    assert told(reader, sample.photos[0]) == (None, True)
    assert told(browser, sample.photos[0]) == (None, False)
    assert browser.get(f"/then-and-now/pair?ids={ids[0]}&ids={ids[1]}").status_code == 200
    assert browser.get(f"/then-and-now/pair?ids={ids[0]}").status_code == 422
    assert marked(reader, "favourite", ids=ids[:1], liked=False) == 200
    assert told(reader, sample.photos[0]) == (None, False)


def told(browser: FlaskClient, asset: UUID) -> tuple[object, object]:
    (card,) = browser.get(f"/assets/window?ids={asset}").get_json()
    return card["rating"], card["favourite"]
