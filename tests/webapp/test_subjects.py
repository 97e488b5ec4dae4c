"""Subjects in the browser: found, entered, changed, merged; tables brought and taken."""

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.exchange import work as exchange
from media_archive.catalogue.subjects.models import Link, Subject
from media_archive.db import now
from media_archive.events.models import Event
from media_archive.storage import own, passing
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow

PLACE = {
    "name": "望河桥",
    "code": "L-7",
    "description": "单孔石拱桥",
    "details.built": "1987年5月",
    "details.protection": "historic",
    "name.name": ["望河桥", "石桥", ""],
    "name.kind": ["official", "popular", "former"],
    "name.from": ["1987", "", ""],
    "name.to": ["", "", ""],
    "geometry": "116.404, 39.915",
    "datum": "BD-09",
    "place_source": "百度地图",
    "accuracy": "5",
    "sources": "地名志\n口述",
}
TABLE = "编码,名称,曾用名,道路等级,备注\nS-1,东风路,红旗路:1966:1980,主干路,x\nS-2,坏路,,高速,y\n"


def _subject(archive: Archive, name: str) -> Subject:
    with archive.reading() as session:
        found = session.scalars(select(Subject).where(Subject.name == name)).one()
        assert found.names is not None
        assert found.parent is None or found.parent.name
        return found


def _text(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined, no-any-return]


def test_a_subject_is_entered_shown_found_by_any_name_and_changed(signed_in: SignedIn, archive: Archive) -> None:
    browser = signed_in("archivist")
    assert 'name="details.protection"' in _text(browser.get("/subjects/new?kind=landmark"))
    answer = browser.post("/subjects/new?kind=landmark", data=PLACE)
    assert answer.status_code == 303, _text(answer)
    page = _text(browser.get(answer.location))
    for text in ("望河桥", "石桥", "1987-05", "历史建筑", "BD-09", "116.404, 39.915", "± 5 m", "百度地图", "地名志"):
        assert text in page, text
    found = _text(browser.get("/subjects?kind=landmark&q=石桥"))
    assert "望河桥" in found
    assert 'value="石桥"' in found
    assert "望河桥" not in _text(browser.get("/subjects?kind=landmark&q=木桥"))
    form = _text(browser.get(f"{answer.location}/edit"))
    assert 'value="L-7"' in form
    assert "POINT (116.404 39.915)" in form
    changed = PLACE | {"version": "1", "name": "望河大桥", "renamed": "yes", "renamed_since": "2001", "geometry": ""}
    assert browser.post(f"{answer.location}/edit", data=changed).status_code == 303
    bridge = _subject(archive, "望河大桥")
    assert bridge.geometry is None
    assert ("望河桥", "former", "2001") in {(one.name, one.kind, one.valid_to) for one in bridge.names}


def test_what_somebody_else_changed_meanwhile_is_shown_before_it_is_overwritten(
    signed_in: SignedIn, archive: Archive
) -> None:
    browser = signed_in("archivist")
    there = browser.post("/subjects/new?kind=landmark", data=PLACE).location
    with archive.transaction() as session:
        number = session.scalars(select(Subject.id).where(Subject.name == "望河桥")).one()
        city.change(session, number, {"description": "他人所写"}, "li")
    answer = browser.post(f"{there}/edit", data=PLACE | {"version": "1"})
    assert answer.status_code == 409
    page = _text(answer)
    assert "他人所写" in page
    assert 'name="version" value="2"' in page
    assert _subject(archive, "望河桥").description == "他人所写"
    assert browser.post(f"{there}/edit", data=PLACE | {"version": "2"}).status_code == 303


def test_a_refused_form_keeps_what_was_typed(signed_in: SignedIn) -> None:
    answer = signed_in("archivist").post("/subjects/new?kind=landmark", data=PLACE | {"details.built": "去年"})
    assert answer.status_code == 422
    assert "去年" in _text(answer)
    assert "单孔石拱桥" in _text(answer)


def test_only_those_who_describe_change_the_city(signed_in: SignedIn, sample: Sample) -> None:
    reader = signed_in("reader")
    there = f"/subjects/{sample.street}"
    assert reader.get(there).status_code == 200
    assert "/edit" not in _text(reader.get(there))
    for address in ("/subjects/new?kind=street", f"{there}/edit", "/subjects/import"):
        assert reader.get(address).status_code == 403
    for address in ("new?kind=street", f"{sample.street}/edit", f"{sample.street}/merge", f"{sample.street}/split"):
        assert reader.post(f"/subjects/{address}", data=PLACE).status_code == 403


def test_subjects_are_related_merged_and_given_back(signed_in: SignedIn, archive: Archive, sample: Sample) -> None:
    browser = signed_in("archivist")
    one = browser.post("/subjects/new?kind=street", data={"name": "解放大路", "code": "S-77"}).location
    assert browser.post(f"{one}/relations", data={"relation": "near", "other": "P-2017-031"}).status_code == 303
    assert "解放路改造一期" in _text(browser.get(one))
    merged = browser.post(f"/subjects/{sample.street}/merge", data={"winner": "S-77"})
    assert merged.location == one
    page = _text(browser.get(one))
    assert "解放路" in page
    led = browser.get(f"/subjects/{sample.street}")
    assert (led.status_code, led.location) == (301, one)
    assert browser.post(f"/subjects/{sample.street}/unmerge").status_code == 303
    assert browser.get(f"/subjects/{sample.street}").status_code == 200


def test_a_split_takes_the_pictures_of_a_shoot(signed_in: SignedIn, archive: Archive, sample: Sample) -> None:
    browser = signed_in("archivist")
    page = _text(browser.get(f"/subjects/{sample.street}"))
    shoot = re.search(r'name="shoot" value="([0-9a-f-]{36})"', page)
    assert shoot
    answer = browser.post(f"/subjects/{sample.street}/split", data={"name": "解放南路", "shoot": shoot[1]})
    assert answer.status_code == 303
    with archive.reading() as session:
        assert not session.scalars(select(Link).where(Link.subject_id == sample.street)).all()
        assert session.scalars(select(Link).where(Link.subject_id == _subject(archive, "解放南路").id)).all()


def test_a_table_is_looked_at_imported_and_its_refused_rows_downloaded(signed_in: SignedIn, archive: Archive) -> None:
    browser = signed_in("archivist")
    sent = {"kind": "street", "datum": "", "table": (io.BytesIO(TABLE.encode()), "道路.csv")}
    page = _text(browser.post("/subjects/import", data=sent))
    for text in ("东风路", "高速", "道路.csv"):
        assert text in page, text
    hidden = dict(re.findall(r'name="(file|sha256)" value="([^"]*)"', page))
    action = re.search(r'action="(/subjects/import/[0-9a-f-]{36})"', page)
    assert action
    columns = ["编码", "名称", "曾用名", "道路等级", "备注"]
    targets = ["code", "name", "former", "details.class", "description"]
    form = hidden | {"kind": "street", "datum": "", "column": columns, "target": targets}
    saved = browser.post(action[1], data=form | {"do": "map"})
    assert '"备注" = "description"' in _text(saved)
    with archive.reading() as session:
        assert not session.scalars(select(Subject)).all()
    asked = browser.post(action[1], data=form | {"do": "import"})
    assert asked.status_code == 303
    waiting = browser.get(asked.location)
    assert waiting.headers["Refresh"]
    _work(archive)
    told = browser.get(asked.location)
    assert "Refresh" not in told.headers
    assert "高速" in _text(told)
    assert _subject(archive, "东风路").description == "x"
    refused = browser.get(f"{asked.location}/refused.csv").data.decode("utf-8-sig")
    assert "坏路" in refused
    assert "行号" in refused


def test_what_is_no_table_is_refused_in_words(signed_in: SignedIn) -> None:
    answer = signed_in("archivist").post("/subjects/import", data={"table": (io.BytesIO(b"MZ"), "virus.exe")})
    assert answer.status_code == 422
    assert "CSV" in _text(answer)


def test_subjects_are_downloaded_in_every_format(signed_in: SignedIn, sample: Sample) -> None:
    browser: FlaskClient = signed_in("reader")
    for ending, start in (("csv", b"\xef\xbb\xbf"), ("geojson", b"{"), ("gpkg", b"SQLite"), ("zip", b"PK")):
        answer = browser.get(f"/subjects/export.{ending}?kind=landmark&datum=GCJ-02")
        assert answer.data.startswith(start), ending
    assert browser.get("/subjects/export.exe").status_code == 404


def test_doubles_are_offered_for_merging(signed_in: SignedIn, archive: Archive) -> None:
    browser = signed_in("archivist")
    for name in ("人民公园", "人民 公园"):
        browser.post("/subjects/new?kind=landmark", data={"name": name})
    page = _text(browser.get("/subjects/duplicates?kind=landmark"))
    assert page.count("winner_id") == 2


def _work(archive: Archive) -> None:
    """A worker does what is wanted."""
    archive.runner().drain("upkeep")


def test_a_table_that_nobody_imports_is_swept(signed_in: SignedIn, archive: Archive) -> None:
    browser = signed_in("archivist")
    for name in ("一.csv", "二.csv"):
        browser.post("/subjects/import", data={"kind": "street", "table": (io.BytesIO(TABLE.encode()), name)})
    assert len(_left(archive)) == 2
    archive.tidy()
    assert len(_left(archive)) == 2, "somebody may still go on"
    with archive.transaction() as session:
        first = session.scalars(select(Event).where(Event.object_kind == "table").order_by(Event.id)).first()
        assert first
        first.at = now() - timedelta(days=3)
    archive.tidy()
    assert len(_left(archive)) == 1
    assert exchange.forget(archive) == 0


def _left(archive: Archive) -> list[str]:
    store = archive.stores.store(passing.place(archive.stores))
    return [key for batch in store.batches() for key in batch if own.is_own(key)]
