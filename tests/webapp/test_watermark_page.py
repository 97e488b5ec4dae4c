"""The administrator sets the watermark on a page, and sees it before it is saved."""

import io

import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import marks
from media_archive.catalogue import service as catalogue
from media_archive.jobs.models import Job
from tests.webapp.conftest import SignedIn

pytestmark = pytest.mark.slow

USUAL = {"draw": "text", "text": "Dezhou", "position": "center", "opacity": "80", "size": "50", "margin": "3"}


def test_only_an_administrator_sets_it(signed_in: SignedIn) -> None:
    for role in ("reader", "photographer", "editor", "archivist"):
        browser = signed_in(role)
        assert browser.get("/watermark").status_code == 403
        assert browser.post("/watermark", data=USUAL).status_code == 403
        assert browser.post("/watermark/sample.jpg", data=USUAL).status_code == 403
        assert "/watermark" not in browser.get("/").text


def test_what_is_saved_is_what_was_tried_out(archive: Archive, signed_in: SignedIn) -> None:
    browser = signed_in("administrator")
    assert "/watermark" in browser.get("/").text
    assert browser.get("/watermark").status_code == 200
    assert browser.get("/watermark/sample.jpg").status_code == 404
    tried = browser.post("/watermark/sample.jpg", data=USUAL)
    assert tried.mimetype == "image/jpeg"
    assert _there(archive) is None
    assert browser.post("/watermark", data=USUAL).status_code == 303
    assert browser.get("/watermark/sample.jpg").data == tried.data
    kept = _there(archive)
    assert (kept["text"], kept["opacity"], kept["position"]) == ("Dezhou", 0.8, "center")
    with archive.reading() as session:
        assert session.scalars(select(Job).where(Job.kind == "remake")).all()


def test_a_picture_stays_until_another_one_is_sent(archive: Archive, signed_in: SignedIn) -> None:
    browser = signed_in("administrator")
    noise = Image.effect_noise((800, 800), 90).convert("RGBA")  # more than a form may send elsewhere
    png = io.BytesIO()
    noise.save(png, "PNG")
    assert len(png.getvalue()) > 1 << 20
    drawn = {"draw": "picture", "position": "tiled", "opacity": "30", "size": "20", "margin": "0"}
    sent = browser.post("/watermark", data=drawn | {"picture": (io.BytesIO(png.getvalue()), "印章 📷.png")})
    assert sent.status_code == 303
    before = browser.get("/watermark/sample.jpg").data
    assert browser.post("/watermark", data=drawn | {"opacity": "90"}).status_code == 303
    after = browser.get("/watermark/sample.jpg").data
    pair = [Image.open(io.BytesIO(one)).convert("L") for one in (before, after)]
    assert ImageChops.difference(*pair).getextrema()[1] > 40
    assert browser.post("/watermark", data={"do": "remove"}).status_code == 303
    assert _there(archive) is None


def test_what_cannot_be_drawn_is_refused_and_the_former_one_stays(archive: Archive, signed_in: SignedIn) -> None:
    browser = signed_in("administrator")
    browser.post("/watermark", data=USUAL)
    picture = USUAL | {"draw": "picture"}
    for wrong in (
        USUAL | {"opacity": "1e999"}, USUAL | {"opacity": "nan"}, USUAL | {"size": "很大"}, USUAL | {"margin": "-1"},
        USUAL | {"position": "moon"}, USUAL | {"text": " "}, USUAL | {"text": "字" * 500}, USUAL | {"text": "a\0b"}, USUAL | {"text": "内部 \ue123"},
        picture, picture | {"picture": (io.BytesIO(b"GIF89a"), "a.png")},
        picture | {"picture": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"x" * 99), "a.png")},
        picture | {"picture": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"x" * (4 << 20)), "a.png")},
    ):  # fmt: skip
        assert browser.post("/watermark", data=wrong).status_code == 422, wrong
    assert _there(archive)["text"] == "Dezhou"
    said = browser.post("/watermark", data=USUAL | {"opacity": "300"}, headers={"Accept-Language": "en"}).text
    assert "opacity must be at most 1" in said


def _there(archive: Archive) -> dict[str, object] | None:
    with archive.reading() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        found = marks.of(session, institution.id)
        return found.look if found else None
