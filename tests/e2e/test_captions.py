"""The caption table in a real browser: keys of a spreadsheet, blocks, conflicts, input methods, no scripts."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select, update

from media_archive.catalogue import describing
from media_archive.catalogue.models import Asset
from tests.e2e.conftest import LOOKS, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
IDLE = "!document.querySelector('tr[data-state=saving]') && [...document.querySelectorAll('tr[data-id]')].length > 0"
PASTE = """([text]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def rows(served: Served) -> Iterator[list[UUID]]:
    """The shoot's assets as they were taken, without titles and the like; they are as they were afterwards."""
    query = select(Asset.id).where(Asset.shoot_id == served.sample.shoot).order_by(Asset.shown_at, Asset.id)
    with served.archive.transaction() as session:
        ids = list(session.scalars(query))
        kept = {one: (session.get_one(Asset, one).title, session.get_one(Asset, one).keywords) for one in ids}
        session.execute(update(Asset).values(title=None, fields={}))
    yield ids
    with served.archive.transaction() as session:
        for one, (title, keywords) in kept.items():
            session.execute(update(Asset).where(Asset.id == one).values(title=title, keywords=keywords, fields={}))


def _open(open_page, served: Served, **options):
    page = open_page(**options)
    page.goto(f"{served.url}/captions?shoot={served.sample.shoot}")
    return page


def _cell(page, row: UUID, field: str):
    return page.locator(f"tr[data-id='{row}'] textarea[data-field={field}]")


def _titles(served: Served, *ids: UUID) -> list[str | None]:
    with served.archive.reading() as session:
        return [session.get_one(Asset, one).title for one in ids]


def test_typing_enter_tab_and_filling_work_as_in_a_spreadsheet(open_page, served: Served, rows: list[UUID]) -> None:
    page = _open(open_page, served)
    _cell(page, rows[0], "title").click()
    page.keyboard.type("开挖前")
    page.keyboard.press("Enter")
    page.keyboard.press('Control+Shift+"')
    page.keyboard.press("ArrowDown")
    page.keyboard.type("管道")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    page.keyboard.press("ArrowDown")
    until(page, "document.querySelectorAll('tr[data-state=saved]').length >= 5")
    assert _titles(served, *rows[:5]) == ["开挖前", "开挖前", "管道", "管道", "管道"]
    page.keyboard.press("Control+z")
    until(page, IDLE)
    page.wait_for_timeout(300)
    assert _titles(served, rows[3]) == [None]
    shoot(page, "captions-filled")


def test_a_block_from_a_spreadsheet_is_put_in(open_page, served: Served, rows: list[UUID]) -> None:
    page = _open(open_page, served)
    _cell(page, rows[0], "title").click()
    page.evaluate(PASTE, ['一\t说明一\t开工、雪\r\n二\t"两行\r\n说明"\t\r\n'])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    until(page, IDLE)
    page.wait_for_timeout(300)
    with served.archive.reading() as session:
        first, second = session.get_one(Asset, rows[0]), session.get_one(Asset, rows[1])
        assert (first.title, first.caption, first.keywords) == ("一", "说明一", ["开工", "雪"])
        assert (second.title, second.caption) == ("二", "两行\n说明")


def test_a_conflict_shows_both_values_beside_the_row(open_page, served: Served, rows: list[UUID]) -> None:
    page = _open(open_page, served)
    _cell(page, rows[2], "title").click()
    page.keyboard.type("我的")
    with served.archive.transaction() as session:
        describing.edit(session, session.get_one(Asset, rows[2]), {"title": "别人的"}, "curator")
    page.keyboard.press("Enter")
    page.locator(".trouble").wait_for()
    told = page.locator(".trouble").inner_text()
    assert "别人的" in told
    assert "我的" in told
    shoot(page, "captions-conflict")
    page.locator(".trouble button").first.click()
    until(page, "!document.querySelector('.trouble') && document.querySelector('tr[data-state=saved]')")
    assert _titles(served, rows[2]) == ["我的"]


def test_words_are_offered_and_taken_by_keys(open_page, served: Served, rows: list[UUID]) -> None:
    page = _open(open_page, served)
    _cell(page, rows[4], "location").click()
    page.keyboard.type("解放")
    page.locator(".ma-offers li").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert _cell(page, rows[4], "location").input_value().startswith("解放路")


def test_keys_of_an_input_method_do_not_move(open_page, served: Served, rows: list[UUID]) -> None:
    page = _open(open_page, served)
    _cell(page, rows[0], "title").click()
    page.evaluate(
        """() => {
          const cell = document.activeElement;
          cell.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
          for (const key of ['ArrowDown', 'Enter', 'Tab'])
            cell.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true, cancelable: true }));
        }"""
    )
    assert page.evaluate("document.activeElement.closest('tr').dataset.id") == str(rows[0])


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_table_is_accessible_and_fits(open_page, served: Served, rows: list[UUID], size: str, theme: str) -> None:
    page = _open(open_page, served, size=size, theme=theme)
    page.wait_for_timeout(400)
    shoot(page, f"captions-{size}-{theme}")
    assert faults(page, "captions", size) == []
