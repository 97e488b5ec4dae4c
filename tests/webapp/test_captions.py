"""The caption table: rows saved one by one, conflicts with both values, the form without scripts, words offered."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue import describing
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import SubjectKind
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def _asset(archive: Archive, asset_id: UUID) -> Asset:
    with archive.reading() as session:
        return session.get_one(Asset, asset_id)


def _save(browser: FlaskClient, asset_id: UUID, version: int, **values: str) -> Any:
    return browser.post(f"/captions/{asset_id}", json={"version": version, "values": values})


def test_a_row_is_saved_as_a_whole_with_its_version(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    one = sample.photos[0]
    seen = _asset(archive, one).version
    told = _save(
        browser, one, seen, title="解放路口", keywords="动工、夜景", persons="王敏；李明", taken="2017-06"
    ).json
    assert told["values"]["keywords"] == "开工、夜景", "the vocabulary's own words come back"
    assert told["version"] == seen + 1
    with archive.reading() as session:
        asset = session.get_one(Asset, one)
        assert (asset.title, asset.fields["persons"], asset.taken_text) == ("解放路口", ["王敏", "李明"], "2017-06")
        changes = [change for change in describing.history(session, asset) if change.who == "archivist"]
    assert len({change.event_id for change in changes}) == 1
    assert _save(browser, one, told["version"], title="解放路口").json["version"] == told["version"]


def test_who_saves_over_somebody_elses_change_sees_both(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    one = sample.photos[0]
    seen = _asset(archive, one).version
    _save(browser, one, seen, title="先来")
    late = _save(browser, one, seen, title="后到")
    assert late.status_code == 409
    assert (late.json["values"]["title"], late.json["version"]) == ("先来", seen + 1)
    assert "archivist" in late.json["problem"]
    assert _save(browser, one, late.json["version"], title="后到").json["values"]["title"] == "后到"


def test_a_cell_that_cannot_be_is_named(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    one = sample.photos[0]
    wrong = _save(browser, one, _asset(archive, one).version, title="好", taken="昨天")
    assert (wrong.status_code, wrong.json["column"]) == (422, "taken")
    assert _asset(archive, one).title != "好"
    assert browser.post(f"/captions/{one}", json={"version": "x", "values": {}}).status_code == 422
    assert browser.post(f"/captions/{one}", json=[]).status_code == 422


def _form(page: str) -> dict[str, Any]:
    """What a browser would send of the table unchanged."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("<ma-captions")[2])
    cells = re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page)
    rows = [value for name, value in hidden if name == "row"]
    return dict(hidden) | {name: text.replace("\n", "\r\n") for name, text in cells} | {"row": rows}


def test_the_form_saves_what_was_changed_and_keeps_what_was_refused(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    address = f"/captions?shoot={sample.shoot}"
    sent = _form(browser.get(address).get_data(as_text=True))
    first, second, third = sample.photos[:3]
    versions = {one: _asset(archive, one).version for one in sample.photos}
    _save(browser, second, versions[second], title="别人的")
    changed = {f"f.{first}.title": "我的", f"f.{second}.title": "也是我的"}
    answer = browser.post("/captions/save", data=sent | changed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "也是我的" in page
    assert "别人的" in page
    assert _asset(archive, first).title == "我的"
    assert _asset(archive, second).title == "别人的"
    assert _asset(archive, third).version == versions[third], "rows that nobody touched stay"
    again = _form(page) | {f"f.{second}.title": "也是我的"}
    assert browser.post("/captions/save", data=again).status_code == 303
    assert _asset(archive, second).title == "也是我的"


def test_a_page_of_long_captions_is_taken_whole(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    sent = _form(browser.get(f"/captions?shoot={sample.shoot}").get_data(as_text=True))
    long = "说" * 90_000
    sent |= {f"f.{one}.caption": long for one in sample.photos[:3]}
    assert browser.post("/captions/save", data=sent).status_code == 303
    assert _asset(archive, sample.photos[2]).caption == long


def test_a_selection_is_carried_from_page_to_page(
    browser: FlaskClient, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.captions.wanted.PAGE", 2)
    ids = [str(one) for one in sample.photos[:5]]
    page = browser.post("/captions/chosen", data={"ids": ",".join(ids)}).get_data(as_text=True)
    seen = re.findall(r'<tr data-id="([^"]+)"', page)
    while 'name="from" value="' in page.partition('aria-label="')[2] and len(seen) < 5:
        leaf = re.findall(r'name="chosen" value="([^"]*)"><input type="hidden" name="from" value="(\d+)"', page)[-1]
        data = {"chosen": leaf[0].replace("&#34;", '"'), "from": leaf[1]}
        page = browser.post("/captions/chosen", data=data).get_data(as_text=True)
        seen += re.findall(r'<tr data-id="([^"]+)"', page)
    assert seen == ids


def test_words_are_offered_from_vocabulary_and_subjects(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        city.add_subject(session, institution, SubjectKind.PERSON, "王敏")
    asked = [("persons", "王"), ("location", "解放"), ("keywords", "动"), ("title", "x")]
    told = [browser.get("/captions/words", query_string={"field": name, "q": q}).json for name, q in asked]
    assert told[0] == ["王敏"]
    assert "解放路" in told[1]
    assert "开工" in told[2]
    assert told[3] == []


def test_only_who_describes_sees_the_table(signed_in: SignedIn, sample: Sample) -> None:
    assert signed_in("reader").get(f"/captions?shoot={sample.shoot}").status_code == 403
