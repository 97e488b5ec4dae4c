"""What is said in a film, in a real browser: captions under it, a list that leads there."""

from uuid import UUID

import pytest

from media_archive.catalogue import lines
from media_archive.catalogue.lines import Read
from tests.e2e.conftest import Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def said(served: Served) -> UUID:
    """A film in which something is said."""
    film = served.sample.film
    assert film
    found = [
        Read("解放路改造工程今天开工。", None, "Hani", None, 0.4, 1.2),
        Read("a < b", None, "Latn", None, 1.4, 2.0),
    ]
    with served.archive.transaction() as session:
        lines.replace(session, film, "transcript", found)
    served.archive.index()
    return film


def test_a_line_leads_to_its_moment_and_captions_show_it(open_page, served: Served, said: UUID) -> None:
    page = open_page()
    page.goto(f"{served.url}/assets/{said}")
    until(page, "document.querySelector('video').readyState >= 1")
    page.locator('[data-action="captions.toggle"]').click()
    page.locator("#texts-heard .when").nth(1).click()
    until(page, "Math.abs(document.querySelector('video').currentTime - 1.4) < 0.05")
    until(page, "document.querySelector('#texts-heard li:nth-child(2)').classList.contains('is-now')")
    until(page, "document.querySelector('video').textTracks[0].activeCues?.length === 1")
    assert (
        page.evaluate("document.querySelector('video').textTracks[0].activeCues[0].getCueAsHTML().textContent")
        == "a < b"
    )
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"
    page.wait_for_timeout(300)
    shoot(page, "transcript")
    page.keyboard.press("c")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "disabled"
    assert faults(page, "transcript", "desktop") == []


def test_mended_words_stand_in_the_captions(open_page, served: Served, said: UUID) -> None:
    page = open_page()
    page.goto(f"{served.url}/assets/{said}?mend=texts")
    first = page.locator("#texts-heard li").first
    first.locator("input[name=text]").fill("解放北路改造工程今天开工。")
    first.locator("button[value=correct]").click()
    page.wait_for_url("**mend=texts*")
    text = page.evaluate("address => fetch(address).then(a => a.text())", f"/assets/{said}/transcript.vtt")
    assert "解放北路改造工程今天开工。" in text
    with served.archive.transaction() as session:
        for line in lines.of(session, said, hidden=True):
            session.delete(line)
