"""One's own account, people and groups, the record, and signing in with a second factor."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from media_archive.access import factors, tokens
from media_archive.access import service as access
from media_archive.access.models import SignIn
from media_archive.archive import Archive, secret_key
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset
from media_archive.db import now
from media_archive.events import queries
from media_archive.events import service as events
from media_archive.events.queries import Wanted
from tests.webapp.conftest import SignedIn
from tests.webapp.sample import PASSWORD, Sample

pytestmark = pytest.mark.slow


def _recorded(archive: Archive, **wanted: Any) -> list[dict[str, Any]]:
    with archive.reading() as session:
        return [queries.told(one) for one in queries.listed(session, Wanted(**wanted))]


@pytest.fixture
def secret(archive: Archive) -> str:
    """The archivist has a second factor."""
    key = secret_key(archive.settings)
    with archive.transaction() as session:
        person = access.user_called(session, "archivist")
        made = factors.begin(session, person, key)
        session.flush()
        factors.confirm(session, person, factors.code_at(made, now()), key)
        session.flush()
        # what confirmed it may open once more: the test has not half a minute
        session.get_one(factors.SecondFactor, person.id).last_step = 0
    return made


def test_with_a_second_factor_the_password_alone_opens_nothing(stranger: FlaskClient, secret: str) -> None:
    answer = stranger.post("/sign-in", data={"login": "archivist", "password": PASSWORD, "next": "/storage"})
    assert answer.location == "/sign-in/code"
    assert stranger.get("/storage").status_code == 303
    assert stranger.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    answer = stranger.post("/sign-in/code", data={"code": factors.code_at(secret, now())})
    assert (answer.status_code, answer.location) == (303, "/storage")
    assert stranger.get("/storage").status_code == 200


def test_nobody_can_try_all_codes(stranger: FlaskClient, secret: str) -> None:
    stranger.post("/sign-in", data={"login": "archivist", "password": PASSWORD})
    for _ in range(access.FAILURES_BEFORE_LOCK):
        stranger.post("/sign-in/code", data={"code": "000000"})
    answer = stranger.post("/sign-in/code", data={"code": factors.code_at(secret, now())})
    assert answer.status_code == 422, "locked, even for the right one"


@pytest.mark.usefixtures("secret")
def test_the_code_is_asked_for_behind_a_link_too_and_of_nobody_else(stranger: FlaskClient, archive: Archive) -> None:
    assert stranger.get("/sign-in/code").location == "/sign-in"
    with archive.transaction() as session:
        key = access.login_link(session, access.user_called(session, "archivist"), 5)
    assert stranger.get(f"/enter/{key}").location == "/sign-in/code"
    assert stranger.get("/storage").status_code == 303


def test_a_second_factor_is_set_up_on_the_page(browser: FlaskClient) -> None:
    browser.post("/account/factor")
    page = browser.get("/account").get_data(as_text=True)
    assert 'src="data:image/svg+xml' in page
    found = re.search(r'<p class="mono">([A-Z2-7]{32})</p>', page)
    assert found
    assert browser.post("/account/factor/confirm", data={"code": "1"}).status_code == 422
    done = browser.post("/account/factor/confirm", data={"code": factors.code_at(found[1], now())})
    codes = re.findall(r"<li>([a-z2-7-]{19})</li>", done.get_data(as_text=True))
    assert len(codes) == factors.RECOVERY_CODES
    assert codes[0] not in browser.get("/account").get_data(as_text=True), "they are shown once"
    assert browser.post("/account/factor/remove", data={"code": "000000"}).status_code == 422
    assert browser.post("/account/factor/remove", data={"code": codes[0]}).status_code == 303


@pytest.mark.slow
def test_a_new_password_signs_out_everywhere_else(app: Any, browser: FlaskClient, signed_in: SignedIn) -> None:
    other = signed_in("archivist")
    form = {"present": PASSWORD, "password": "another long one", "again": "another long one"}
    assert browser.post("/account/password", data=form | {"present": "wrong one"}).status_code == 422
    assert browser.post("/account/password", data=form | {"again": "not the same"}).status_code == 422
    assert other.get("/").status_code == 200
    assert browser.post("/account/password", data=form).status_code == 303
    assert (browser.get("/").status_code, other.get("/").status_code) == (200, 303)
    fresh = app.test_client()
    assert fresh.post("/sign-in", data={"login": "archivist", "password": "another long one"}).status_code == 303


def test_sessions_are_listed_and_ended_by_their_owner(
    browser: FlaskClient, signed_in: SignedIn, archive: Archive
) -> None:
    other, third = signed_in("archivist"), signed_in("editor")
    with archive.reading() as session:
        found = {one.user.login: [] for one in session.query(SignIn)}
        for one in session.query(SignIn).order_by(SignIn.created_at):
            found[one.user.login].append(one.id)
    assert browser.get("/account").get_data(as_text=True).count('/end"') >= 2
    assert browser.post(f"/account/sessions/{found['editor'][0]}/end").status_code == 404, "somebody else's"
    assert browser.post(f"/account/sessions/{found['archivist'][1]}/end").status_code == 303
    assert [one.get("/").status_code for one in (browser, other, third)] == [200, 303, 200]


def test_administrators_add_lock_out_and_let_in_people(archive: Archive, app: Any, signed_in: SignedIn) -> None:
    admin = signed_in("administrator")
    made = admin.post("/users", data={"login": "zhang", "name": "张三", "role": "editor"})
    page = made.location
    assert "张三" in admin.get(page).get_data(as_text=True)
    assert admin.post("/users", data={"login": "zhang", "role": "editor"}).status_code == 422
    link = re.search(r"http://localhost(/enter/[\w-]+)", admin.post(f"{page}/link").get_data(as_text=True))
    assert link
    zhang = app.test_client()
    assert zhang.get(link[1]).status_code == 303
    assert (zhang.get("/parcels").status_code, zhang.get("/storage").status_code) == (200, 403)
    admin.post(page, data={"do": "role", "role": "archivist"})
    assert zhang.get("/storage").status_code == 200, "at once"
    admin.post(f"{page}/sign-out")
    assert zhang.get("/").status_code == 303
    admin.post(page, data={"do": "close"})
    with archive.reading() as session:
        assert not access.user_called(session, "zhang").active
    told = [one["what"] for one in _recorded(archive, object_kind="user", object_id=UUID(page.rsplit("/", 1)[1]))]
    assert told == ["deactivation", "sign-out", "modification", "sign-in", "creation"]


def test_groups_are_made_filled_and_removed_on_their_pages(archive: Archive, signed_in: SignedIn) -> None:
    admin, reader = signed_in("administrator"), signed_in("reader")
    page = admin.post("/groups", data={"name": "影像科"}).location
    with archive.reading() as session:
        person = access.user_called(session, "reader")
    admin.post(page, data={"do": "give", "role": "photographer", "archive": str(person.archive_id)})
    admin.post(page, data={"do": "join", "user": str(person.id)})
    assert reader.get("/ingest").status_code == 200
    assert "影像科" in admin.get("/groups").get_data(as_text=True)
    admin.post(page, data={"do": "remove"})
    assert reader.get("/ingest").status_code == 403


def test_archives_are_founded_by_those_who_run_the_first_one(archive: Archive, signed_in: SignedIn) -> None:
    admin, reader = signed_in("administrator"), signed_in("reader")
    assert reader.get("/archives").status_code == 403
    assert admin.post("/archives", data={"code": "B002", "name": "齐河县城建档案馆"}).status_code == 303
    refused = admin.post("/archives", data={"code": "b002", "name": "又一个"})
    assert (refused.status_code, "齐河县城建档案馆" in refused.get_data(as_text=True)) == (422, True)
    with archive.reading() as session:
        made = catalogue.archive_by_code(session, "B002")
    admin.post(f"/archives/{made.id}", data={"name": "齐河馆"})
    assert "齐河馆" in admin.get("/archives").get_data(as_text=True)
    added = admin.post("/users", data={"login": "qihe", "role": "administrator", "archive": str(made.id)}).location
    assert "齐河馆" in admin.get(added).get_data(as_text=True)


def test_a_token_is_limited_to_its_actions(archive: Archive, app: Any, sample: Sample) -> None:
    with archive.transaction() as session:
        person = access.user_called(session, "archivist")
        _, key = tokens.issue(session, person, "site", "write", 5, "x", actions=["look"])
    program, one = app.test_client(), sample.photos[0]
    head = {"Authorization": f"Bearer {key}"}
    assert program.get(f"/api/v1/assets/{one}", headers=head).status_code == 200
    for there in ("/api/v1/storage", "/api/v1/trash"):
        answer = program.get(there, headers=head)
        assert (answer.status_code, "insufficient_scope" in answer.headers["WWW-Authenticate"]) == (403, True)


def test_who_was_refused_or_took_an_original_is_on_record(
    archive: Archive, signed_in: SignedIn, sample: Sample
) -> None:
    reader, editor = signed_in("reader"), signed_in("editor")
    for _ in range(3):
        assert reader.get("/storage").status_code == 403
    [refusal] = _recorded(archive, what="refusal")
    assert (refusal["who"], refusal["detail"]["path"], refusal["outcome"]) == ("reader", "/storage", "failure")
    with archive.reading() as session:
        file = session.get_one(Asset, sample.photos[0]).files[0]
        original = next(one for one in session.get_one(Asset, sample.photos[0]).files if one.role == "original")
    assert file
    there = f"/media/{original.id}/{original.sha256[:16]}.jpg"
    assert editor.get(there).status_code == 200
    for start in (0, 10, 20):
        editor.get(there, headers={"Range": f"bytes={start}-{start + 5}"})
    [download] = _recorded(archive, what="download")
    assert (download["who"], download["object_id"]) == ("editor", str(sample.photos[0]))


def test_who_looks_at_what_is_restricted_is_on_record(archive: Archive, browser: FlaskClient, sample: Sample) -> None:
    with archive.transaction() as session:
        session.get_one(Asset, sample.photos[0]).classification = "secret"
    for one in sample.photos[:2]:
        assert browser.get(f"/assets/{one}").status_code == 200
        assert browser.get(f"/api/v1/assets/{one}").status_code == 200
    [seen] = _recorded(archive, what="access")
    assert (seen["who"], seen["object_id"]) == ("archivist", str(sample.photos[0]))


def test_the_record_is_filtered_on_its_page(archive: Archive, signed_in: SignedIn) -> None:
    signed_in("reader").get("/storage")
    admin = signed_in("administrator")
    page = admin.get("/record?what=refusal").get_data(as_text=True)
    assert "path&#34;: &#34;/storage" in page
    assert "path&#34;" not in admin.get("/record?what=refusal&who=editor").get_data(as_text=True)
    found = admin.get("/record?who=reader", headers={"Accept": "application/json"}).get_json()
    assert {one["what"] for one in found["items"]} >= {"sign-in", "refusal"}
    assert admin.get("/record?since=yesterday").status_code == 422
    archive.seal()
    with archive.reading() as session:
        assert events.check(session) is None


def test_a_chain_that_was_made_anew_does_not_match_what_was_noted(archive: Archive, browser: FlaskClient) -> None:
    browser.get("/")
    archive.seal()
    with archive.transaction() as session:
        head = queries.head(session)
        assert head
        assert head.position
        noted = events.noted(f"{head.position}:{head.digest}")
        assert events.check(session, noted) is None
        session.delete(head)
    with archive.transaction() as session:
        assert events.check(session) is None, "the chain alone does not tell that its end is gone"
        assert events.check(session, noted) == events.Break(noted[0], "missing")
