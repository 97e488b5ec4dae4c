"""Originals in cold storage in a real browser: seen, asked for without scripts, brought back, taken away."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.config import load
from media_archive.storage.models import File, Role
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture
from tests.e2e.conftest import LOOKS, SIZES, Served, faults, serving, shoot
from tests.restoring import cold
from tests.webapp import sample as samples

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory, moto_endpoint: str) -> Iterator[Served]:  # noqa: F811
    """An archive behind a web server, of which the first three photographs lie in a cold class."""
    folder = tmp_path_factory.mktemp("cold")
    settings = cold.profiled(load(home=folder / "home", keep_free=0), folder / "profiles", moto_endpoint)
    archive = Archive.open(settings)
    archive.init()
    samples.people(archive)
    sample = samples.fill(archive, photos=8, edge=1200)
    for one in sample.photos[:3]:
        cold.chill(archive, one, really=True)
    named = ("storage_profile", "profiles_folder", "s3_endpoint", "s3_access_key", "s3_secret_key")
    with serving(archive, **{name: str(getattr(settings, name)) for name in named}) as url:
        yield Served(archive, url, sample)
    archive.close()


def window(chromium, served: Served, size: str, theme: str, *, scripts: bool = True):
    context = chromium.new_context(viewport=SIZES[size], locale="zh-CN", java_script_enabled=scripts)
    context.add_cookies([{"name": "archive_theme", "value": theme, "url": served.url}])
    page = context.new_page()
    page.goto(served.link("editor"))
    return page


def test_a_cold_original_is_asked_for_brought_back_and_downloaded(chromium, frozen: Served, tmp_path: Path) -> None:
    asset = frozen.sample.photos[0]
    plain = window(chromium, frozen, "desktop", "light", scripts=False)
    plain.goto(f"{frozen.url}/assets/{asset}")
    plain.locator(".notice.cold a.button").click()
    plain.fill("#purpose", "城市记忆影片《解放路》")
    plain.locator("form[action='/restores'] button.primary").click()
    assert plain.locator("[role=status] .status").count() == 1

    open_pages = [(look, window(chromium, frozen, *look)) for look in LOOKS]
    places = {
        "cold-asset": f"/assets/{frozen.sample.photos[1]}",
        "cold-confirm": f"/restores/new?shoot={frozen.sample.shoot}",
        "cold-queue": "/restores",
    }
    found = _look(frozen, open_pages, places)
    frozen.archive.runner().drain("upkeep")
    ready = {
        "cold-request": plain.url.removeprefix(frozen.url),
        "cold-back": f"/assets/{asset}",
    }
    found += _look(frozen, open_pages, ready)
    assert found == []

    page = open_pages[0][1]
    page.goto(f"{frozen.url}/assets/{asset}")
    with page.expect_download() as taken:
        page.locator("a[download]").first.click()
    taken.value.save_as(tmp_path / "original.jpg")
    with frozen.archive.reading() as session:
        query = select(File.sha256).where(File.asset_id == asset, File.role == Role.ORIGINAL)
        assert hashlib.sha256((tmp_path / "original.jpg").read_bytes()).hexdigest() == session.scalar(query)
    page.goto(f"{frozen.url}/shoots")
    page.locator(".notice.news button").click()
    assert page.locator(".notice.news").count() == 0
    for _, one in [*open_pages, ((), plain)]:
        one.context.close()


def _look(served: Served, pages, places: dict[str, str]) -> list[str]:
    found = []
    for (size, theme), page in pages:
        for name, address in places.items():
            page.goto(f"{served.url}{address}")
            shoot(page, f"{name}-{size}-{theme}")
            found += faults(page, f"{name} {size} {theme}", size)
    return found
