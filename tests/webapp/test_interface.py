"""The HTTP interface, health and ingest."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.jobs.models import Job
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def test_assets_are_listed_page_by_page(browser: FlaskClient, sample: Sample) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        page = browser.get(f"/api/v1/assets?limit=3&cursor={cursor}").get_json()
        assert page["total"] == 7
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 7


def test_one_asset_is_what_show_prints(browser: FlaskClient, sample: Sample) -> None:
    asset = browser.get(f"/api/v1/assets/{sample.photos[0]}").get_json()
    original = next(file for file in asset["files"] if file["role"] == "original")
    assert original["copies"][0]["verified_at"]
    assert asset["links"][0]["name"] == "解放路"


def test_search_counts_its_facets(browser: FlaskClient, sample: Sample) -> None:
    page = browser.get("/api/v1/search?q=解放路").get_json()
    assert page["facets"]["street"][0]["label"] == "解放路"


def test_what_has_not_changed_is_not_sent_again(browser: FlaskClient, sample: Sample) -> None:
    first = browser.get(f"/api/v1/assets/{sample.photos[0]}")
    again = browser.get(f"/api/v1/assets/{sample.photos[0]}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/assets?limit=0", 422),
        ("/api/v1/assets?limit=x", 422),
        ("/api/v1/assets?cursor=zz", 422),
        ("/api/v1/assets/x", 404),
        ("/api/v1/assets?kind=x", 422),
        ("/api/v1/nothing", 404),
    ],
)
def test_refusals_are_problems(browser: FlaskClient, address: str, status: int) -> None:
    answer = browser.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status


def test_strangers_get_a_problem_and_no_page(stranger: FlaskClient) -> None:
    answer = stranger.get("/api/v1/assets")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_the_description_names_every_route(app: Flask, browser: FlaskClient) -> None:
    described = browser.get("/api/v1/openapi.json").get_json()
    routes = {
        rule.rule.replace("<id:", "{").replace(">", "}").removeprefix("/api/v1")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
    }
    assert set(described["paths"]) == routes
    assert described["openapi"] == "3.1.0"


def test_the_description_is_valid_openapi(browser: FlaskClient) -> None:
    validate = pytest.importorskip("openapi_spec_validator").validate
    validate(browser.get("/api/v1/openapi.json").get_json())


def test_health_needs_no_sign_in_and_names_what_is_away(stranger: FlaskClient) -> None:
    assert stranger.get("/healthz").get_json() == {"alive": True}
    answer = stranger.get("/readyz")
    parts = answer.get_json()["parts"]
    assert answer.status_code == 503  # nobody started a queue for this test
    assert parts["database"] == "ok"
    assert parts["queue"] != "ok"


def test_metrics_count_the_archive(stranger: FlaskClient, sample: Sample) -> None:
    text = stranger.get("/metrics").get_data(as_text=True)
    assert 'media_archive_assets{kind="photo"} 7.0' in text
    assert 'media_archive_jobs{kind="render-photo",state="dead"} 1.0' in text


def test_ingest_asks_for_the_work_and_shows_the_shoot(signed_in: SignedIn, archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "卡 1"
    card.mkdir()
    form = {"folder": str(card), "shoot": "现场", "project": "P-1", "street": "解放路", "photographer": "李明"}
    answer = signed_in("photographer").post("/ingest", data=form)
    assert answer.status_code == 303
    assert answer.location.startswith("/shoots/")
    with archive.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.kind, job.asked_by) == ("ingest", "photographer")
    assert job.args["paths"] == [str(card)]
    assert str(job.shoot_id) in answer.location


@pytest.mark.parametrize(
    ("folder", "says"),
    [
        ("", "请填写"),
        ("relative/path", "完整路径"),
        ("/no/such/folder", "不存在"),
        ("HOME", "主目录"),
        ("/a\0b", "完整路径"),
        ("/" + "x" * 300, "不存在"),
    ],
)
def test_ingest_explains_what_is_wrong_with_the_folder(
    signed_in: SignedIn, archive: Archive, folder: str, says: str
) -> None:
    given = str(archive.settings.home / "run") if folder == "HOME" else folder
    answer = signed_in("photographer").post("/ingest", data={"folder": given, "shoot": "现场"})
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    with archive.reading() as session:
        assert session.scalars(select(Job)).all() == []
