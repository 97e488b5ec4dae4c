"""Contact sheets and clips are asked for on a page, made by a job, and taken away by whoever asked."""

import io
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Kind
from media_archive.db import now
from media_archive.delivery import parcels
from media_archive.errors import NotFound, Unavailable
from media_archive.storage.models import Parcel
from media_archive.tools import ffmpeg, fonts
from tests.cli.outgoing import filled
from tests.delivery import numbered
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


@pytest.mark.slow
def test_a_shoots_contact_sheet_is_made_and_taken_away(archive: Archive, browser: FlaskClient, sample: Sample) -> None:
    try:
        fonts.find(archive.settings, "档案")
    except Unavailable:
        pytest.skip("no font of this machine has Chinese signs")
    assert "/contact-sheets" in browser.get(f"/shoots/{sample.shoot}").text
    asked = browser.post("/contact-sheets", data={"shoot": str(sample.shoot)})
    assert asked.status_code == 303
    assert "refresh" in browser.get(asked.location).text
    assert browser.get(f"{asked.location}/file").status_code == 404
    archive.runner().drain("photo")
    page = browser.get(asked.location)
    assert "refresh" not in page.text
    taken = browser.get(f"{asked.location}/file")
    assert taken.mimetype == "application/pdf"
    assert "解放路改造".encode() not in taken.data
    with pypdfium2.PdfDocument(io.BytesIO(taken.data)) as pdf:
        assert "解放路改造 2017 年 6 月" in pdf[0].get_textpage().get_text_range()
    assert asked.location in browser.get("/parcels").text


@pytest.mark.slow
def test_a_program_is_told_that_a_clip_is_accepted_and_then_where_it_is(
    archive: Archive, signed_in: SignedIn, tmp_path: Path
) -> None:
    film = numbered.draw(
        tmp_path / "card.mov", ffmpeg.find(archive.settings), "25", 60, "-c:v", "mjpeg", "-c:a", "pcm_s16le"
    )
    [asset] = filled(archive, film)
    browser = signed_in("editor")
    json = {"Accept": "application/json"}
    # what the player marks goes before what the fields show
    points = {"in": "nonsense", "in-exact": "10/25", "out": "0.8"}
    asked = browser.post(f"/assets/{asset.id}/clips", data=points, headers=json)
    assert asked.status_code == 202
    assert browser.get(asked.location, headers=json).json["state"] == "wanted"
    archive.runner().drain("video")
    told = browser.get(asked.location, headers=json).json
    assert told["state"] == "done"
    assert (told["told"]["method"], told["told"]["frames"]) == ("copied", 10)
    taken = tmp_path / "taken.mov"
    taken.write_bytes(browser.get(told["href"]).data)
    assert numbered.numbers(taken) == list(range(10, 20))


@pytest.mark.slow
def test_a_clip_that_turns_out_impossible_says_why_on_its_page(
    archive: Archive, browser: FlaskClient, sample: Sample
) -> None:
    with archive.transaction() as session:
        session.get_one(Asset, sample.photos[0]).kind = Kind.FILM  # a film of which no film is there
    asked = browser.post(f"/assets/{sample.photos[0]}/clips", data={"in": "1"})
    archive.runner().drain("video")
    page = browser.get(asked.location, headers={"Accept-Language": "en"}).text
    assert "no original film to cut" in page
    assert "refresh" not in page


def test_a_clip_that_cannot_be_is_refused_at_once(archive: Archive, browser: FlaskClient, sample: Sample) -> None:
    address = f"/assets/{sample.photos[0]}/clips"
    assert browser.post(address, data={"in": "1"}).status_code == 422  # no film
    with archive.transaction() as session:
        session.get_one(Asset, sample.photos[0]).kind = Kind.FILM
    for points in (
        ("9", "3"),
        ("1", "1"),
        ("📷", ""),
        ("", "1e99"),
        ("-1", "2"),
        ("10:00:99:00", ""),
        ("frame:9", "frame:8"),
    ):
        assert browser.post(address, data=dict(zip(("in", "out"), points, strict=True))).status_code == 422, points
    assert browser.post(f"/assets/{sample.shoot}/clips", data={"in": "1"}).status_code == 404


@pytest.mark.slow
def test_a_sheet_of_several_pages_as_jpeg_is_one_zip(archive: Archive, browser: FlaskClient, sample: Sample) -> None:
    try:
        fonts.find(archive.settings, "档案")
    except Unavailable:
        pytest.skip("no font of this machine has Chinese signs")
    form = browser.get("/contact-sheets", query_string={"shoot": str(sample.shoot)}).text
    assert 'value="解放路改造 2017 年 6 月"' in form
    wish = {
        "form": "jpeg",
        "paper": "A5",
        "landscape": "on",
        "columns": "1",
        "choosing": "1",
        "captions": ["code", "file"],
    }
    asked = browser.post("/contact-sheets", data={"shoot": str(sample.shoot), "title": "报送/样张 📷", **wish})
    archive.runner().drain("photo")
    told = browser.get(asked.location, headers={"Accept": "application/json"}).json
    assert (told["state"], told["name"]) == ("done", "报送_样张 📷.zip")
    with ZipFile(io.BytesIO(browser.get(told["href"]).data)) as bundle:
        assert len(bundle.namelist()) == told["told"]["pages"] == 7
        assert bundle.namelist()[0] == "报送_样张 📷-1.jpg"
        with Image.open(bundle.open(bundle.namelist()[-1])) as page:
            assert page.width > page.height > 800


def test_a_sheet_that_cannot_be_is_refused_at_once(browser: FlaskClient, sample: Sample) -> None:
    shoot = {"shoot": str(sample.shoot)}
    for wrong in (
        {"columns": "0"}, {"columns": "13"}, {"columns": "9" * 400}, {"columns": "四"}, {"paper": "A0"}, {"form": "exe"},
        {"choosing": "1", "captions": "colour"}, {"choosing": "1", "captions": ["title", "title"]}, {"title": "字" * 201},
        {"q": "没有这样的东西"},
    ):  # fmt: skip
        assert browser.post("/contact-sheets", data=shoot | wrong).status_code == 422, wrong
    assert browser.get("/contact-sheets", query_string={"shoot": "x"}).status_code == 404
    assert browser.post("/contact-sheets", data={"shoot": str(sample.photos[0])}).status_code == 422
    assert "解放路改造" not in browser.get("/parcels").text


def test_what_is_asked_for_is_for_whoever_asked(archive: Archive, signed_in: SignedIn, sample: Sample) -> None:
    asked = signed_in("editor").post("/contact-sheets", data={"shoot": str(sample.shoot)})
    assert signed_in("archivist").get(asked.location).status_code == 403
    assert signed_in("administrator").get(asked.location).status_code == 200


def test_a_reader_may_ask_for_neither(signed_in: SignedIn, sample: Sample) -> None:
    reader = signed_in("reader")
    assert reader.post("/contact-sheets", data={"shoot": str(sample.shoot)}).status_code == 403
    assert reader.post(f"/assets/{sample.photos[0]}/clips", data={"in": "1"}).status_code == 403
    assert "/contact-sheets" not in reader.get(f"/shoots/{sample.shoot}").text


def test_a_clip_without_points_is_refused(browser: FlaskClient, sample: Sample) -> None:
    assert browser.post(f"/assets/{sample.photos[0]}/clips", data={}).status_code == 422


@pytest.mark.slow
def test_what_was_kept_long_enough_is_removed_with_its_bytes(
    archive: Archive, browser: FlaskClient, sample: Sample
) -> None:
    asked = browser.post("/contact-sheets", data={"shoot": str(sample.shoot)})
    archive.runner().drain("photo")
    with archive.transaction() as session:
        parcel = session.query(Parcel).one()
        store, key = archive.stores.store(parcel.store), parcel.key
        session.execute(update(Parcel).values(created_at=now() - timedelta(days=8)))
    assert store.stat(key).size > 0
    assert parcels.expire(archive) == 1
    with pytest.raises(NotFound):
        store.stat(key)
    assert browser.get(asked.location).status_code == 404
