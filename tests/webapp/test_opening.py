"""When an asset was last opened: noted once a day, and without changing anything else."""

import sqlite3
import time
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from media_archive.archive import Archive
from media_archive.catalogue import describing
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.errors import Invalid
from media_archive.storage.models import File, Role
from tests.webapp.sample import Sample


def asset_of(archive: Archive, asset_id: UUID) -> Asset:
    with archive.reading() as session:
        return session.get_one(Asset, asset_id)


def address(archive: Archive, asset_id: UUID, role: Role) -> str:
    with archive.reading() as session:
        file = session.scalars(select(File).where(File.asset_id == asset_id, File.role == role)).first()
    assert file
    return f"/media/{file.id}/{file.sha256[:16]}.jpg"


@pytest.mark.slow
@pytest.mark.parametrize("way", ["page", "api", "original"])
def test_who_opens_an_asset_is_noted_to_the_day(
    browser: FlaskClient, archive: Archive, sample: Sample, way: str
) -> None:
    one = sample.photos[0]
    before = asset_of(archive, one)
    assert before.opened_at is None
    places = {
        "page": f"/assets/{one}",
        "api": f"/api/v1/assets/{one}",
        "original": address(archive, one, Role.ORIGINAL),
    }
    assert browser.get(places[way]).status_code == 200
    after = asset_of(archive, one)
    assert after.opened_at is not None
    assert timedelta(0) <= now() - after.opened_at < timedelta(days=1, minutes=5)
    assert after.changed_at == before.changed_at
    with archive.transaction() as session:
        session.execute(update(Asset).values(opened_at=now() - timedelta(days=3), changed_at=Asset.changed_at))
    assert browser.get(places[way]).status_code == 200
    assert asset_of(archive, one).opened_at == after.opened_at


@pytest.mark.slow
def test_a_thumbnail_in_a_list_opens_nothing(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    one = sample.photos[0]
    assert browser.get(address(archive, one, Role.RENDITION)).status_code == 200
    assert browser.get("/").status_code == 200
    assert asset_of(archive, one).opened_at is None


@pytest.mark.slow
def test_who_reads_does_not_wait_for_who_writes(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    writer = sqlite3.connect(archive.settings.home / "catalogue.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    try:
        assert browser.get(f"/assets/{sample.photos[0]}").status_code == 200
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert time.monotonic() - begun < 10


def test_stars_come_from_files_and_from_people(archive: Archive, sample: Sample) -> None:
    one = sample.photos[0]
    with archive.transaction() as session:
        asset = session.get_one(Asset, one)
        asset.record = {**asset.record, "description": {"rating": -1}}
        assert describing.edit(session, asset, {"rating": "4"}, "me")
        assert asset.rating == 4
        assert describing.edit(session, asset, {"rating": None}, "me")
        assert asset.rating == 0
        with pytest.raises(Invalid, match="from 0 to 5"):
            describing.edit(session, asset, {"rating": 6}, "me")
