"""Markers and bins through the pages: kept, shown, exported, and what is somebody's own stays so."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.collections.models import Clip, Marker
from media_archive.catalogue.models import Asset, Kind
from tests.catalogue.stock import assets_of
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

JSON = {"Accept": "application/json"}


@pytest.fixture
def film(archive: Archive, sample: Sample) -> UUID:
    assert sample.shoot
    record = {"video": [{"frame_rate": "25"}], "container": {}}
    (one,) = assets_of(archive, sample.shoot, 1, kind=Kind.FILM, duration=10.0, title="通车", record=record)
    return one


def test_an_editor_marks_keeps_and_exports(archive: Archive, film: UUID, signed_in: SignedIn) -> None:
    editor, reader = signed_in("editor"), signed_in("reader")
    made = editor.post(f"/assets/{film}/markers", data={"at-exact": "13/25", "colour": "blue"}, headers=JSON)
    assert made.status_code == 201
    assert made.get_json()["timecode"] == "00:00:00:13"
    assert editor.post(f"/markers/{made.get_json()['id']}", data={"text": "剪彩", "colour": "red"}).status_code == 303
    assert "剪彩" in reader.get(f"/assets/{film}/markers.csv").get_data(as_text=True)
    assert reader.post(f"/assets/{film}/markers", data={"at": "1"}).status_code == 403
    kept = editor.post(
        f"/assets/{film}/kept", data={"in-exact": "1/1", "out-exact": "2/1", "bin-name": "城市记忆"}, headers=JSON
    )
    assert kept.status_code == 201
    bin_id = kept.get_json()["bin_id"]
    assert f"archive_bin={bin_id}" in kept.headers["Set-Cookie"]
    editor.post(f"/assets/{film}/kept", data={"in": "00:00:03:00", "out": "00:00:03:05", "bin": bin_id})
    page = editor.get(f"/bins/{bin_id}").get_data(as_text=True)
    assert "00:00:01:05" in page  # the total: a second and five frames
    with archive.reading() as session:
        ids = list(session.scalars(select(Clip.id).order_by(Clip.position)))
        assert session.scalars(select(Marker.text)).all() == ["剪彩"]
    moved = {"do": "move", "asset": str(ids[1]), "after": ""}
    assert editor.post(f"/bins/{bin_id}/clips", data=moved, headers=JSON).status_code == 204
    assert reader.post(f"/bins/{bin_id}/clips", data=moved, headers=JSON).status_code == 403
    lines = reader.get(f"/bins/{bin_id}/cut.edl").get_data(as_text=True).splitlines()
    assert "00:00:03:00 00:00:03:05 01:00:00:00 01:00:00:05" in lines[2]
    assert json.loads(reader.get(f"/bins/{bin_id}/cut.otio").data)["name"] == "城市记忆"
    assert reader.get(f"/bins/{bin_id}/cut.exe").status_code == 404
    assert editor.get(f"/collections/{bin_id}").headers["Location"] == f"/bins/{bin_id}"
    assert "城市记忆" in editor.get("/bins").get_data(as_text=True)
    assert "城市记忆" not in editor.get("/collections").get_data(as_text=True)


@pytest.mark.slow
def test_a_private_bin_and_what_is_withheld_are_told_to_nobody_else(
    archive: Archive, film: UUID, signed_in: SignedIn
) -> None:
    editor, curator, reader = (signed_in(role) for role in ("editor", "curator", "reader"))
    made = editor.post("/bins", data={"name": "自己的", "private": "on"})
    address = made.headers["Location"]
    assert curator.get(address).status_code == 404
    assert curator.get(f"{address}/cut.csv").status_code == 404
    there = address.removeprefix("/bins/")
    assert curator.post(f"/assets/{film}/kept", data={"in": "1", "out": "2", "bin": there}).status_code == 404
    shared = editor.post(
        f"/assets/{film}/kept", data={"in": "1", "out": "2", "bin-name": "大家的"}, headers=JSON
    ).get_json()
    marker = editor.post(f"/assets/{film}/markers", data={"at": "1", "text": "内部"}, headers=JSON).get_json()["id"]
    with archive.transaction() as session:
        session.get_one(Asset, film).classification = "secret"
    assert "通车" not in reader.get(f"/bins/{shared['bin_id']}").get_data(as_text=True)
    assert reader.get(f"/assets/{film}/markers").status_code == 404
    for person in (signed_in(role) for role in ("photographer", "editor", "curator")):
        sees = person.get(f"/assets/{film}").status_code == 200
        assert (person.post(f"/markers/{marker}", data={"text": "x"}).status_code == 303) == sees
