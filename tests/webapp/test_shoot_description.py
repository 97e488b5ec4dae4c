"""What a shoot says for its assets, set in a form: inherited, searchable, undone, and not by everybody."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Shoot
from media_archive.catalogue.service import touch
from media_archive.catalogue.subjects.models import SuggestionOutbox
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def _shoot(archive: Archive, shoot_id: UUID) -> Shoot:
    with archive.reading() as session:
        return session.get_one(Shoot, shoot_id)


def _version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_what_the_form_says_holds_for_every_asset_and_is_undone(
    browser: FlaskClient, archive: Archive, sample: Sample
) -> None:
    assert sample.shoot
    address = f"/shoots/{sample.shoot}/description"
    assert address in browser.get(f"/shoots/{sample.shoot}").get_data(as_text=True)
    page = browser.get(address).get_data(as_text=True)
    assert 'name="title"' not in page, "a title is said of each asset by itself"
    sent = {"version": _version(page), "location": "解放路北段", "licence": "public", "persons": "王师傅\n李工"}
    saved = browser.post(address, data=sent, follow_redirects=True).get_data(as_text=True)
    assert _shoot(archive, sample.shoot).fields["persons"] == ["王师傅", "李工"]
    stale = browser.post(address, data=sent | {"location": "别处"})
    assert (stale.status_code, "别处" in stale.get_data(as_text=True)) == (409, True)
    with archive.reading() as session:
        again = select(func.count()).select_from(SuggestionOutbox)
        assert (session.scalar(again) or 0) >= len(sample.photos), "words for suggestions are looked at again"
    archive.index()
    asset = browser.get(f"/assets/{sample.photos[0]}").get_data(as_text=True)
    assert "解放路北段" in asset
    listed = browser.get("/?q=许可:公有领域").get_data(as_text=True)
    assert str(sample.photos[0]) in listed
    [event] = re.findall(r'name="event" value="([^"]+)"><input type="hidden" name="field" value="location"', saved)
    wrong = browser.post(f"/assets/{sample.photos[0]}/undo", data={"event": event, "field": "location"})
    assert wrong.status_code == 404, "the change is none of that asset"
    browser.post(f"/shoots/{sample.shoot}/undo", data={"event": event, "field": "location"})
    assert "location" not in _shoot(archive, sample.shoot).fields
    assert _shoot(archive, sample.shoot).fields["licence"] == "public"


def test_nobody_classifies_a_shoot_who_may_not(signed_in: SignedIn, archive: Archive, sample: Sample) -> None:
    assert sample.shoot
    address, photographer = f"/shoots/{sample.shoot}/description", signed_in("photographer")
    version = _version(photographer.get(address).get_data(as_text=True))
    answer = photographer.post(address, data={"version": version, "classification": "secret"})
    assert answer.status_code == 403
    assert signed_in("reader").get(address).status_code == 403
    assert _shoot(archive, sample.shoot).fields == {}


def test_terms_are_found_by_what_people_call_them(browser: FlaskClient, archive: Archive, sample: Sample) -> None:
    with archive.transaction() as session:
        one, other = (session.get_one(Asset, asset_id) for asset_id in sample.photos[:2])
        one.classification, other.classification, one.retention = "secret", "top_secret", "D30"
        for asset in (one, other):
            touch(session, asset.id)
    archive.index()
    listed = {words: browser.get(f"/?q={words}").get_data(as_text=True) for words in ("密级:机密", "保管期限:30年")}
    for page in listed.values():
        assert str(sample.photos[0]) in page
        assert str(sample.photos[1]) not in page
