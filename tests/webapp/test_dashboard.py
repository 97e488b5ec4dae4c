"""The dashboard: numbers that lead to what they count, tables for spreadsheets, and nothing that is not shown."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def _table(browser: FlaskClient, name: str, **args: str) -> list[list[str]]:
    answer = browser.get("/dashboard", query_string={"format": "csv", "table": name} | args)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]


def test_every_number_leads_to_a_list_of_so_many_and_counts_nothing_withheld(
    archive: Archive, sample: Sample, signed_in: SignedIn
) -> None:
    with archive.transaction() as session:
        session.get_one(Asset, sample.photos[0]).classification = "secret"
        catalogue.touch(session, sample.photos[0])
    archive.index()
    totals = []
    for role in ("archivist", "reader"):
        browser = signed_in(role)
        page = browser.get("/dashboard").get_data(as_text=True)
        rows = re.findall(
            r'<tr><td><a class="link" href="(/\?[^"]+)">[^<]*</a></td><td class="number[^"]*">([\d,]+)</td>', page
        )
        assert len(rows) > 5
        for address, told in rows:
            found = browser.get(address.replace("&amp;", "&")).get_data(as_text=True)
            if told != "0":
                assert re.search(rf"\b{told} ", found), (role, address, told)
        totals.append(sum(int(row[1]) for row in _table(browser, "kind")))
    assert totals[0] == totals[1] + 1
    for name in (
        "archive",
        "state",
        "year",
        "project",
        "growth",
        "usage",
        "unstaged",
        "street-since",
        "landmark-none",
        "missing",
    ):
        _table(browser, name, stage="before", since="1990")
    assert len(_table(browser, "growth")) == 24
    assert browser.get("/dashboard?format=csv&table=x").status_code == 404
    assert browser.get("/dashboard?since=x").status_code == 404
