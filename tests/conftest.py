"""Fixtures: an archive in a home of its own, and the servers that tests start and stop themselves."""

import gc
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from media_archive import db
from media_archive.archive import Archive
from media_archive.config import PROJECT, Settings, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.scheduler import Scheduling

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SHARED_MEDIA = PROJECT.parent / "shared" / "media"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what lasts longest: at the end, one process would be at it and the others idle."""
    items.sort(key=lambda item: -_longest(item))


def pytest_collection_finish() -> None:
    """What was loaded and collected stays to the end: the search for what nobody needs any more leaves it out."""
    gc.collect()
    gc.freeze()


def _longest(item: pytest.Item) -> float:
    """How many seconds it may take, where it says so: those are the long ones."""
    marked = item.get_closest_marker("timeout")
    return float(marked.args[0]) if marked and marked.args else 0.0


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "Scheduling":
    """Says which tests one process takes together; the others go wherever there is room.

    Browsers take a core each: side by side they only wait for one another. What a module makes once for all its tests
    would be made once in every process.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if file.startswith("tests/e2e"):
                return "browser"
            return file if _shares(file) else nodeid

    return Sharing(config, log)


@cache
def _shares(file: str) -> bool:
    """Whether a module makes something once for all its tests."""
    return 'scope="module"' in (PROJECT / file).read_text("utf-8")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("MEDIA_ARCHIVE_")]:
        monkeypatch.delenv(name)
    # to read the text in a picture takes seconds: tests that are about it ask for it
    monkeypatch.setenv("MEDIA_ARCHIVE_READ_TEXTS", "no")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an embedded archive in a temporary home."""
    return load(home=tmp_path / "home", keep_free=0)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was just founded, for copies: founding one anew for every test would cost most of their time."""
    home = tmp_path_factory.mktemp("founded") / "home"
    made = Archive.open(load(home=home, keep_free=0))
    made.init()
    made.close()
    return home


@pytest.fixture
def archive(settings: Settings, founded: Path) -> Iterator[Archive]:
    """An archive that was just founded."""
    shutil.copytree(founded, settings.home)
    made = Archive.open(settings)
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server that this run started, from PyPI; ends with the run."""
    from tests.servers import running_postgresql

    with running_postgresql(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    from tests.servers import fresh_database

    with fresh_database(request.getfixturevalue("postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def founded_database(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL database that was just founded, for copies."""
    from tests.servers import fresh_database

    with fresh_database(postgresql) as url:
        made = Archive.open(load(home=tmp_path_factory.mktemp("founded") / "home", keep_free=0, database_url=url))
        made.init()
        made.close()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def either_archive(request: pytest.FixtureRequest, settings: Settings, founded: Path) -> Iterator[Archive]:
    """An archive that was just founded, on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("archive")
        return
    from tests.servers import fresh_database

    template = request.getfixturevalue("founded_database")
    shutil.copytree(founded, settings.home)
    with fresh_database(request.getfixturevalue("postgresql"), template) as url:
        made = Archive.open(load(home=settings.home, keep_free=0, database_url=url))
        yield made
        made.close()


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """Folder of real media beside the project."""
    if not SHARED_MEDIA.is_dir():
        pytest.skip("the folder of real media beside the project is absent")
    return SHARED_MEDIA


@pytest.fixture
def engine(database_url: str) -> Iterator[object]:
    """An engine on an empty database of each kind."""
    made = db.engine(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One browser for the whole run: its library cannot be started twice in a process."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no {CHROMIUM} here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
