"""Whatever a browser or a stranger's script sends, every page and form answers, and says nothing that it was told to."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.config import PROJECT
from media_archive.events import service as events
from tests.webapp.sample import Sample

SCRIPT = "<script>alert(1)</script>"
ODD = ["\0", SCRIPT, "9" * 400, "-1", "nan", "\ud800", "字" * 300, "[]", '{"ids": 3}', "../../etc/passwd", "１", " "]
READ = re.compile(r'(?:args|form|given|files|values)(?:\.get|\.getlist)?[(\[]"([\w.]+)"')
#: what ends the sign-in, keeps the answer open, or is not of the pages
LEFT = {"signin.sign_out", "signin.enter", "signin.sign_in", "shoots.live", "pages.preferences", "static"}


def names() -> list[str]:
    """Every name that a page looks for in an address or a form."""
    files = (PROJECT / "webapp").rglob("*.py")
    found = {name for file in files for name in READ.findall(file.read_text("utf-8"))}
    return sorted(found | {"how.title", "value.title", "how.keywords", "value.keywords", "with.title", "cursor"})


def addresses(app: Flask, sample: Sample, method: str) -> Iterator[tuple[str, str]]:
    """Endpoint and address of each page, with things that are there."""
    known: dict[str, UUID | None] = {
        "asset_id": sample.photos[0], "subject_id": sample.street, "shoot_id": sample.shoot, "item": sample.photos[0],
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if (
            method not in (rule.methods or ())
            or rule.endpoint in LEFT
            or rule.endpoint.startswith(("api.", "iiif.", "health."))
        ):
            continue
        given = {
            name: known.get(name) or (sample.photos[1] if name.endswith("_id") else "abcdef0123456789")
            for name in rule.arguments
        }
        with app.test_request_context():
            yield rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, given)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_odd_values_break_no_page(
    app: Flask, browser: FlaskClient, archive: Archive, sample: Sample, method: str
) -> None:
    asked, broken = names(), []
    for number, (endpoint, address) in enumerate(addresses(app, sample, method)):
        for odd in (ODD[number % len(ODD)], SCRIPT):
            sent = urlencode(dict.fromkeys(asked, odd.encode("utf-8", "surrogatepass")))
            if method == "GET":
                answer = browser.get(address, query_string=sent)
            else:
                answer = browser.post(address, data=sent, content_type="application/x-www-form-urlencoded")
            shown = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            if answer.status_code >= 500 or SCRIPT in shown:
                broken.append((endpoint, odd[:20], answer.status_code, SCRIPT in shown))
    assert broken == []


@pytest.mark.slow
def test_half_signs_in_a_packed_form_are_left_out_and_the_history_is_still_sealed(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    changes = json.dumps({"caption": {"how": "set", "value": "坏\ud800字"}})
    asked = browser.post("/bulk", data={"ids": str(sample.photos[0]), "changes": changes})
    assert asked.status_code == 303
    archive.runner().drain("upkeep")
    with archive.transaction() as session:
        assert events.seal(session) > 0
    archive.index()
    assert "坏字" in browser.get(f"/assets/{sample.photos[0]}").get_data(as_text=True)
