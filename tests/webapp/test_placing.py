"""Time and place in the browser: clocks, tracks, positions, the map's answers."""

import io
import json
import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.catalogue.service import touch
from tests.catalogue.test_tracks import gpx
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample
from webapp.door import EXTENSION

pytestmark = pytest.mark.slow


def _asset(archive: Archive, asset_id: UUID) -> Asset:
    with archive.reading() as session:
        return session.get_one(Asset, asset_id)


def _chosen(page: str) -> str:
    found = re.search(r'name="chosen" value="([^"]+)"', page)
    assert found
    return found[1].replace("&#34;", '"')


def _cameras(archive: Archive, sample: Sample) -> None:
    """Gives every photograph a camera and the moment that its clock said."""
    with archive.transaction() as session:
        for number, one in enumerate(sample.photos):
            asset = session.get_one(Asset, one)
            text = f"2017-06-12T09:0{number}:00+08:00"
            camera = {"make": "NIKON", "model": "D1" if number % 2 else "Z6"}
            capture = {"at": text, "instant": text, "offset": 480, "source": "exif", "year": 2017}
            asset.record = {"camera": camera, "capture": capture}
            asset.taken_text, asset.taken_at, asset.set_by_hand = text, datetime.fromisoformat(text), []


def test_a_shoots_clock_is_tried_put_and_put_back(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    _cameras(archive, sample)
    address = f"/shoots/{sample.shoot}/time-and-place"
    page = browser.get(address).get_data(as_text=True)
    assert "NIKON D1" in page
    sent = {"shoot": str(sample.shoot), "chosen": _chosen(page), "camera": "NIKON D1\x1f", "do": "try"}
    sent |= {"picture": str(sample.photos[1]), "shows": "9:06:30"}
    tried = browser.post("/time-and-place/clock", data=sent).get_data(as_text=True)
    assert "+0:05:30" in tried
    assert "2017-06-12T09:06:30+08:00" in tried
    assert _asset(archive, sample.photos[1]).taken_text == "2017-06-12T09:01:00+08:00", "so far nothing is changed"
    assert browser.post("/time-and-place/clock", data=sent | {"do": "apply"}).status_code == 303
    archive.runner().drain("upkeep")
    assert _asset(archive, sample.photos[1]).taken_text == "2017-06-12T09:06:30+08:00"
    assert _asset(archive, sample.photos[0]).taken_text == "2017-06-12T09:00:00+08:00", "the other camera's"
    assert "+0:05:30" in browser.get(address).get_data(as_text=True)
    browser.post("/time-and-place/clock", data=sent | {"do": "undo"})
    archive.runner().drain("upkeep")
    assert _asset(archive, sample.photos[1]).taken_text == "2017-06-12T09:01:00+08:00"


def test_a_track_gives_positions_to_a_selection(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    _cameras(archive, sample)
    with archive.transaction() as session:
        for one in sample.photos:
            asset = session.get_one(Asset, one)
            asset.latitude = asset.longitude = None
    archive.index()
    ids = ",".join(map(str, sample.photos))
    chosen = _chosen(browser.post("/time-and-place", data={"ids": ids}).get_data(as_text=True))
    text = gpx((0, 37.45, 116.30), (60, 37.46, 116.31))
    file = {"gpx": (io.BytesIO(text.encode()), "散步.gpx"), "chosen": chosen, "within": "60"}
    first = browser.post("/time-and-place/track", data=file).get_data(as_text=True)
    assert "散步.gpx" in first
    found = re.search(r'name="changes" value="([^"]+)"', first)
    track = re.search(r'name="track" value="([^"]+)"', first)
    assert track
    assert browser.get(f"/tracks/{track[1]}/line").json["features"][0]["geometry"]["coordinates"][0] == [116.3, 37.45]
    assert found
    asked = browser.post("/bulk", data={"chosen": chosen, "changes": found[1].replace("&#34;", '"')})
    assert asked.status_code == 303
    archive.runner().drain("upkeep")
    now = _asset(archive, sample.photos[0])
    assert (now.latitude, now.longitude) == (37.45, 116.3)


def test_a_track_of_days_is_taken_and_a_form_of_that_size_elsewhere_is_not(
    app: Flask, browser: FlaskClient, sample: Sample
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = browser.get(f"/shoots/{sample.shoot}/time-and-place").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    text = gpx(*((second, 37.45 + second * 1e-6, 116.30) for second in range(13_000)))
    assert len(text) > 1 << 20
    sent = {"chosen": _chosen(page), "csrf_token": token[1]}
    taken = browser.post("/time-and-place/track", data=sent | {"gpx": (io.BytesIO(text.encode()), "long.gpx")})
    assert taken.status_code == 200
    assert "13,000" in taken.get_data(as_text=True)
    assert browser.post("/time-and-place/position", data=sent | {"position": text}).status_code == 413


def test_a_position_is_set_in_any_datum(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    chosen = json.dumps({"ids": [str(sample.photos[0])]})
    sent = {"chosen": chosen, "position": "37.4500, 116.3000", "datum": "GCJ-02"}
    page = browser.post("/time-and-place/position", data=sent).get_data(as_text=True)
    found = re.search(r'name="changes" value="([^"]+)"', page)
    assert found
    browser.post("/bulk", data={"chosen": chosen, "changes": found[1].replace("&#34;", '"')})
    archive.runner().drain("upkeep")
    now = _asset(archive, sample.photos[0])
    assert now.latitude
    assert 0.0005 < abs(now.latitude - 37.45) + abs((now.longitude or 0) - 116.3) < 0.02, "some hundred metres off"
    assert now.fields["position_given"] == "GCJ-02 37.45, 116.3"
    for text in ("", "37.45", "95, 116", "hier, dort"):
        assert browser.post("/time-and-place/position", data=sent | {"position": text}).status_code == 422


def test_the_map_tells_where_what_was_found_lies(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    with archive.transaction() as session:
        for number, one in enumerate(sample.photos):
            asset = session.get_one(Asset, one)
            asset.latitude, asset.longitude = 37.45, 116.30 + (0.2 if number == 0 else 0)
            touch(session, one)
    archive.index()
    assert browser.get("/map?q=解放路").status_code == 200
    whole = browser.get("/map/clusters?level=12").json
    assert sorted(count for _, _, count in whole) == [1, len(sample.photos) - 1]
    box = "37.4,116.4,37.5,116.6"
    assert [one[2] for one in browser.get(f"/map/clusters?level=12&bbox={box}").json] == [1]
    told = browser.get(f"/map/assets?bbox={box}").json
    assert [one["id"] for one in told["items"]] == [str(sample.photos[0])]
    listed = browser.get(told["list"]).get_data(as_text=True)
    assert f'data-id="{sample.photos[0]}"' in listed
    assert f'data-id="{sample.photos[1]}"' not in listed
    names = {one["properties"]["name"] for one in browser.get("/map/subjects?bbox=37,116,38,117").json["features"]}
    assert names == {"解放路", "董子园"}
    for wrong in ("", "1,2,3", "a,b,c,d", "91,0,92,1", "2,2,1,1", "1e9,0,1,1"):
        assert browser.get(f"/map/subjects?bbox={wrong}").status_code == 404


def test_a_map_service_is_let_into_the_pages_only_where_the_settings_name_one(
    app: Flask, archive: Archive, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "tianditu" not in browser.get("/map").headers["Content-Security-Policy"]
    tiles = "https://t{0-7}.tianditu.gov.cn/img_c/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    changed = archive.settings.model_copy(update={"map_tiles": tiles, "map_projection": "EPSG:4490"})
    monkeypatch.setitem(app.extensions, EXTENSION, replace(archive, settings=changed))
    answer = browser.get("/map")
    assert "img-src 'self' data: blob: https://*.tianditu.gov.cn;" in answer.headers["Content-Security-Policy"]
    assert "EPSG:4490" in answer.get_data(as_text=True)


def test_only_who_describes_changes_time_and_place(signed_in: SignedIn, sample: Sample) -> None:
    reader = signed_in("reader")
    assert reader.get(f"/shoots/{sample.shoot}/time-and-place").status_code == 403
    for path in ("clock", "track", "position"):
        assert reader.post(f"/time-and-place/{path}").status_code == 403
    assert reader.get("/map").status_code == 200
