"""A real server and a real browser over a filled archive."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from media_archive.access import service as access
from media_archive.archive import Archive
from media_archive.config import PROJECT, load
from tests.webapp import sample as samples
from tests.webapp.sample import Sample

SECONDS_TO_START = 60
SCREENS = PROJECT / ".test-artifacts" / "e2e"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
#: size and theme of the windows that pages are looked at in: each size and each theme once
LOOKS = [("desktop", "light"), ("phone", "dark")]


@dataclass
class Served:
    """An archive that is being served."""

    archive: Archive
    url: str
    sample: Sample

    def link(self, role: str = "archivist") -> str:
        """A fresh one-time link."""
        with self.archive.transaction() as session:
            return f"{self.url}/enter/{access.login_link(session, access.user_called(session, role), 10)}"


@dataclass
class Watched:
    """What went wrong in a page while nobody looked."""

    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A filled archive behind a web server of its own."""
    home = tmp_path_factory.mktemp("e2e") / "home"
    archive = Archive.open(load(home=home, keep_free=0))
    archive.init()
    samples.people(archive)
    sample = samples.fill(archive, photos=40, film=True, edge=1600)
    with serving(archive) as url:
        yield Served(archive, url, sample)
    archive.close()


@contextmanager
def serving(archive: Archive, **more: str) -> Iterator[str]:
    """A web server over the archive's home, with `more` settings; gives its address."""
    home = archive.settings.home
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MEDIA_ARCHIVE_")}
    settings = {"home": str(home), "port": str(port), "keep_free": "0", **more}
    environment |= {f"MEDIA_ARCHIVE_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    log = (home / "log" / "web.log").open("wb")
    server = subprocess.Popen(
        [*command, "--blocking-threads", "8", "webapp.wsgi:app"], cwd=PROJECT, env=environment, stdout=log, stderr=log
    )
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", server, Path(log.name))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")


Opened = Callable[..., object]


@pytest.fixture
def open_page(chromium, served: Served) -> Iterator[Opened]:
    """Opens a page in a window of its own, signed in; at the end nothing may have gone wrong in any of them."""
    watched, contexts = Watched(), []

    def make(size: str = "desktop", theme: str = "auto", role: str | None = "archivist", **options):
        context = chromium.new_context(viewport=SIZES[size], locale="zh-CN", **options)
        contexts.append(context)
        context.add_cookies([{"name": "archive_theme", "value": theme, "url": served.url}])
        page = context.new_page()
        _watch(page, served.url, watched)
        if role:
            page.goto(served.link(role))
        return page

    yield make
    for context in contexts:
        context.close()
    assert watched.problems == []


def _watch(page, url: str, watched: Watched) -> None:
    page.on("pageerror", lambda error: watched.problems.append(f"script: {error}"))
    page.on(
        "request",
        lambda request: _leaves(request.url, url) and watched.problems.append(f"leaves the host: {request.url}"),
    )
    page.on("console", lambda message: _is_violation(message.text) and watched.problems.append(message.text))


def _leaves(address: str, url: str) -> bool:
    return not address.startswith((url, "data:", "blob:", "about:"))


def _is_violation(text: str) -> bool:
    return bool(re.search("Content.Security.Policy|Refused to", text))


def shoot(page, name: str) -> None:
    """Keeps a picture of the window for people to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png")


def until(page, expression: str, seconds: float = 20) -> None:
    """Waits for an expression to hold. (The browser library's own waiting needs `eval`, which our policy forbids.)"""
    from playwright.sync_api import Error

    last = time.monotonic() + seconds
    while time.monotonic() < last:
        try:
            if page.evaluate(expression):
                return
        except Error as exc:
            if "context was destroyed" not in str(exc):  # the page is being left, which is what some wait for
                raise
        page.wait_for_timeout(100)
    pytest.fail(f"never came true: {expression}")


def faults(page, name: str, size: str, *rules: str) -> list[str]:
    """What is wrong with the page for who cannot see it well (by `rules` alone if given), and whether it is wider than its window."""
    from axe_playwright_python.sync_playwright import Axe

    # what is in order need not be told, with every element that is
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    wide = page.evaluate("document.documentElement.scrollWidth") > SIZES[size]["width"]
    return ([f"{name}: scrolls sideways"] if wide else []) + [
        f"{name}: {one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')[:200]}"
        for one in Axe().run(page, options=options).response["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
