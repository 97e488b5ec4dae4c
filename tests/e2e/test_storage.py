"""The trash, the storage overview and plans in a real browser, in both themes and on a phone."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.disposal import service
from media_archive.disposal.models import Disposal
from media_archive.disposal.people import Person
from media_archive.placement.planner import make
from media_archive.storage.models import File
from tests.e2e.conftest import LOOKS, Served, faults, shoot, until
from tests.served import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def filled(served: Served) -> Served:
    """Something in each list of the trash, files of several months, and a plan; made once."""
    with served.archive.transaction() as session:
        if session.scalar(select(Disposal).limit(1)) is not None:
            return served
        for number, photo in enumerate(served.sample.photos[:30]):
            back = now() - timedelta(days=31 * (number % 14))
            session.execute(update(File).where(File.asset_id == photo).values(created_at=back))
        asked = Person("photographer", now() - timedelta(days=9))
        accessioned, trashed, kept = (session.get_one(Asset, one) for one in served.sample.photos[-3:])
        accessioned.accession_code, accessioned.retention, accessioned.year = "J001-ZP·2001-D10-0001", "D10", 2001
        service.propose(session, accessioned, asked, "保管期满,已核对", 30)
        service.propose(session, trashed, asked, "重复拍摄", 30)
        kept.hold = {"who": "archivist", "reason": "诉讼期间保全", "since": now().isoformat()}
    make(served.archive, "archivist")
    served.archive.index()
    return served


def test_a_selection_goes_into_the_trash_and_comes_back(open_page, filled: Served) -> None:
    page = open_page()
    page.goto(f"{filled.url}/?q=解放路北段")
    until(page, "document.querySelectorAll('ma-grid a[data-id]').length > 3")
    before = page.evaluate("document.querySelector('ma-grid').getAttribute('total')")
    page.locator("ma-grid a[data-id]").nth(1).focus()
    page.keyboard.press("x")
    until(page, "!document.querySelector('[data-selection-bar]').hidden")
    shoot(page, "trash-selection")
    page.locator("[data-selection-bar] button", has_text="移入回收站").click()
    page.locator("#reason").fill("曝光失败")
    page.locator("form.panel button.primary").click()
    until(page, "location.pathname === '/trash' && document.querySelectorAll('.trash tbody tr').length > 0")
    shoot(page, "trash-after")
    filled.archive.index()
    _counts(page, f"{filled.url}/?q=解放路北段", int(before) - 1)
    page.goto(f"{filled.url}/trash")
    page.locator(".trash tbody tr", has_text="曝光失败").locator("button").click()
    until(page, "location.pathname.startsWith('/assets/')")
    filled.archive.index()
    _counts(page, f"{filled.url}/?q=解放路北段", int(before))


def _counts(page, url: str, total: int) -> None:
    """The list tells so many, once counts that cost much are made anew."""
    wait_until(lambda: page.goto(url) and page.locator("ma-grid").get_attribute("total") == str(total), 30)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_pages_are_readable_by_everybody(open_page, filled: Served, size: str, theme: str) -> None:
    with filled.archive.reading() as session:
        wish = session.scalars(select(Disposal).where(Disposal.accession_code.is_not(None))).one()
    page = open_page(size, theme, role="administrator")
    found = []
    for name, path in {
        "storage": "/storage",
        "plans": "/storage/plans",
        "trash": "/trash",
        "waiting": "/trash?tab=waiting",
        "deletion": f"/trash/{wish.id}",
        "held": f"/assets/{filled.sample.photos[-1]}#keeping",
    }.items():
        page.goto(f"{filled.url}{path}")
        page.wait_for_load_state("load")
        shoot(page, f"keeping-{name}-{size}")
        found += faults(page, name, size)
    assert found == []
