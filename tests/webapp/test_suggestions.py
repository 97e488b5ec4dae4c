"""Suggestions on their page and beside an asset: decided by forms, and taken back."""

import html
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Link
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


@pytest.fixture
def suspected(archive: Archive, sample: Sample) -> list[UUID]:
    """Three photographs whose captions name the park of the sample."""
    ids = sample.photos[:3]
    with archive.transaction() as session:
        for asset in session.scalars(select(Asset).where(Asset.id.in_(ids))):
            asset.caption, asset.probed_version, asset.latitude = "董子园北门", 1, None
    archive.suggester.run(ids)
    return ids


def _page(browser: FlaskClient, address: str = "/suggestions") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def _ids(page: str) -> list[str]:
    return re.findall(r'name="suggestion" value="([0-9a-f-]{36})"', page)


def _linked(archive: Archive, name: str = "董子园") -> set[UUID]:
    with archive.reading() as session:
        return {link.asset_id for link in session.scalars(select(Link)) if link.subject.name == name}


def test_a_subject_shows_its_pictures_with_reasons(browser: FlaskClient, suspected: list[UUID]) -> None:
    page = _page(browser)
    assert page.count('class="panel suggested"') == 1
    assert {str(one) for one in suspected} <= set(re.findall(r'href="/assets/([0-9a-f-]{36})"', page))
    assert "“董子园”" in page
    assert len(_ids(page)) == 3


def test_what_is_ticked_is_accepted_and_can_be_taken_back(
    browser: FlaskClient, archive: Archive, suspected: list[UUID]
) -> None:
    ids = _ids(_page(browser))
    answer = browser.post("/suggestions", data={"verdict": "accepted", "suggestion": ids[:2]})
    assert (answer.status_code, answer.location) == (303, "/suggestions")
    assert len(_linked(archive)) == 2
    page = _page(browser)
    assert len(_ids(page)) == 1
    moment = re.search(r'name="moment" value="([^"]+)"', page)
    assert moment
    assert browser.post("/suggestions/undo", data={"moment": moment[1]}).status_code == 303
    assert _linked(archive) == set()
    assert len(_ids(_page(browser))) == 3


def test_all_that_is_chosen_is_refused_and_does_not_come_again(
    browser: FlaskClient, archive: Archive, suspected: list[UUID]
) -> None:
    assert browser.post("/suggestions", data={"verdict": "refused", "all": "1", "kind": "street"}).status_code == 303
    assert len(_ids(_page(browser))) == 3  # none of them is of a street
    browser.post("/suggestions", data={"verdict": "refused", "all": "1", "kind": "landmark", "above": "0.7"})
    archive.suggester.run(suspected)
    page = _page(browser)
    assert _ids(page) == []
    assert 'class="empty"' in page


def test_a_query_narrows_and_a_job_decides_on_all_it_finds(
    browser: FlaskClient, archive: Archive, suspected: list[UUID]
) -> None:
    archive.index()
    assert _ids(_page(browser, "/suggestions?q=没有这个词")) == []
    browser.post("/suggestions", data={"verdict": "accepted", "all": "1", "q": "解放路改造"})
    assert _linked(archive) == set()
    archive.runner().drain("upkeep")
    assert _linked(archive) == set(suspected)


def test_an_asset_tells_what_it_is_suspected_to_show(
    browser: FlaskClient, archive: Archive, suspected: list[UUID]
) -> None:
    address = f"/assets/{suspected[0]}"
    page = _page(browser, address)
    (number,) = _ids(page)
    answer = browser.post("/suggestions", data={"verdict": "accepted", "suggestion": number, "asset": suspected[0]})
    assert answer.location == address
    page = _page(browser, address)
    assert _ids(page) == []
    remove = re.findall(r"/links/[0-9a-f-]{36}/remove", page)[-1]  # the newest stands last
    assert browser.post(remove).location == address
    assert _linked(archive) == set()


def test_a_person_links_an_asset_to_a_subject_by_its_name(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    one = sample.photos[4]
    assert browser.post(f"/assets/{one}/links", data={"subject": "董子园", "role": "about"}).status_code == 303
    assert _linked(archive) == {one}
    assert browser.post(f"/assets/{one}/links", data={"subject": "董子园", "role": "about"}).status_code == 409
    assert browser.post(f"/assets/{one}/links", data={"subject": "没有"}).status_code == 404
    bad = {"subject": "董子园", "starts": "1", "ends": "2"}
    assert browser.post(f"/assets/{one}/links", data=bad).status_code == 422


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("editor", 403), ("photographer", 200)])
def test_who_may_decide(signed_in: SignedIn, suspected: list[UUID], role: str, status: int) -> None:
    visitor = signed_in(role)
    assert visitor.get("/suggestions").status_code == status
    assert (len(_ids(_page(visitor, f"/assets/{suspected[0]}"))) == 1) == (status == 200)
    posted = visitor.post("/suggestions", data={"verdict": "refused", "all": "1"}).status_code
    assert posted == (303 if status == 200 else 403)


def test_forms_that_make_no_sense_are_refused_with_words(browser: FlaskClient, suspected: list[UUID]) -> None:
    assert browser.post("/suggestions", data={"verdict": "odd"}).status_code == 422
    assert browser.post("/suggestions", data={"verdict": "accepted"}).status_code == 422
    assert browser.post("/suggestions", data={"verdict": "accepted", "suggestion": "x"}).status_code == 404
    assert browser.get("/suggestions?above=odd").status_code == 422
    assert browser.get("/suggestions?kind=odd").status_code == 422
    assert browser.post("/suggestions/undo", data={"moment": "gestern"}).status_code == 422
    assert browser.post("/suggestions/undo", data={"moment": "2020-01-01T00:00:00+00:00"}).status_code == 404
