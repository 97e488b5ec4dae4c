"""What was made of an asset stands on its page, and what is made on request can be asked for there."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Kind, Outcome
from media_archive.jobs.models import Job
from media_archive.storage.models import File
from media_archive.words import Message
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow

ENGLISH = {"Accept-Language": "en"}


def test_what_cannot_be_made_is_named_with_its_reason(archive: Archive, browser: FlaskClient, sample: Sample) -> None:
    photo = sample.photos[0]
    with archive.transaction() as session:
        source = session.scalars(select(File).where(File.asset_id == photo, File.role == "original")).one()
        problem = Message("The file is cut off: its headers announce more than there is.").to_json()
        session.add(
            Outcome(
                asset_id=photo,
                recipe="fingerprint",
                version=1,
                source_id=source.id,
                problem=problem,
                made_at=source.created_at,
            )
        )
    page = browser.get(f"/assets/{photo}", headers=ENGLISH).text
    assert "not possible" in page
    assert "Fingerprint, to find what looks alike" in page
    assert "headers announce more than there is" in page


def test_an_editor_asks_for_an_edit_proxy_and_a_reader_cannot(
    archive: Archive, signed_in: SignedIn, sample: Sample
) -> None:
    film = _film(archive, sample)
    address = f"/assets/{film}/renditions"
    reader = signed_in("reader")
    assert 'value="edit-proxy"' not in reader.get(f"/assets/{film}").text
    assert reader.post(address, data={"recipe": "edit-proxy"}).status_code == 403
    editor = signed_in("editor")
    assert 'value="edit-proxy"' in editor.get(f"/assets/{film}").text
    for _ in range(2):  # two people, or one who presses twice
        assert editor.post(address, data={"recipe": "edit-proxy"}).status_code == 303
    with archive.reading() as session:
        [job] = session.scalars(select(Job).where(Job.target == film, Job.kind == "render-edit"))
        assert session.scalars(select(Outcome.asked_by).where(Outcome.asset_id == film)).one() == "editor"
    assert job.state == "wanted"
    page = editor.get(f"/assets/{film}", headers=ENGLISH).text
    assert "waiting" in page
    assert 'value="edit-proxy"' not in page


def test_only_an_archivist_has_everything_made_anew(archive: Archive, signed_in: SignedIn, sample: Sample) -> None:
    address, anew = f"/assets/{sample.photos[0]}/renditions", {"do": "anew", "recipe": ""}
    assert signed_in("editor").post(address, data=anew).status_code == 403
    assert signed_in("archivist").post(address, data=anew).status_code == 303
    with archive.reading() as session:
        assert session.get_one(Asset, sample.photos[0]).remake_at is not None
        assert session.scalars(select(Job).where(Job.target == sample.photos[0], Job.kind == "render-photo")).one()


def test_what_no_recipe_makes_is_refused(browser: FlaskClient, sample: Sample) -> None:
    address = f"/assets/{sample.photos[0]}/renditions"
    for wrong in (
        {},
        {"recipe": ""},
        {"recipe": "edit-proxy"},
        {"recipe": "large"},
        {"do": "anew", "recipe": "📷" * 500},
    ):
        assert browser.post(address, data=wrong).status_code == 422, wrong
    assert browser.post(f"/assets/{sample.shoot}/renditions", data={"recipe": "public"}).status_code == 404


def _film(archive: Archive, sample: Sample) -> object:
    """A photograph that is taken for a film from now on: what may be asked for follows from the kind alone."""
    film = sample.photos[1]
    with archive.transaction() as session:
        session.get_one(Asset, film).kind = Kind.FILM
    return film
