"""The grid of a million items in a browser: how soon it can be used, how scrolling feels, whether memory stays (`make bench`).

MEDIA_ARCHIVE_BENCH_SCROLL is for how many seconds is scrolled (120).
"""

import os
import statistics
import time

import pytest
from playwright.sync_api import Page

from tests.e2e_islands.conftest import browser, built, media, page, served, stub  # noqa: F401
from tests.e2e_islands.stub import TOTAL
from tests.e2e_islands.waiting import until

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
SECONDS = float(os.environ.get("MEDIA_ARCHIVE_BENCH_SCROLL", "120"))
MOST_CELLS = 300
WATCH = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => list.getEntries().forEach((one) => window.longTasks.push(one.duration)))
    .observe({entryTypes: ['longtask']});
}"""


def heap(page: Page) -> float:  # noqa: F811
    """MB of living objects."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used) / 1e6


class Ticks:
    """Time that the page's own thread worked, whatever else the machine does; in ms."""

    def __init__(self, page: Page) -> None:  # noqa: F811
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked(self) -> float:
        told = {one["name"]: one["value"] for one in self.session.send("Performance.getMetrics")["metrics"]}
        return float(told["TaskDuration"]) * 1000


@pytest.mark.parametrize("look", ["", "&view=list", "&group=20000"])
def test_a_million_items_are_soon_there_and_scroll_well(page: Page, look: str) -> None:  # noqa: F811
    page.goto("/grid?total=0")
    began = time.monotonic()
    page.goto(f"/grid?total={TOTAL}{look}")
    page.keyboard.press("x")
    until(page, "!document.querySelector('[data-selection-bar]').hidden")
    ready = time.monotonic() - began
    page.wait_for_selector("ma-grid[complete]", timeout=60_000)
    page.evaluate(WATCH)
    page.mouse.move(600, 400)
    ticks, turns = Ticks(page), 0
    before, most, ends, begun = heap(page), 0, time.monotonic() + SECONDS, ticks.worked()
    while time.monotonic() < ends:
        for _ in range(25):
            page.mouse.wheel(0, 400)
            page.wait_for_timeout(16)
            turns += 1
        most = max(most, page.locator("ma-grid a.cell").count())
    tasks = sorted(page.evaluate("window.longTasks"))
    each = (ticks.worked() - begun) / turns
    after = heap(page)
    p95 = statistics.quantiles(tasks, n=20)[-1] if len(tasks) > 1 else (tasks or [0])[0]
    told = f"ready {ready:.2f} s, {len(tasks)} long tasks, p95 {p95:.0f} ms, most {max(tasks, default=0):.0f} ms"
    print(
        f"\n{look or 'pictures'}: {told}, {each:.1f} ms of CPU a turn of the wheel, {most} cells, heap {before:.0f} -> {after:.0f} MB"
    )
    assert most <= MOST_CELLS
    assert after < before * 1.5 + 20
