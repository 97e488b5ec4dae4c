"""Originals in cold storage, in the pages and in the interface."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.config import Settings, load
from media_archive.db import now
from media_archive.jobs.models import Job
from media_archive.restoring import telling
from media_archive.restoring.models import RestoreItem, RestoreRequest, RestoreState
from media_archive.storage.models import Copy, File
from tests.restoring import cold
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A profile with a cold class, whose store need not answer to tell how things stand."""
    return cold.profiled(load(home=tmp_path / "home", keep_free=0, language="en"), tmp_path / "profiles")


@pytest.fixture
def frozen(archive: Archive, sample: Sample) -> UUID:
    """A photograph whose original lies in the cold class."""
    cold.chill(archive, sample.photos[0])
    return sample.photos[0]


def texts(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def ask(browser: FlaskClient, asset: UUID) -> str:
    answer = browser.post("/restores", data={"asset": str(asset), "purpose": "城市记忆影片", "days": "5"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def brought_back(archive: Archive) -> None:
    """As the job writes it when the store has brought everything back."""
    moment = now()
    with archive.transaction() as session:
        until = moment + timedelta(days=5)
        ready = {"state": RestoreState.READY, "ready_at": moment, "ends_at": until}
        session.execute(update(RestoreItem).values(**ready))
        cold_ones = session.scalars(select(RestoreItem.copy_id)).all()
        session.execute(update(Copy).where(Copy.id.in_(cold_ones)).values(readable_until=until))
        telling.ready(session, session.scalars(select(RestoreRequest.id)).all(), moment)


def test_a_page_says_that_the_original_is_cold_what_it_costs_and_offers_to_ask(
    signed_in: SignedIn, frozen: UUID, sample: Sample
) -> None:
    page = texts(signed_in("editor").get(f"/assets/{frozen}").text)
    assert re.search(r"Cold storage.*tier cold.*about 12 hours and costs [0-9.]+ CNY", page)
    assert "Bring it back" in page
    reader = signed_in("reader").get(f"/assets/{frozen}").text
    assert "Cold storage" in reader
    assert "/restores/new" not in reader
    assert "Cold storage" not in texts(signed_in("editor").get(f"/assets/{sample.photos[1]}").text)


def test_lists_mark_what_is_cold(signed_in: SignedIn, frozen: UUID, sample: Sample) -> None:
    browser = signed_in("editor")
    assert browser.get("/").text.count("badge cold") == 1
    window = browser.get(f"/assets/window?ids={frozen},{sample.photos[1]}").get_json()
    assert [one["cold"] and one["cold"][0] for one in window] == ["snowflake", None]


def test_programs_are_told_hours_and_price(signed_in: SignedIn, frozen: UUID, sample: Sample) -> None:
    browser = signed_in("editor")
    original = browser.get(f"/api/v1/assets/{frozen}").get_json()["original"]
    assert (original["standing"], original["hours"], original["readable_until"]) == ("offline", 12, None)
    assert original["price"] > 0
    assert browser.get(f"/api/v1/assets/{sample.photos[1]}").get_json()["original"]["standing"] == "online"
    listed = browser.get("/api/v1/assets").get_json()["items"]
    assert [one["standing"] for one in listed if one["id"] == str(frozen)] == ["offline"]


def test_downloading_what_is_cold_leads_to_where_it_is_asked_for(
    signed_in: SignedIn, frozen: UUID, archive: Archive
) -> None:
    browser = signed_in("editor")
    with archive.reading() as session:
        file = session.scalars(select(File).where(File.asset_id == frozen, File.role == "original")).one()
    address = f"/media/{file.id}/{file.sha256[:16]}.jpg"
    assert browser.get(f"{address}?download").headers["Location"] == f"/restores/new?asset={frozen}"
    plain = browser.get(address, headers={"Accept": "application/json"})
    assert plain.status_code == 409
    assert "about 12 hours" in plain.get_json()["detail"]


def test_the_sums_stand_before_the_button_and_the_job_after_it(
    signed_in: SignedIn, frozen: UUID, sample: Sample, archive: Archive
) -> None:
    browser = signed_in("editor")
    page = texts(browser.get(f"/restores/new?shoot={sample.shoot}").text)
    assert re.search(r"Together 1 .*12 hours", page)
    assert "files are online" in page
    there = ask(browser, frozen)
    assert re.search(r"being brought back|waits its turn", texts(browser.get(there).text))
    with archive.reading() as session:
        assert session.scalars(select(Job.kind).where(Job.kind == "restore")).all() == ["restore"]
    assert "Being brought back" in texts(browser.get(f"/assets/{frozen}").text)


def test_who_asked_is_told_on_every_page_until_it_was_seen(
    signed_in: SignedIn, frozen: UUID, sample: Sample, archive: Archive
) -> None:
    browser, other = signed_in("editor"), signed_in("archivist")
    there = ask(browser, frozen)
    assert "Understood" not in browser.get("/shoots").text
    brought_back(archive)
    assert "readable until" in texts(browser.get("/shoots").text)
    assert "Understood" not in other.get("/shoots").text
    assert "Brought back from cold storage; readable until" in texts(browser.get(f"/assets/{frozen}").text)
    browser.post(f"{there}/seen", data={"next": "/shoots"})
    assert "Understood" not in browser.get("/shoots").text


def test_one_sees_ones_own_requests_and_an_archivist_all(signed_in: SignedIn, frozen: UUID) -> None:
    there = ask(signed_in("editor"), frozen)
    assert "城市记忆影片" in signed_in("editor").get("/restores").text
    archivist, curator = signed_in("archivist"), signed_in("curator")
    assert "城市记忆影片" not in archivist.get("/restores?mine").text
    assert "城市记忆影片" in archivist.get("/restores").text, "who has none sees those of all"
    assert "城市记忆影片" in archivist.get("/restores?all").text
    assert archivist.get(there).status_code == 200
    assert "城市记忆影片" not in curator.get("/restores?all").text
    assert curator.get(there).status_code == 403
    assert curator.post(f"{there}/end").status_code == 403


def test_readers_and_photographers_ask_for_nothing(signed_in: SignedIn, frozen: UUID) -> None:
    for role in ("reader", "photographer"):
        browser = signed_in(role)
        assert browser.get("/restores").status_code == 403
        assert browser.get(f"/restores/new?asset={frozen}").status_code == 403
        assert browser.post("/restores", data={"asset": str(frozen), "purpose": "x"}).status_code == 403


def test_what_is_not_needed_any_more_is_given_back(signed_in: SignedIn, frozen: UUID) -> None:
    browser = signed_in("editor")
    there = ask(browser, frozen)
    assert browser.post(f"{there}/end").status_code == 303
    assert "Over since" in texts(browser.get(there).text)
    assert browser.post(f"{there}/end").status_code == 409


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"purpose": ""}, 422), ({"purpose": "x", "days": "0"}, 422), ({"purpose": "x", "days": "x"}, 422), ({"purpose": "x", "asset": "x"}, 404),
        ({"purpose": "x", "asset": "01a202ee-5f64-77c3-8000-0123456789ab"}, 404), ({"purpose": "x", "asset": ""}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(
    signed_in: SignedIn, frozen: UUID, form: dict[str, str], status: int
) -> None:
    assert signed_in("editor").post("/restores", data={"asset": str(frozen), **form}).status_code == status


def test_that_somebody_opened_an_asset_is_noted_once_a_day_and_changes_nothing_else(
    signed_in: SignedIn, archive: Archive, sample: Sample
) -> None:
    def noted() -> tuple[object, object]:
        with archive.reading() as session:
            asset = session.get_one(Asset, sample.photos[0])
            return asset.opened_at, asset.changed_at

    browser, (_, changed) = signed_in("reader"), noted()
    browser.get(f"/assets/{sample.photos[0]}", headers={"Sec-Purpose": "prefetch"})
    assert noted() == (None, changed)
    browser.get(f"/assets/{sample.photos[0]}")
    first, after = noted()
    assert first is not None
    assert after == changed
    browser.get(f"/assets/{sample.photos[0]}")
    assert noted() == (first, changed)
