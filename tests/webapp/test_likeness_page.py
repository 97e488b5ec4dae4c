"""Sets of alike pictures on their page, decided by a form, and shown beside an asset."""

import html
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.events import service as events
from tests.likeness.conftest import HASH, fingerprint, turned
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


@pytest.fixture
def alike(archive: Archive, sample: Sample) -> list[UUID]:
    """Three photographs of the sample that look the same; their sizes are 3000 × 2000, 2000 × 3000, 3000 × 2250."""
    ids = sample.photos[:3]
    for number, one in enumerate(ids):
        fingerprint(archive, one, turned(HASH, number))
    archive.liken()
    return ids


def _page(browser: FlaskClient, address: str = "/likeness") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def _set(page: str) -> str:
    found = re.search(r'action="/likeness/([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def test_a_set_shows_its_pictures_with_sizes_and_distances(browser: FlaskClient, alike: list[UUID]) -> None:
    page = _page(browser)
    shown = re.findall(r'class="shown" href="/assets/([0-9a-f-]{36})"', page)
    assert shown[0] == str(alike[2])  # the one with the most pixels is proposed
    assert set(shown) == set(map(str, alike))
    assert "3000 × 2250" in page
    assert "DSC_4001 解放路.JPG" in page  # the title says nothing of which file it is
    assert "/64" in page or "of 64" in page
    assert page.count('type="checkbox"') == page.count('type="radio"') == 3


def test_a_decision_leaves_the_list_and_is_remembered(
    browser: FlaskClient, archive: Archive, alike: list[UUID]
) -> None:
    number = _set(_page(browser))
    answer = browser.post(f"/likeness/{number}", data={"verdict": "same", "top": str(alike[0]), "tab": "alike"})
    assert (answer.status_code, answer.location) == (303, "/likeness?tab=alike")
    assert f"/likeness/{number}/reopen" in _page(browser)  # to undo it
    assert 'class="panel alike"' not in _page(browser)
    assert 'class="panel alike"' in _page(browser, "/likeness?tab=decided")
    with archive.reading() as session:
        last = events.of(session, "asset", alike[1])[-1]
    assert (last.who, last.detail["likeness"], last.detail["top"]) == ("archivist", "same", str(alike[0]))


def test_only_those_that_are_ticked_are_decided(browser: FlaskClient, alike: list[UUID]) -> None:
    number = _set(_page(browser))
    answer = browser.post(f"/likeness/{number}", data={"verdict": "different", "asset": [str(alike[1])]})
    assert answer.location == f"/likeness#s-{number}"
    page = _page(browser)
    assert str(alike[1]) not in page
    assert page.count('type="checkbox"') == 2


def test_a_decision_can_be_undone(browser: FlaskClient, alike: list[UUID]) -> None:
    number = _set(_page(browser))
    browser.post(f"/likeness/{number}", data={"verdict": "kept"})
    assert browser.post(f"/likeness/{number}/reopen").status_code == 303
    assert _page(browser).count('type="checkbox"') == 3


def test_the_next_set_is_where_one_lands(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    for place, one in enumerate(sample.photos[:4]):
        fingerprint(archive, one, turned(HASH, 32 * (place // 2)))
    archive.liken()
    page = _page(browser)
    first, second = re.findall(r'id="s-([0-9a-f-]{36})"', page)
    assert f'name="following" value="{second}"' in page
    answer = browser.post(f"/likeness/{first}", data={"verdict": "kept", "following": second})
    assert answer.location == f"/likeness#s-{second}"


def test_an_asset_shows_what_is_like_it(browser: FlaskClient, alike: list[UUID], sample: Sample) -> None:
    page = _page(browser, f"/assets/{alike[0]}")
    strip = page[page.index("alike-strip") :]
    assert f"/assets/{alike[1]}" in strip
    assert f"/assets/{alike[2]}" in strip
    assert "alike-strip" not in _page(browser, f"/assets/{sample.photos[4]}")
    browser.post(f"/likeness/{_set(_page(browser))}", data={"verdict": "different"})
    assert "alike-strip" not in _page(browser, f"/assets/{alike[0]}")


@pytest.mark.parametrize(
    ("role", "status"), [("reader", 403), ("editor", 403), ("photographer", 200), ("archivist", 200)]
)
def test_who_may_decide(signed_in: SignedIn, alike: list[UUID], role: str, status: int) -> None:
    visitor = signed_in(role)
    assert visitor.get("/likeness").status_code == status
    number = _set(_page(signed_in("archivist")))
    assert visitor.post(f"/likeness/{number}", data={"verdict": "kept"}).status_code == (303 if status == 200 else 403)


def test_forms_that_make_no_sense_are_refused_with_words(browser: FlaskClient, alike: list[UUID]) -> None:
    number = _set(_page(browser))
    assert browser.post(f"/likeness/{number}", data={"verdict": "odd"}).status_code == 422
    assert browser.post(f"/likeness/{number}", data={"verdict": "burst"}).status_code == 422
    assert browser.post(f"/likeness/{number}", data={"verdict": "same", "top": "x"}).status_code == 404
    assert browser.post(f"/likeness/{UUID(int=7)}", data={"verdict": "same"}).status_code == 404
    assert browser.post(f"/likeness/{number}", data={"verdict": "same"}).status_code == 303
    assert browser.post(f"/likeness/{number}", data={"verdict": "same"}).status_code == 409
    assert browser.get("/likeness?tab=odd").status_code == 404
    assert browser.get("/likeness?before=x").status_code == 404


@pytest.mark.parametrize("tab", ["alike", "burst", "decided"])
def test_empty_lists_say_what_would_be_here(browser: FlaskClient, tab: str) -> None:
    assert 'class="empty"' in _page(browser, f"/likeness?tab={tab}")


def test_lists_go_on_page_by_page(
    browser: FlaskClient, archive: Archive, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.likeness.views.PAGE", 1)
    for place, one in enumerate(sample.photos[:4]):
        fingerprint(archive, one, turned(HASH, 32 * (place // 2)))
    archive.liken()
    first = _page(browser)
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    assert _set(first) != _set(_page(browser, more[1]))
