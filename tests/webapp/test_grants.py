"""A collection that is opened to somebody of another archive: shown wherever that is asked, never more than is open."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from media_archive.access import grants, roles
from media_archive.access import service as access
from media_archive.access.models import Grant, Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.collections import service as collections
from media_archive.catalogue.collections.models import Collection
from media_archive.catalogue.models import Archive as Institution
from media_archive.catalogue.models import Asset, Kind
from media_archive.db import now
from media_archive.events import service as events
from media_archive.storage.models import File, Role
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


@pytest.fixture
def opened(archive: Archive, sample: Sample) -> UUID:
    """Of four photographs, of which one is classified and one under embargo, and one of a third archive; to nobody yet."""
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        county, third = (Institution(code=code, name=code) for code in ("B002", "C003"))
        session.add_all([county, third])
        session.flush()
        access.add_user(session, county, "visitor", "县里的人", Part.CURATOR)
        session.get_one(Asset, sample.photos[1]).classification = "secret"
        session.get_one(Asset, sample.photos[2]).embargo = "2999-01-01"
        shoot = catalogue.open_shoot(session, third, "x")
        foreign = Asset(archive_id=third.id, shoot_id=shoot.id, kind=Kind.PHOTO)
        session.add(foreign)
        session.flush()
        made = collections.create(session, own, "给县馆的", "curator", visibility="private")
        collections.add(session, made, [*sample.photos[:4], foreign.id], "curator")
        for one in (*sample.photos, foreign.id):
            catalogue.touch(session, one)
        number = made.id
    archive.index()
    return number


def _ids(browser: FlaskClient, address: str) -> set[str]:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {(one.get("asset") or one)["id"] for one in answer.get_json()["items"]}


def _ways(archive: Archive, collection: UUID, asset: UUID) -> dict[str, int]:
    """Addresses that show an asset to who may see it -> their answer then."""
    with archive.reading() as session:
        files = session.scalars(select(File).where(File.asset_id == asset)).all()
    small = next(one for one in files if one.role == Role.RENDITION)
    first = next(one for one in files if one.role == Role.ORIGINAL)
    return {
        f"/collections/{collection}": 200, f"/assets/{asset}": 200, f"/api/v1/assets/{asset}": 200,
        f"/media/{small.id}/{small.sha256[:16]}.jpg": 200, f"/iiif/3/{asset}/full/max/0/default.jpg": 200,
        f"/media/{first.id}/{first.sha256[:16]}.jpg": 403,
    }  # fmt: skip


def _answers(browser: FlaskClient, ways: dict[str, int]) -> dict[str, int]:
    return {way: browser.get(way).status_code for way in ways}


def test_a_grant_shows_what_is_open_everywhere_and_nothing_else_and_ends_when_it_is_taken_back(
    archive: Archive, sample: Sample, signed_in: SignedIn, opened: UUID
) -> None:
    curator, visitor = signed_in("curator"), signed_in("visitor")
    shown, hidden = {str(sample.photos[one]) for one in (0, 3)}, [sample.photos[one] for one in (1, 2, 4)]
    ways = _ways(archive, opened, sample.photos[0])
    # before
    assert set(_answers(visitor, ways).values()) == {404}
    assert _ids(visitor, "/api/v1/search") == set()
    # by the pages
    assert curator.get(f"/collections/{opened}/grants").status_code == 200
    answer = curator.post(f"/collections/{opened}/grants", data={"login": "visitor", "extent": "add"})
    assert answer.status_code == 303
    assert "visitor" in curator.get(f"/collections/{opened}/grants").get_data(as_text=True)
    # meanwhile
    assert _answers(visitor, ways) == ways
    assert _ids(visitor, "/api/v1/search") == shown
    assert visitor.get("/api/v1/search?limit=1").get_json()["total"] == 2
    assert _ids(visitor, f"/api/v1/collections/{opened}/items") == shown
    assert "给县馆的" in visitor.get("/collections").get_data(as_text=True)
    for asset in hidden:
        assert visitor.get(f"/assets/{asset}").status_code == 404
    # to put in, not to change: neither the assets nor the collection, nor to pass it on
    assert visitor.post(f"/assets/{sample.photos[0]}/describe", data={"title": "x"}).status_code in (403, 404)
    assert visitor.post(f"/collections/{opened}", data={"name": "x"}).status_code == 403
    assert visitor.post(f"/collections/{opened}/grants", data={"login": "editor"}).status_code == 403
    assert visitor.post(f"/collections/{opened}/remove").status_code == 403
    assert (
        visitor.post("/collections/add", data={"collection": str(opened), "ids": sample.photos[0]}).status_code == 303
    )
    # afterwards
    with archive.transaction() as session:
        grant = session.scalars(select(Grant)).one().id
    assert curator.post(f"/collections/{opened}/grants/{grant}/revoke").status_code == 303
    assert set(_answers(visitor, ways).values()) == {404}
    assert _ids(visitor, "/api/v1/search") == set()
    with archive.reading() as session:
        history = [one.what for one in events.of(session, "collection", opened)]
    assert history[-2:] == ["grant", "revocation"]


def test_a_grant_to_a_group_ends_with_its_day_with_the_account_of_who_gave_it_and_with_the_group(
    archive: Archive, sample: Sample, signed_in: SignedIn, opened: UUID
) -> None:
    asset = f"/assets/{sample.photos[0]}"
    with archive.transaction() as session:
        group = roles.make_group(session, "展览筹备组", "", "administrator")
        roles.join(session, group, access.user_called(session, "visitor"), "administrator")
        giver = access.user_called(session, "curator")
        until = now() + timedelta(days=1)
        grant = grants.give(session, session.get_one(Collection, opened), group, "look", giver, until).id
    visitor = signed_in("visitor")
    assert visitor.get(asset).status_code == 200
    with archive.transaction() as session:
        session.get_one(Grant, grant).until = now() - timedelta(seconds=1)
    assert visitor.get(asset).status_code == 404
    with archive.transaction() as session:
        session.get_one(Grant, grant).until = None
        access.user_called(session, "curator").active = False
    assert visitor.get(asset).status_code == 404
    with archive.transaction() as session:
        access.user_called(session, "curator").active = True
    assert visitor.get(asset).status_code == 200
    assert "给县馆的" in signed_in("administrator").get(f"/groups/{group.id}").get_data(as_text=True)
    with archive.transaction() as session:
        roles.remove_group(session, roles.group_called(session, group.id), "administrator")
    assert visitor.get(asset).status_code == 404


def test_a_saved_query_is_opened_to_nobody(archive: Archive, sample: Sample, signed_in: SignedIn) -> None:
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        made = collections.create(session, own, "x", "curator", query={"q": "x"}).id
    answer = signed_in("curator").post(f"/collections/{made}/grants", data={"login": "reader", "extent": "look"})
    assert answer.status_code in {409, 422}
