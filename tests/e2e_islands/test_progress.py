"""Numbers of work under way."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e_islands.stub import Stub
from tests.e2e_islands.waiting import until

RUNNING: dict[str, object] = {
    "found": 5000,
    "added": 1204,
    "bytes": 24_500_000_000,
    "total_bytes": 85_340_000_000,
    "rate": 92_000_000,
    "left": 3753,
}


@pytest.mark.parametrize("how", ["stream", "poll"])
def test_numbers_arrive_and_the_list_is_fetched_anew_at_the_end(page: Page, stub: type[Stub], how: str) -> None:
    stub.progress[:] = [RUNNING, {**RUNNING, "added": 5000, "bytes": 85_340_000_000, "ended": True}]
    page.add_init_script("""
      new MutationObserver(() => {
        const slot = document.querySelector('[data-field=added]');
        if (slot && slot.textContent !== (window.seen ??= []).at(-1)) window.seen.push(slot.textContent);
        const list = document.querySelector('#list');
        if (list) { window.firstList ??= list; window.anew = list !== window.firstList; }
      }).observe(document, {childList: true, subtree: true, characterData: true});""")
    page.goto(f"/shoot?how={how}")
    expect(page.locator("ma-progress")).to_have_attribute("ended", "")
    assert page.evaluate("window.seen") == ["–", "1,204", "5,000"]
    expect(page.locator("[data-field=bytes]")).to_have_text("85.3 GB")
    expect(page.locator("[data-field=rate]")).to_have_text("92 MB/s")
    expect(page.locator("[data-field=left]")).to_have_text("1:02:33")
    until(page, "window.anew === true")
    assert page.locator("progress").evaluate("(bar) => bar.value / bar.max") == 1
