"""A filled archive, its application, and browsers signed in as each role."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from media_archive.access import service as access
from media_archive.archive import Archive
from media_archive.config import Settings, load
from tests.webapp import sample as samples
from tests.webapp.sample import Sample
from webapp.app import create_app

SignedIn = Callable[[str], FlaskClient]


@dataclass(frozen=True)
class Stock:
    """Homes to copy."""

    folder: Path
    sample: Sample


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Two homes, made once: of an empty archive with its people, and of a filled one."""
    folder = tmp_path_factory.mktemp("stock")
    made = Archive.open(load(home=folder / "empty", keep_free=0))
    made.init()
    samples.people(made)
    made.close()
    shutil.copytree(folder / "empty", folder / "filled")
    filled = Archive.open(load(home=folder / "filled", keep_free=0))
    sample = samples.fill(filled, photos=6)
    filled.close()
    return Stock(folder, sample)


@pytest.fixture
def archive(request: pytest.FixtureRequest, stock: Stock, settings: Settings) -> Iterator[Archive]:
    """A copy of a home is a copy of the archive: filled where the test asks for the sample."""
    wanted = "filled" if "sample" in request.fixturenames else "empty"
    shutil.copytree(stock.folder / wanted, settings.home)
    made = Archive.open(settings)
    yield made
    made.close()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates that are compiled already: each test's application would do it anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(archive: Archive, compiled: FileSystemBytecodeCache) -> Flask:
    """The application; forms need no token, except where a test asks for it."""
    made = create_app(archive)
    made.jinja_env.bytecode_cache = compiled
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return made


@pytest.fixture
def sample(stock: Stock) -> Sample:
    """A few photographs, one that cannot be shown, and what surrounds them."""
    return stock.sample


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, archive: Archive) -> SignedIn:
    """Signs a browser in as somebody of a role, by a one-time link."""

    def enter(role: str) -> FlaskClient:
        browser = app.test_client()
        with archive.transaction() as session:
            key = access.login_link(session, access.user_called(session, role), 5)
        assert browser.get(f"/enter/{key}").status_code == 303
        return browser

    return enter


@pytest.fixture
def browser(signed_in: SignedIn) -> FlaskClient:
    """A browser signed in as an archivist."""
    return signed_in("archivist")
