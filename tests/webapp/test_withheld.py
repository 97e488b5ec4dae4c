"""What is classified, closed or under embargo is nowhere for a reader: no page, picture, file, count or history of it."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import describing, shown
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.models import Asset, Rendition
from media_archive.catalogue.shown import VIEWER, Sight, Viewer
from media_archive.storage.models import File
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow

TITLE = "解放路北段 02"


def withhold(archive: Archive, asset_id: UUID, said: dict[str, Any]) -> None:
    with archive.transaction() as session:
        describing.edit(session, session.get_one(Asset, asset_id), said, "archivist")
    archive.index()


def addresses(archive: Archive, asset_id: UUID) -> list[str]:
    """Every address under which something of the asset can be had."""
    with archive.reading() as session:
        files = session.scalars(select(File).where(File.asset_id == asset_id)).all()
        made = session.scalars(select(Rendition).where(Rendition.asset_id == asset_id)).all()
        of_files = [f"/media/{one.id}/{one.sha256[:16]}.bin" for one in files if one.role != "original"]
        of_renditions = [f"/media/{one.id}/{one.file.sha256[:16]}.jpg" for one in made]
        shown_files = [f"/api/v1/files/{one.id}" for one in files]
    page, api, iiif = f"/assets/{asset_id}", f"/api/v1/assets/{asset_id}", f"/iiif/3/{asset_id}"
    return [
        page, f"{page}/sprites.vtt", f"{iiif}/info.json", f"{iiif}/full/90,/0/default.jpg", api, f"{api}/files",
        f"{api}/events", f"{api}/links", f"/api/v1/events?kind=asset&id={asset_id}",
        *of_files, *of_renditions, *shown_files,
    ]  # fmt: skip


def statuses(browser: FlaskClient, those: list[str]) -> dict[str, int]:
    return {one: browser.get(one).status_code for one in those}


@pytest.mark.parametrize("said", [{"classification": "secret"}, {"openness": "closed"}, {"embargo": "2999-01-01"}])
def test_no_address_gives_a_reader_what_is_withheld(
    archive: Archive, sample: Sample, signed_in: SignedIn, said: dict[str, Any]
) -> None:
    asset_id, reader = sample.photos[1], signed_in("reader")
    those = addresses(archive, asset_id)
    before = statuses(reader, those)
    assert sum(status == 200 for status in before.values()) >= len(those) - 2, before
    withhold(archive, asset_id, said)
    told = statuses(reader, those)
    assert not {one: status for one, status in told.items() if status not in {403, 404}}
    assert signed_in("archivist").get(f"/iiif/3/{asset_id}/info.json").status_code == 200


@pytest.mark.slow
def test_lists_and_counts_leave_out_what_is_withheld(archive: Archive, sample: Sample, signed_in: SignedIn) -> None:
    reader = signed_in("reader")
    with archive.transaction() as session:
        institution = session.get_one(Asset, sample.photos[0]).archive
        made = collections.create(session, institution, "一期选片", "curator")
        collections.add(session, made, sample.photos[:3], "curator")
        there = made.id
    pages = [f"/collections/{there}", "/shoots", f"/subjects/{sample.street}", f"/then-and-now?subject={sample.street}"]
    assert TITLE in reader.get(pages[0]).get_data(as_text=True)
    withhold(archive, sample.photos[1], {"classification": "secret"})
    told = {one: reader.get(one).get_data(as_text=True) for one in pages}
    assert not [one for one, text in told.items() if TITLE in text or str(sample.photos[1]) in text]
    assert reader.get(f"/api/v1/collections/{there}/items").json["total"] == 2
    assert signed_in("editor").get(f"/api/v1/collections/{there}/items").json["total"] == 3


def test_what_the_shoot_says_withholds_its_assets_unless_they_say_otherwise(archive: Archive, sample: Sample) -> None:
    with archive.transaction() as session:
        first = session.get_one(Asset, sample.photos[0])
        describing.edit_shoot(session, first.shoot, {"classification": "confidential"}, "archivist")
        describing.edit(session, first, {"classification": "open"}, "archivist")
    with archive.reading() as session:
        own = session.scalars(select(Asset.archive_id).limit(1)).one()
        session.info[VIEWER] = Viewer(((own, Sight.OPEN),))
        seen = set(session.scalars(select(Asset.id).where(shown.shown())))
        assert seen == {sample.photos[0]}
        by_row = {one.id for one in session.scalars(select(Asset)) if not shown.is_withheld(one)}
        assert by_row == seen


def test_a_picture_classified_after_it_was_published_is_open_to_nobody_by_its_address(
    archive: Archive, sample: Sample, stranger: FlaskClient
) -> None:
    with archive.transaction() as session:
        session.get_one(Asset, sample.photos[0]).state = "published"  # type: ignore[assignment]
    address = f"/iiif/3/{sample.photos[0]}/info.json"
    assert stranger.get(address).status_code == 200
    withhold(archive, sample.photos[0], {"classification": "secret"})
    assert stranger.get(address).status_code == 401
