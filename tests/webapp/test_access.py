"""Nobody passes unseen: sign-in, roles, tokens of forms, headers."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from media_archive.access import service as access
from media_archive.access.models import SignIn
from media_archive.archive import Archive
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.storage.models import File, Role
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import PASSWORD, Sample
from webapp.signin.targets import safe_target

pytestmark = pytest.mark.slow

ANY_ID = "0192f0c8-0000-7000-8000-000000000000"


def test_a_link_signs_in_once_and_a_preview_of_it_does_not_use_it_up(app: Flask, archive: Archive) -> None:
    with archive.transaction() as session:
        key = access.login_link(session, access.user_called(session, "editor"), 5)
    assert app.test_client().head(f"/enter/{key}").status_code == 200
    first = app.test_client()
    answer = first.get(f"/enter/{key}")
    assert (answer.status_code, answer.location) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert first.get("/").status_code == 200
    second = app.test_client()
    assert second.get(f"/enter/{key}").status_code == 410
    assert second.get("/").status_code == 303


def test_a_password_signs_in_and_leads_back(stranger: FlaskClient) -> None:
    answer = stranger.post("/sign-in", data={"login": "archivist", "password": PASSWORD, "next": "/storage"})
    assert (answer.status_code, answer.location) == (303, "/storage")
    assert stranger.get("/storage").status_code == 200
    stranger.post("/sign-out")
    assert stranger.get("/storage").status_code == 303


@pytest.mark.slow
def test_wrong_passwords_lock_the_account_and_say_nothing_of_it(stranger: FlaskClient) -> None:
    said = {
        stranger.post("/sign-in", data={"login": "archivist", "password": f"wrong {n}"}).status_code for n in range(5)
    }
    assert said == {422}
    right = stranger.post("/sign-in", data={"login": "archivist", "password": PASSWORD})
    assert right.status_code == 422
    assert "登录名或密码不正确" in right.get_data(as_text=True)


def test_a_session_ends_when_its_time_is_over(browser: FlaskClient, archive: Archive) -> None:
    with archive.transaction() as session:
        for one in session.query(SignIn):
            one.expires_at = now() - timedelta(seconds=1)
    assert browser.get("/").status_code == 303


def test_a_session_in_use_is_prolonged(browser: FlaskClient, archive: Archive) -> None:
    soon = now() + timedelta(minutes=30)
    with archive.transaction() as session:
        for one in session.query(SignIn):
            one.expires_at = soon
    assert "archive_session=" in browser.get("/").headers["Set-Cookie"]
    with archive.reading() as session:
        assert session.query(SignIn).one().expires_at > soon + timedelta(hours=10)


def test_a_deactivated_user_is_out_at_once(browser: FlaskClient, archive: Archive) -> None:
    with archive.transaction() as session:
        access.user_called(session, "archivist").active = False
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\\\\evil",
        "",
        "evil",
    ],
)
def test_a_sign_in_never_leads_elsewhere(stranger: FlaskClient, target: str) -> None:
    answer = stranger.post("/sign-in", data={"login": "archivist", "password": PASSWORD, "next": target})
    assert answer.location == "/"


@given(st.text(max_size=40))
def test_targets_are_paths_on_this_host(text: str) -> None:
    target = safe_target(text)
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))


def test_forms_need_their_token(app: Flask, browser: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for address in (
        "/sign-out",
        "/ingest",
        "/jobs/retry",
        f"/jobs/{ANY_ID}/retry",
        f"/likeness/{ANY_ID}",
        "/preferences",
        "/sign-in",
    ):
        answer = browser.post(address)
        assert answer.status_code == 400, address
        assert "表单" in answer.get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/about").get_data(as_text=True))
    assert token
    assert browser.post("/sign-out", data={"csrf_token": token[1]}).status_code == 303


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("reader", "/ingest", 403), ("editor", "/ingest", 403), ("photographer", "/ingest", 200), ("administrator", "/ingest", 200),
        ("reader", "/jobs", 403), ("photographer", "/jobs", 200), ("photographer", "/storage", 403), ("archivist", "/storage", 200),
    ],
)  # fmt: skip
def test_roles_open_what_they_may(signed_in: SignedIn, role: str, address: str, status: int) -> None:
    assert signed_in(role).get(address).status_code == status


def test_only_archivists_retry_jobs(signed_in: SignedIn, sample: Sample) -> None:
    assert signed_in("photographer").post(f"/jobs/{sample.dead_job}/retry").status_code == 403
    archivist = signed_in("archivist")
    assert archivist.post(f"/jobs/{sample.dead_job}/retry").status_code == 303
    assert archivist.get("/jobs?state=wanted").get_data(as_text=True).count("制作预览图") == 1


@pytest.mark.parametrize("address", ["/", "/sign-in", "/healthz", "/nowhere", "/api/v1/openapi.json"])
def test_every_answer_carries_the_headers(browser: FlaskClient, address: str) -> None:
    headers = browser.get(address).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"].startswith("private")


def test_pages_hold_no_inline_style_or_script(browser: FlaskClient, sample: Sample) -> None:
    for address in ("/", f"/assets/{sample.photos[0]}", f"/subjects/{sample.street}", "/storage", "/jobs", "/ingest"):
        page = browser.get(address).get_data(as_text=True)
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page), address
        assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page), address


def test_preferences_are_kept_and_lead_back(browser: FlaskClient) -> None:
    answer = browser.post(
        "/preferences", data={"language": "en", "theme": "dark"}, headers={"Referer": "http://localhost/storage?x=1"}
    )
    assert (answer.status_code, answer.location) == (303, "/storage?x=1")
    page = browser.get("/storage").get_data(as_text=True)
    assert 'lang="en"' in page
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize(
    "said",
    [{"classification": "secret"}, {"openness": "closed"}, {"embargo": "2999"}],
    ids=["secret", "closed", "embargo"],
)
@pytest.mark.parametrize("of", ["asset", "shoot"])
def test_a_reader_is_not_told_of_what_is_withheld(
    archive: Archive, sample: Sample, signed_in: SignedIn, of: str, said: dict[str, str]
) -> None:
    one = sample.photos[0]
    with archive.reading() as session:
        thumb = session.scalars(select(File).where(File.asset_id == one, File.role == Role.RENDITION)).first()
    assert thumb
    picture = f"/media/{thumb.id}/{thumb.sha256[:16]}.jpg"
    pages = (f"/assets/{one}", f"/api/v1/assets/{one}", picture, f"/iiif/3/{one}/info.json")
    assert [signed_in("reader").get(page).status_code for page in pages] == [200] * 4
    with archive.transaction() as session:
        asset = session.get_one(Asset, one)
        if of == "shoot":
            asset.shoot.fields = said
        else:
            ((field, value),) = said.items()
            setattr(asset, field, value)
    assert [signed_in("reader").get(page).status_code for page in pages] == [404] * 4
    assert [signed_in("archivist").get(page).status_code for page in pages] == [200] * 4
