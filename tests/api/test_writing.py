"""Programs change what the pages change, by the same rules."""

from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.models import Suggestion
from tests.api.conftest import MakeProgram
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def test_a_subject_is_entered_changed_related_merged_and_redirected(program: MakeProgram, sample: Sample) -> None:
    one = program("curator")
    place = {"geometry": {"type": "Point", "coordinates": [116.3, 37.45]}, "datum": "GCJ-02", "accuracy": 10}
    asked = {
        "kind": "street",
        "name": "新湖大街",
        "code": "S-9",
        "place": place,
        "names": [{"name": "湖滨路", "kind": "former"}],
    }
    made = one.ask("POST", "/subjects", asked)
    assert made.status_code == 201, made.data
    path = made.headers["Location"].removeprefix("/api/v1")
    there = one.ask("GET", path).get_json()
    assert there["geometry"]["coordinates"] != place["geometry"]["coordinates"], "WGS-84 now"
    assert there["geometry_given"]["datum"] == "GCJ-02"
    assert [line["id"] for line in one.ask("GET", "/subjects?q=湖滨").get_json()["items"]] == [there["id"]]
    inside, outside = "116.2,37.4,116.4,37.5", "0,0,1,1"
    assert there["id"] in one.ask("GET", f"/subjects.geojson?box={inside}").get_data(as_text=True)
    assert one.ask("GET", f"/subjects?box={outside}").get_json()["items"] == []
    tag = one.ask("GET", path).headers["ETag"]
    changed = one.ask("PATCH", path, {"description": "东西走向。"}, If_Match=tag)
    assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
    assert one.ask("PATCH", path, {"description": "x"}, If_Match=tag).status_code == 412
    relation = {"kind": "replaced_by", "other": str(sample.street)}
    assert one.ask("POST", f"{path}/relations", relation).status_code == 201
    into = {"into": str(sample.street)}
    merged = one.ask("POST", f"{path}/merge", into, If_Match="*")
    assert (merged.status_code, merged.get_json()["id"]) == (200, str(sample.street))
    gone = one.ask("GET", path)
    assert (gone.status_code, gone.headers["Location"]) == (308, f"/api/v1/subjects/{sample.street}")


def test_collections_keep_their_order_and_their_owner(program: MakeProgram, sample: Sample) -> None:
    one, photos = program("curator"), [str(photo) for photo in sample.photos[:3]]
    made = one.ask("POST", "/collections", {"name": "展览备选", "visibility": "private"}).get_json()
    path = f"/collections/{made['id']}"
    assert one.ask("POST", f"{path}/items", {"add": photos}).status_code == 200
    assert one.ask("PATCH", f"{path}/items/{photos[2]}", {"after": "beginning", "note": "封面"}).status_code == 200
    first = one.ask("GET", f"{path}/items?limit=2").get_json()
    rest = one.ask("GET", f"{path}/items?limit=2&cursor={first['next']}").get_json()
    assert [item["asset"]["id"] for item in [*first["items"], *rest["items"]]] == [photos[2], photos[0], photos[1]]
    assert (first["total"], first["items"][0]["note"], rest["next"]) == (3, "封面", None)
    other = program("editor")
    assert other.ask("GET", path).status_code == 404
    assert other.ask("GET", "/collections").get_json()["items"] == []
    shared = one.ask("PATCH", path, {"shared_with": {"see": ["editor"]}}, If_Match="*")
    assert shared.status_code == 200, shared.data
    assert other.ask("GET", path).status_code == 200
    assert other.ask("POST", f"{path}/items", {"remove": photos}).status_code == 403
    assert one.ask("DELETE", path, If_Match='"1"').status_code == 412
    assert one.ask("DELETE", path, If_Match="*").status_code == 204
    assert one.ask("GET", path).status_code == 404


def test_states_go_their_way_and_numbers_are_drawn(program: MakeProgram, sample: Sample) -> None:
    one, photos = program("archivist"), [str(photo) for photo in sample.photos[:2]]
    moved = one.ask("POST", "/assets:move", {"assets": [*photos, str(sample.shoot)], "state": "checked"}).get_json()
    assert [item["status"] for item in moved["items"]] == [200, 200, 404]
    path = f"/assets/{photos[0]}/state"
    assert one.ask("PUT", path, {"state": "received"}, If_Match="*").status_code == 422, "no reason"
    back = one.ask("PUT", path, {"state": "received", "reason": "缺日期"}, If_Match="*")
    assert (back.status_code, back.get_json()["state"]) == (200, "received")
    assert program("photographer").ask("PUT", path, {"state": "checked"}, If_Match="*").status_code == 403
    given = one.ask("POST", "/assets:number", {"assets": photos}).get_json()["items"]
    assert [item["asset"] for item in given] == photos
    assert all(item["code"] or item["detail"] for item in given)


def test_a_bulk_edit_is_tried_done_by_a_job_and_taken_back(
    program: MakeProgram, sample: Sample, archive: Archive
) -> None:
    one = program("archivist")
    asked = {"search": {"q": "", "year": 2013}, "changes": {"keywords": {"how": "add", "value": ["航拍"]}}}
    tried = one.ask("POST", "/bulk-edits:try", asked).get_json()
    assert (tried["found"], tried["changed"], tried["samples"][0]["after"]["keywords"][-1]) == (1, 1, "航拍")
    started = one.ask("POST", "/bulk-edits", asked)
    assert started.status_code == 202
    path = started.headers["Location"].removeprefix("/api/v1")
    archive.runner().drain("upkeep", seconds=20)
    done = one.ask("GET", path).get_json()
    assert (done["state"], done["wanted"], done["changed"]) == ("done", 1, 1)
    assert one.ask("POST", f"{path}/undo").status_code == 202
    archive.runner().drain("upkeep", seconds=20)
    assert one.ask("GET", path).get_json()["state"] == "undone"
    with archive.reading() as session:
        assert "航拍" not in session.scalars(select(Asset).where(Asset.year == 2013)).one().keywords
    assert program("reader").ask("POST", "/bulk-edits", asked).status_code == 403
    wrong = one.ask("POST", "/bulk-edits", {**asked, "changes": {"nothing": {"how": "clear"}}})
    assert (wrong.status_code, "nothing" in wrong.get_json()["detail"]) == (422, True)


def test_links_are_made_and_taken_back_and_suggestions_decided(
    program: MakeProgram, sample: Sample, archive: Archive
) -> None:
    one, photo = program("photographer"), sample.photos[1]
    path = f"/assets/{photo}/links"
    made = one.ask("POST", path, {"subject": str(sample.project), "role": "about"}).get_json()
    assert made["id"] in [link["id"] for link in one.ask("GET", path).get_json()["items"]]
    assert one.ask("DELETE", f"{path}/{made['id']}").status_code == 204
    assert one.ask("DELETE", f"{path}/{made['id']}").status_code == 404
    suggested = _suggest(archive, photo, sample.project)
    waiting = one.ask("GET", f"/suggestions?asset={photo}").get_json()["items"]
    assert [item["id"] for item in waiting] == [str(suggested)]
    decided = one.ask("POST", "/suggestions:decide", {"verdict": "accepted", "ids": [str(suggested)]})
    assert (decided.status_code, decided.get_json()["count"]) == (200, 1)
    assert str(sample.project) in one.ask("GET", path).get_data(as_text=True)
    every = one.ask("POST", "/suggestions:decide", {"verdict": "refused", "all": {"shoot": str(sample.shoot)}})
    assert every.status_code == 202


def _suggest(archive: Archive, asset_id: UUID, subject_id: UUID | None) -> UUID:
    assert subject_id
    said = {"template": "near", "facts": {}}
    with archive.transaction() as session:
        why = {"position": {"weight": 0.9, "said": said}}
        one = Suggestion(asset_id=asset_id, subject_id=subject_id, rule="position", confidence=0.9, why=why)
        session.add(one)
        session.flush()
        return one.id
