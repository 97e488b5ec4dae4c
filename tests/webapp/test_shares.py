"""A link in a browser that is not signed in: what it shows, what it asks for, and that it can be closed."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import delete, select

from media_archive.archive import Archive
from media_archive.catalogue import marks
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import service as collecting
from media_archive.catalogue.models import Asset, Rendition
from media_archive.events.models import Event
from media_archive.sharing.models import Share
from media_archive.storage.models import File
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow
ENGLISH = {"Accept-Language": "en"}


def share(browser: FlaskClient, **form: str) -> str:
    """Makes a link; its path."""
    made = browser.post("/shares", data={"days": "14", **form})
    assert made.status_code == 201, made.text[:500]
    [found] = set(re.findall(r"/s/[\w-]{32}", made.text))
    assert found not in browser.get("/shares").text, "it is shown once"
    return found


@pytest.fixture
def collection(archive: Archive, sample: Sample) -> UUID:
    """All photographs, of which one is classified and one under embargo."""
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        made = collecting.create(session, own, "展览备选", "editor")
        collecting.add(session, made, sample.photos, "editor")
        session.get_one(Asset, sample.photos[1]).classification = "secret"
        session.get_one(Asset, sample.photos[2]).embargo = "2999-01-01"
    return made.id


def test_a_shared_collection_leaks_nothing_that_is_withheld(
    app: Flask, archive: Archive, signed_in: SignedIn, sample: Sample, collection: UUID
) -> None:
    there = share(signed_in("editor"), collection=str(collection))
    visitor = app.test_client()
    shown = [one for one in sample.photos if one not in sample.photos[1:3]]
    media = f"{there}/media/{shown[0]}/thumb"
    assert visitor.get(media).status_code == 404, "nothing before the page was opened"
    page = visitor.get(there, headers=ENGLISH)
    assert (page.status_code, page.headers["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert f"{len(shown)} items" in page.text
    assert {one for one in sample.photos if str(one) in page.text} == set(shown)
    answer = visitor.get(media)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-cache",
    )
    assert visitor.get(f"{there}/{shown[0]}").status_code == 200
    for withheld in (*sample.photos[1:3], sample.broken):
        for name in ("thumb", "medium", "large", "public"):
            assert visitor.get(f"{there}/media/{withheld}/{name}").status_code == 404
        assert visitor.get(f"{there}/{withheld}").status_code == 404
    with archive.reading() as session:
        query = select(File.id, File.sha256).where(File.asset_id == shown[0])
        for number, sha256 in session.execute(query):
            assert visitor.get(f"/media/{number}/{sha256[:16]}.jpg").status_code in (303, 401)
    for name in ("original", "fingerprint", "public"):
        assert visitor.get(f"{there}/media/{shown[0]}/{name}").status_code == 404
    assert visitor.get(f"{media}?download").status_code == 404, "nothing is to be saved"
    assert visitor.get("/assets/skeleton").status_code in (303, 401), "it opens nothing else"


def test_it_is_counted_asks_for_its_password_and_closes_at_once(
    app: Flask, archive: Archive, signed_in: SignedIn, sample: Sample
) -> None:
    editor, photo = signed_in("editor"), sample.photos[0]
    there = share(editor, ids=str(photo), password="雨污分流2017", downloads="on", most="2")
    visitor, other, third = (app.test_client() for _ in range(3))
    media = f"{there}/media/{photo}/large"
    asked = visitor.get(there)
    assert ('type="password"' in asked.text, str(photo) in asked.text) == (True, False)
    wrong = visitor.post(there, data={"password": "guess guess"})
    assert (wrong.status_code, visitor.get(media).status_code) == (422, 404)
    assert visitor.get(f"{there}/{photo}").status_code == 303
    for browser in (visitor, other):
        assert browser.post(there, data={"password": "雨污分流2017"}).status_code == 303
        assert browser.get(there).status_code == 200
        assert browser.get(f"{media}?download").headers["Content-Disposition"].startswith("attachment")
    assert third.post(there, data={"password": "雨污分流2017"}).status_code == 410, "opened as often as it may"
    assert visitor.get(media).status_code == 200, "who is in stays in"
    with archive.reading() as session:
        found = session.scalars(select(Share)).one()
        what = [(one.what, one.outcome) for one in session.scalars(select(Event).order_by(Event.id))]
        assert found.openings == 2
        assert what.count(("opening", "success")) == 2
        assert what.count(("opening", "failure")) == 1
        assert what.count(("download", "success")) == 2
    assert signed_in("curator").post(f"/shares/{found.id}/revoke").status_code == 404, "somebody else's"
    assert signed_in("archivist").post(f"/shares/{found.id}/revoke").status_code == 303
    assert editor.post(f"/shares/{found.id}/key").status_code == 409
    for address, status in ((there, 410), (media, 410), ("/s/" + "x" * 32, 404)):
        answer = visitor.get(address, headers=ENGLISH)
        assert (answer.status_code, "Nothing to see behind this link" in answer.text) == (status, True)


def test_with_the_watermark_nothing_without_it_is_served(
    app: Flask, archive: Archive, signed_in: SignedIn, sample: Sample
) -> None:
    editor, (first, second) = signed_in("editor"), sample.photos[:2]
    chosen = {"ids": f"{first},{second}", "marked": "on", "days": "14"}
    assert editor.post("/shares", data=chosen).status_code == 409, "there is none yet"
    stamp = io.BytesIO()
    Image.new("RGBA", (80, 20), "white").save(stamp, "PNG")
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        marks.change(session, own, marks.Mark(), stamp.getvalue(), "admin")
        # of the second there is nothing yet that could carry it
        session.execute(delete(Rendition).where(Rendition.asset_id == second))
    there = share(editor, **chosen)
    visitor = app.test_client()
    assert visitor.get(there, headers=ENGLISH).text.count("Being prepared") == 2
    archive.runner().drain("photo")
    names = ("public", "thumb", "medium", "large")
    media = {(one, name): f"{there}/media/{one}/{name}" for one in (first, second) for name in names}
    served = {key for key, address in media.items() if visitor.get(address).status_code == 200}
    assert (first, "public") in served
    assert {name for _, name in served} == {"public"}
    page = visitor.get(there).text
    assert (f"{first}/public" in page, "/thumb" in page) == (True, False)


def test_what_is_selected_is_shared_and_asked_for(signed_in: SignedIn, sample: Sample, collection: UUID) -> None:
    curator, chosen = signed_in("curator"), {"ids": ",".join(map(str, sample.photos[3:5]))}
    for address in ("/shares/chosen", "/requests/chosen"):
        form = curator.post(address, data=chosen)
        assert (form.status_code, form.text.count(str(sample.photos[3]))) == (200, 1), "in a field that is hidden"
        assert curator.post(address, data={}).status_code == 422
    for address in ("/shares/new", "/requests/new"):
        assert curator.get(f"{address}?collection={collection}").status_code == 200
        assert curator.get(address).status_code == 422
