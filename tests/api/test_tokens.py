"""Tokens let programs in: for a time, for reading or writing, until they are revoked."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from media_archive.access import service as access
from media_archive.access import tokens
from media_archive.access.models import Token
from media_archive.archive import Archive
from media_archive.db import now
from media_archive.errors import Invalid
from tests.api.conftest import MakeProgram, Program
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow


def test_a_token_opens_the_interface_and_its_pictures_but_no_page(program: MakeProgram, sample: Sample) -> None:
    one = program("editor")
    told = one.ask("GET", f"/assets/{sample.photos[0]}").get_json()
    assert one.ask("GET", "/me").get_json()["role"] == "editor"
    original = next(file for file in told["files"] if file["role"] == "original")
    assert one.client.get(original["content"], headers=one.head).status_code == 200
    assert one.client.get("/", headers=one.head).status_code == 303


def test_a_reading_token_changes_nothing(program: MakeProgram, sample: Sample) -> None:
    path = f"/assets/{sample.photos[0]}"
    reading = program(scope="read")
    assert reading.ask("GET", path).status_code == 200
    refused = reading.ask("PATCH", path, {"title": "别的"}, If_Match="*")
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


def test_a_token_may_what_its_person_may(program: MakeProgram, sample: Sample) -> None:
    assert program("reader").ask("GET", "/storage").status_code == 403
    assert program("reader").ask("PATCH", f"/assets/{sample.photos[0]}", {}, If_Match="*").status_code == 403
    assert program("archivist").ask("GET", "/storage").status_code == 200


def test_what_is_over_revoked_or_unknown_opens_nothing(app: Flask, archive: Archive, program: MakeProgram) -> None:
    over, revoked, closed = program("editor"), program("curator"), program("reader")
    with archive.transaction() as session:
        of = {token.user.login: token for token in tokens.listed(session)}
        session.execute(
            update(Token).where(Token.id == of["editor"].id).values(expires_at=now() - timedelta(seconds=1))
        )
        tokens.revoke(session, of["curator"], "archivist")
        access.close(session, of["reader"].user, "archivist")
    for one in (over, revoked, closed, Program(app, "mat_nothing"), Program(app, None)):
        refused = one.ask("GET", "/assets")
        assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_only_the_digest_is_kept_and_use_is_noted_to_the_day(archive: Archive, program: MakeProgram) -> None:
    one = program()
    assert one.ask("GET", "/me").status_code == 200
    with archive.reading() as session:
        token = session.scalars(select(Token)).one()
    assert token.key not in one.head["Authorization"]
    assert token.used_at is not None
    assert (token.used_at.hour, token.used_at.minute) == (0, 0)


def test_a_browser_changes_things_only_with_the_token_of_its_page(
    signed_in: SignedIn, program: MakeProgram, app: Flask, sample: Sample
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = signed_in("archivist")
    path, change = f"/api/v1/assets/{sample.photos[0]}", {"title": "新题名"}
    assert browser.get(path).status_code == 200
    assert browser.patch(path, json=change, headers={"If-Match": "*"}).status_code == 403
    page = browser.get("/about").get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    there = browser.patch(path, json=change, headers={"If-Match": "*", "X-CSRFToken": token})
    assert (there.status_code, there.get_json()["title"]) == (200, "新题名")


def test_a_token_needs_a_name_a_scope_and_an_end(archive: Archive) -> None:
    with archive.transaction() as session:
        person = access.user_called(session, "reader")
        for name, scope, days in (("", "read", 1), ("x", "all", 1), ("x", "read", 0)):
            with pytest.raises(Invalid):
                tokens.issue(session, person, name, scope, days, "reader")
