"""What people see of the interface: its page, and their tokens."""

import json
import re

import pytest
from click.testing import CliRunner
from flask import Flask

from media_archive.archive import Archive
from media_archive.cli.main import cli
from tests.api.conftest import Program
from tests.webapp.conftest import SignedIn

pytestmark = pytest.mark.slow


def test_the_page_of_the_interface_tells_every_request(app: Flask, signed_in: SignedIn) -> None:
    browser = signed_in("reader")
    page = browser.get("/api").get_data(as_text=True)
    paths = browser.get("/api/v1/openapi.json").get_json()["paths"]
    assert all(f">{path}<" in page for path in paths)
    assert 'id="shape-AssetChange"' in page
    assert "https://" not in page


def test_a_token_is_made_shown_once_used_and_revoked_on_its_page(app: Flask, signed_in: SignedIn) -> None:
    browser = signed_in("editor")
    made = browser.post("/tokens", data={"name": "展览网站", "scope": "read", "days": "30"})
    assert made.status_code == 201
    key = re.search(r"mat_[\w-]{40,}", made.get_data(as_text=True))
    assert key
    assert Program(app, key[0]).ask("GET", "/me").get_json()["token"] == "展览网站"
    page = browser.get("/tokens").get_data(as_text=True)
    assert "展览网站" in page
    assert key[0] not in page
    revoke = re.search(r'action="(/tokens/[^"]+/revoke)"', page)
    assert revoke
    assert signed_in("archivist").post(revoke[1]).status_code == 404, "somebody else's"
    assert "展览网站" in signed_in("administrator").get("/tokens?all=1").get_data(as_text=True)
    assert browser.post(revoke[1]).status_code == 303
    assert Program(app, key[0]).ask("GET", "/me").status_code == 401
    for wrong in ({"name": "", "days": "1"}, {"name": "x", "days": "0"}, {"name": "x", "days": "很久"}):
        assert browser.post("/tokens", data={"scope": "read", **wrong}).status_code == 422


def test_tokens_are_made_listed_and_revoked_at_the_command_line(app: Flask, archive: Archive) -> None:

    def run(*arguments: str) -> str:
        done = CliRunner(env={"MEDIA_ARCHIVE_HOME": str(archive.settings.home)}).invoke(cli, ["tokens", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    key = run("add", "curator", "--name", "site", "--days", "5").split()[-1]
    assert Program(app, key).ask("GET", "/me").get_json()["scope"] == "read"
    (row,) = json.loads(run("--user", "curator", "--json"))
    assert (row["state"], row["name"], bool(row["used_at"])) == ("active", "site", True)
    run("revoke", row["id"])
    assert Program(app, key).ask("GET", "/me").status_code == 401
