"""Sharing and asking in a real browser: a link with a password on a telephone, and a request by two people."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.e2e.conftest import Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def _look(page, name: str, size: str, theme: str) -> list[str]:
    shoot(page, f"{name}-{size}-{theme}")
    return faults(page, f"{name} {size} {theme}", size)


def test_a_link_with_a_password_opens_on_a_telephone(open_page, served: Served) -> None:
    editor = open_page("desktop", "light", "editor")
    editor.goto(f"{served.url}/shares/new?asset={served.sample.film}")
    editor.fill("#title", "解放路通车 航拍")
    editor.fill("#password", "电话里说的口令八字")
    found = _look(editor, "share-new", "desktop", "light")
    editor.click("form[action='/shares'] button.primary")
    address = editor.input_value("#share-address")
    found += _look(editor, "shares", "desktop", "light")

    phone = open_page("phone", "dark", None)
    phone.goto(address)
    found += _look(phone, "share-locked", "phone", "dark")
    phone.fill("#password", "电话里说的口令八字")
    phone.click("button.primary")
    assert phone.locator(".shared-wall li").count() == 1
    until(phone, "document.querySelector('.shared-wall img').naturalWidth > 0")
    found += _look(phone, "share", "phone", "dark")
    phone.click(".shared-wall a")
    until(phone, "document.querySelector('video').readyState >= 1")
    found += _look(phone, "share-one", "phone", "dark")

    editor.goto(f"{served.url}/shares")
    assert editor.locator("tbody tr td.number").first.inner_text() == "1"
    editor.click("form[action$='/revoke'] button")
    answer = phone.reload()
    assert answer.status == 410
    found += _look(phone, "share-closed", "phone", "dark")
    assert found == []


def test_two_people_ask_approve_download_and_report(open_page, served: Served, tmp_path: Path) -> None:
    reader = open_page("phone", "dark", "reader")
    reader.goto(f"{served.url}/requests/new?asset={served.sample.photos[4]}")
    reader.select_option("#purpose", "exhibition")
    reader.fill("#text", "城市记忆展第二单元")
    found = _look(reader, "request-new", "phone", "dark")
    reader.click("form[action='/requests'] button.primary")
    there = reader.url

    curator = open_page("desktop", "light", "curator")
    curator.goto(f"{served.url}/collections")
    assert curator.locator(".rail .waits").inner_text().startswith("1")
    curator.click(".rail a[href^='/requests']")
    found += _look(curator, "requests", "desktop", "light")
    curator.click("tbody a.link")
    found += _look(curator, "request-decide", "desktop", "light")
    curator.fill("#conditions", "注明“城建档案馆藏”")
    curator.click("button[value=approve]")
    served.archive.runner().drain("upkeep")

    reader.goto(there)
    found += _look(reader, "request-ready", "phone", "dark")
    with reader.expect_download() as taken:
        reader.click("a[download]")
    taken.value.save_as(tmp_path / "package.zip")
    with ZipFile(tmp_path / "package.zip") as package:
        assert any(name.endswith(".JPG") for name in package.namelist())
    reader.goto(there)
    reader.fill("#published", "城市记忆展")
    reader.check("input[name=deleted]")
    reader.click("form[action$='/report'] button")
    curator.goto(there)
    assert curator.get_by_text("城市记忆展", exact=True).count() == 1
    found += _look(curator, "request-closed", "desktop", "light")
    assert found == []
