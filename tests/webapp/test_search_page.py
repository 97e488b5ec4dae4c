"""The search page tells of itself: mistakes, what it looked for besides, what was meant, months, every filter."""

import re
import shutil
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from media_archive.access import service as access
from media_archive.archive import Archive
from media_archive.config import load
from tests.relevance.conftest import fill
from tests.webapp.conftest import Stock
from webapp.app import create_app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, stock: Stock) -> Iterator[FlaskClient]:
    """A reader's browser before four hundred records."""
    home = tmp_path_factory.mktemp("searched") / "home"
    shutil.copytree(stock.folder / "empty", home)
    archive = Archive.open(load(home=home, keep_free=0))
    fill(archive)
    app = create_app(archive)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    with archive.transaction() as session:
        key = access.login_link(session, access.user_called(session, "reader"), 5)
    browser = app.test_client()
    assert browser.get(f"/enter/{key}").status_code == 303
    yield browser
    archive.close()


def _text(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_a_mistake_is_marked_under_the_box_with_what_to_write(reader: FlaskClient) -> None:
    answer = reader.get("/", query_string={"q": "解放路 year:abc", "filtering": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="解放路 year:abc"' in page
    assert 'aria-invalid="true"' in page
    assert "解放路 year:<mark>a</mark>bc" in page
    assert "year:1980..1989" in page


def test_results_tell_what_else_was_looked_for_and_offer_what_was_meant(reader: FlaskClient) -> None:
    page = reader.get("/", query_string={"q": "中山路"}).get_data(as_text=True)
    assert "中山路 → 解放路" in _text(page)
    exact = reader.get("/", query_string={"q": '"中山路"'}).get_data(as_text=True)
    assert "→" not in _text(exact)
    wrong = reader.get("/", query_string={"q": "解方路"}).get_data(as_text=True)
    assert re.search(r'<a href="\?q=[^"]*">解放路</a>', wrong)


def test_text_in_pictures_and_speech_is_shown_with_the_words_marked(reader: FlaskClient) -> None:
    page = reader.get("/", query_string={"q": "母亲河"}).get_data(as_text=True)
    assert "<mark>母亲河</mark>" in page


def test_months_lead_to_their_stretch_of_time(reader: FlaskClient) -> None:
    page = reader.get("/", query_string={"q": "解放路"}).get_data(as_text=True)
    stretches = re.findall(r'<a href="(\?q=[^"]*taken[^"]*)" aria-label="([^"]+): (\d+)', page)
    assert len(stretches) > 3
    address, _, count = stretches[-1]
    narrowed = reader.get("/" + unescape(address)).get_data(as_text=True)
    assert f'total="{count}"' in narrowed
    typed = reader.get("/", query_string={"q": "解放路 taken:1950", "since": "1980", "until": "1989-12"})
    assert typed.status_code == 302
    assert typed.headers["Location"].endswith("taken:1980-01-01..1989-12-31")


def test_every_filter_is_offered_when_asked_for_and_narrows(reader: FlaskClient) -> None:
    page = reader.get("/", query_string={"q": "夜景", "filtering": "all"}).get_data(as_text=True)
    links = re.findall(r'<a class="row" href="(\?[^"]*photographer=[^"]*)"><span class="name">([^<]+)', page)
    assert links
    one = reader.get("/" + unescape(links[0][0])).get_data(as_text=True)
    assert f'<span class="name">{links[0][1]}</span>' in one


def test_lists_are_sorted_as_chosen(reader: FlaskClient) -> None:

    def first(**asked: str) -> str:
        page = reader.get("/", query_string=asked).get_data(as_text=True)
        found = re.search(r'id="a-([0-9a-f-]+)"', page)
        assert found
        return found[1]

    assert first(q="夜景", sort="code") != first(q="夜景", sort="-date")
    assert reader.get("/", query_string={"sort": "size"}).status_code == 404
