"""Waiting for a page without `eval`, which its content policy forbids."""

import time

from playwright.sync_api import Page


def until(page: Page, expression: str, seconds: float = 10) -> None:
    """Returns once `expression` is true in the page."""
    ends = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < ends, f"not within {seconds} s: {expression}"
        page.wait_for_timeout(20)
