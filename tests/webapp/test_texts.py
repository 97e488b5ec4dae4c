"""Text in pictures on the pages, without a browser."""

from html import unescape

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue import lines
from media_archive.catalogue.lines import Read
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow

SIGN = [[0.2, 0.3], [0.5, 0.3], [0.5, 0.4], [0.2, 0.4]]


@pytest.fixture
def read(archive: Archive, sample: Sample) -> str:
    """A photograph with a sign, which says what nothing else says."""
    with archive.transaction() as session:
        lines.replace(session, sample.photos[1], "text", [Read("聚贤楼 <老店>", 0.9, "Hani", SIGN)])
    archive.index()
    return str(sample.photos[1])


def test_a_found_picture_says_what_stands_in_it(browser: FlaskClient, read: str) -> None:
    page = unescape(browser.get("/?q=聚贤楼").text)
    assert 'class="caption said"' in page
    assert "聚贤楼" in page.split("caption said", 1)[1][:200]
    assert 'window="/assets/window?q=%E8%81%9A' in page
    [card] = browser.get(f"/assets/window?q=聚贤楼&ids={read}").get_json()
    assert "聚贤楼 <老店>" in "".join(text for text, _ in card["said"])
    assert ["聚贤楼", True] in card["said"]
    [card] = browser.get(f"/assets/window?ids={read}").get_json()
    assert card["said"] is None


def test_the_page_lists_the_lines_as_text_and_never_as_markup(browser: FlaskClient, read: str) -> None:
    page = browser.get(f"/assets/{read}").text
    assert "聚贤楼 &lt;老店&gt;" in page
    assert 'data-points="0.2,0.3 0.5,0.3 0.5,0.4 0.2,0.4"' in page


def test_only_who_may_describe_mends(archive: Archive, signed_in: SignedIn, sample: Sample, read: str) -> None:
    with archive.reading() as session:
        [line] = lines.of(session, sample.photos[1])
    address = f"/assets/{read}/texts/{line.id}"
    assert signed_in("reader").post(address, data={"do": "hide"}).status_code == 403
    archivist = signed_in("archivist")
    assert archivist.post(address, data={"do": "dance"}).status_code == 422
    assert archivist.post(address, data={"do": "hide"}).status_code == 303
    assert archivist.post(f"/assets/{sample.photos[0]}/texts/{line.id}", data={"do": "hide"}).status_code == 404
    with archive.reading() as session:
        assert lines.of(session, sample.photos[1]) == []
    archivist.post(address, data={"do": "correct", "text": "聚贤楼（老店）"})
    page = archivist.get(f"/assets/{read}").text
    assert "聚贤楼（老店）" in page
    assert "聚贤楼 &lt;老店&gt;”" in page  # what the machine had read


def test_captions_are_there_where_something_was_said(archive: Archive, browser: FlaskClient, sample: Sample) -> None:
    address = f"/assets/{sample.photos[0]}/transcript.vtt"
    assert browser.get(address).status_code == 404
    with archive.transaction() as session:
        found = [Read("开工", None, "Hani", None, 1.0, 2.5)]
        lines.replace(session, sample.photos[0], "transcript", found)
    answer = browser.get(address)
    assert answer.content_type == "text/vtt; charset=utf-8"
    assert answer.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n开工\n"
