"""Dashboard, grants and the administrators' pages in a browser: both themes, desktop and phone."""

import pytest

from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.models import Asset
from media_archive.uploads import deliveries
from media_archive.uploads.deliveries import Template
from tests.e2e.conftest import LOOKS, Opened, Served, faults, shoot

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_pages_can_be_read_and_used_by_everybody(served: Served, open_page: Opened, size: str, theme: str) -> None:
    with served.archive.transaction() as session:
        home = session.get_one(Asset, served.sample.photos[0]).archive
        made = collections.create(session, home, f"解放路今昔 {size}", "administrator")
        collections.add(session, made, served.sample.photos[:6], "administrator")
        deliveries.begin(session, home, Template(shoot="南环路管网改造 6 月 12 日"), "photographer")
        number = made.id
    page = open_page(size, theme, "administrator")
    for name, address in {
        "dashboard": "/dashboard", "grants": f"/collections/{number}/grants", "deliveries": "/deliveries",
        "watch": "/watch", "tokens": "/tokens",
    }.items():  # fmt: skip
        page.goto(f"{served.url}{address}")
        if name == "tokens":
            page.locator("details.field summary").click()
        if name == "grants":
            page.locator("#login").fill("editor")
            page.locator("form.form button.primary").click()
            page.wait_for_url("**/grants")
            assert page.locator("td.wide", has_text="editor").count() == 1
        shoot(page, f"board-{name}-{size}-{theme}")
        assert faults(page, name, size) == []
