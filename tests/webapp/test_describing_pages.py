"""The pages of descriptions: the record form, states, codes, bulk edits, tasks, collections."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def _asset(archive: Archive, asset_id: UUID) -> Asset:
    with archive.reading() as session:
        return session.get_one(Asset, asset_id)


def _form(page: str) -> dict[str, str]:
    """What a browser would send of the record form unchanged, as far as this test changes it."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return {"version": found[1]}


def test_the_record_page_saves_what_was_changed_and_undoes_it(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    asset_id = sample.photos[0]
    address = f"/assets/{asset_id}/description"
    page = browser.get(address).get_data(as_text=True)
    assert "来自批次" in page or "from the shoot" in page
    sent = _form(page) | {
        "title": "解放路口",
        "keywords": "动工、夜景",
        "classification": "open",
        "photographer": "李明",
    }
    saved = browser.post(address, data=sent, follow_redirects=True).get_data(as_text=True)
    assert "解放路口" in saved
    now = _asset(archive, asset_id)
    assert (now.title, now.keywords, now.classification) == ("解放路口", ["开工", "夜景"], "open")
    assert now.photographer is None, "what is inherited and was not changed stays inherited"
    stale = browser.post(address, data=sent | {"title": "别人改的"})
    assert stale.status_code == 409
    assert "别人改的" in stale.get_data(as_text=True), "what was typed is not lost"
    wrong = browser.post(address, data=_form(saved) | {"title": "好", "embargo": "soon"})
    assert wrong.status_code == 422
    assert "soon" in wrong.get_data(as_text=True)
    events = re.findall(r'name="event" value="([^"]+)"><input type="hidden" name="field" value="title"', saved)
    browser.post(f"/assets/{asset_id}/undo", data={"event": events[0], "field": "title"})
    assert _asset(archive, asset_id).title is None or _asset(archive, asset_id).title != "解放路口"
    shown = browser.get(f"/assets/{asset_id}").get_data(as_text=True)
    assert "夜景" in shown


def test_who_may_not_classify_does_not(signed_in: SignedIn, archive: Archive, sample: Sample) -> None:
    photographer = signed_in("photographer")
    address = f"/assets/{sample.photos[0]}/description"
    page = photographer.get(address).get_data(as_text=True)
    assert photographer.post(address, data=_form(page) | {"classification": "secret"}).status_code == 403
    assert _asset(archive, sample.photos[0]).classification is None
    assert signed_in("reader").get(address).status_code == 403


def test_states_and_tasks(browser: FlaskClient, signed_in: SignedIn, archive: Archive, sample: Sample) -> None:
    first, *others = sample.photos
    told = browser.get("/todo").get_data(as_text=True)
    with archive.reading() as session:
        received = session.scalar(select(func.count()).select_from(Asset).where(Asset.state == "received"))
    assert received
    assert f'<span class="big">{received}</span>' in told
    browser.post(f"/assets/{first}/state", data={"to": "checked"})
    assert _asset(archive, first).state == "checked"
    assert browser.post(f"/assets/{first}/state", data={"to": "received"}).status_code == 422, "a reason is wanted"
    sent = {"ids": ",".join(map(str, others)), "to": "checked", "from": "received"}
    told = browser.post("/chosen/state", data=sent, follow_redirects=True)
    assert told.status_code == 200
    assert {_asset(archive, one).state for one in others} == {"checked"}
    assert browser.get("/todo/checked").get_data(as_text=True).count('type="checkbox"') == len(sample.photos)
    assert browser.get("/todo/nothing").status_code == 404
    photographer = signed_in("photographer")
    photographer.post("/chosen/state", data={"ids": str(first), "to": "received", "reason": "x"})
    assert _asset(archive, first).state == "checked", "a photographer does not check"


def test_codes_are_given_to_a_selection(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    (archive.settings.home / "codes.toml").write_text('[values]\nfonds = "J001"\n[use]\nphoto = "item"', "utf-8")
    with archive.transaction() as session:
        for one in sample.photos[:2]:
            asset = session.get_one(Asset, one)
            asset.retention, asset.year = "Y", 2017
    told = browser.post("/chosen/codes", data={"ids": ",".join(map(str, sample.photos[:3]))}, follow_redirects=True)
    codes = [_asset(archive, one).accession_code for one in sample.photos[:3]]
    assert sorted(filter(None, codes)) == ["J001-ZP·2017-Y-0001", "J001-ZP·2017-Y-0002"]
    assert "保管期限" in told.get_data(as_text=True), "the third says what it lacks"
    browser.post(f"/assets/{sample.photos[0]}/code", data={"do": "alias", "code": "旧-12"})
    assert "旧-12" in browser.get(f"/assets/{sample.photos[0]}/description").get_data(as_text=True)


def test_a_bulk_edit_of_all_results_is_tried_done_and_taken_back(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    selected = {"query": "/assets/skeleton?kind=photo", "except": str(sample.photos[0])}
    panel = browser.post("/bulk/new", data=selected).get_data(as_text=True)
    chosen = re.search(r'name="chosen" value="([^"]+)"', panel)
    assert chosen
    packed = chosen[1].replace("&#34;", '"').replace("&quot;", '"')
    form = {"chosen": packed, "how.keywords": "add", "value.keywords": "整理、动工", "how.note": "", "value.note": "x"}
    tried = browser.post("/bulk/try", data=form).get_data(as_text=True)
    assert "整理、开工" in tried
    assert _asset(archive, sample.photos[1]).keywords == [] or "整理" not in _asset(archive, sample.photos[1]).keywords
    asked = browser.post("/bulk", data=form)
    assert asked.status_code == 303
    archive.runner().drain("upkeep")
    assert {"整理", "开工"} <= set(_asset(archive, sample.photos[1]).keywords)
    assert "整理" not in _asset(archive, sample.photos[0]).keywords
    page = browser.get(asked.location).get_data(as_text=True)
    assert "/undo" in page
    back = browser.post(f"{asked.location}/undo")
    archive.runner().drain("upkeep")
    assert "整理" not in _asset(archive, sample.photos[1]).keywords
    assert browser.get(back.location).status_code == 200
    assert browser.get("/bulk").status_code == 200
    assert browser.post("/bulk/new", data={"ids": ""}).status_code == 422
    assert browser.post("/bulk/try", data={"chosen": '{"ids": ["x"]}'}).status_code == 422


def test_collections_are_made_filled_arranged_and_shared(
    browser: FlaskClient, signed_in: SignedIn, sample: Sample
) -> None:
    made = browser.post(
        "/collections", data={"name": "老街", "chosen": f'{{"ids": ["{sample.photos[0]}", "{sample.photos[1]}"]}}'}
    )
    assert made.status_code == 303
    page = browser.get(made.location).get_data(as_text=True)
    assert page.index(str(sample.photos[0])) < page.index(str(sample.photos[1]))
    moved = {"do": "move", "asset": str(sample.photos[1]), "after": ""}
    assert browser.post(f"{made.location}/items", data=moved).status_code == 303
    page = browser.get(f"{made.location}?arrange=1").get_data(as_text=True)
    assert page.index(str(sample.photos[1])) < page.index(str(sample.photos[0]))
    browser.post(f"{made.location}/items", data={"do": "note", "asset": str(sample.photos[1]), "note": "封面候选"})
    assert "封面候选" in browser.get(made.location).get_data(as_text=True)
    picked = browser.post("/collections/chosen", data={"ids": str(sample.photos[2])}).get_data(as_text=True)
    assert "老街" in picked
    shared = {"name": "老街", "visibility": "private", "see": "curator", "version": "4"}
    assert browser.post(made.location, data=shared | {"version": "1"}).status_code == 409
    form = browser.get(f"{made.location}/edit").get_data(as_text=True)
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    assert browser.post(made.location, data=shared | {"version": version[1]}).status_code == 303
    assert signed_in("editor").get(made.location).status_code == 404
    curator = signed_in("curator")
    assert curator.get(made.location).status_code == 200
    assert curator.post(f"{made.location}/items", data=moved).status_code == 403
    saved = browser.post("/collections", data={"name": "照片", "query.kind": "photo", "query.q": "解放路"})
    assert str(sample.photos[3]) in browser.get(saved.location).get_data(as_text=True)
    assert "照片" in browser.get("/collections").get_data(as_text=True)
    assert browser.post(f"{saved.location}/remove", data={}).status_code == 303
    assert browser.get(saved.location).status_code == 404
