"""Signing in at a service outside: a real one answers on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.config import Settings
from tests.webapp import provider
from webapp.app import create_app

pytestmark = pytest.mark.slow
HOST = "http://localhost"
Opener = Callable[..., FlaskClient]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[provider.Service]:
    # the service speaks plain HTTP on loopback, which its library refuses otherwise
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with provider.running(f"{HOST}/sign-in/arrived") as made:
        yield made


@pytest.fixture
def opened(archive: Archive, settings: Settings, service: provider.Service, tmp_path: Path) -> Iterator[Opener]:
    """A browser of an archive with the service and further settings."""
    secret = tmp_path / "secret"
    secret.write_text(provider.SECRET)
    made = []

    def browser(**more: object) -> FlaskClient:
        told = {"oidc_issuer": service.issuer, "oidc_client_id": provider.ID, "oidc_secret_file": str(secret), **more}
        made.append(Archive.open(settings.model_copy(update=told)))
        app = create_app(made[-1])
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        return app.test_client()

    yield browser
    for one in made:
        one.close()


def _go(browser: FlaskClient, target: str = "/shoots") -> int:
    """To the service and back; the status of the end."""
    there = browser.get(f"/sign-in/outside?next={target}").location
    assert there, "nobody was led to the service"
    back = requests.get(there, allow_redirects=False, timeout=20).headers["Location"]
    answer = browser.get(back.removeprefix(HOST))
    return answer.status_code if answer.location != target else 0


def test_somebody_known_by_the_service_gets_an_account_and_keeps_it(
    archive: Archive, service: provider.Service, opened: Opener
) -> None:
    service.claims = {"sub": "u-17", "preferred_username": "lili", "name": "李丽"}
    browser = opened(oidc_role="photographer")
    assert _go(browser) == 0
    assert browser.get("/ingest").status_code == 200
    service.claims = {"sub": "u-17", "preferred_username": "li.li"}
    assert _go(opened()) == 0, "known by the subject, whatever the name"
    with archive.reading() as session:
        person = access.user_called(session, "lili")
        assert (person.name, person.role, person.password) == ("李丽", Part.PHOTOGRAPHER, None)
        access.close(session, person, "admin")
        session.rollback()


def test_who_has_no_account_is_refused_where_none_is_made(service: provider.Service, opened: Opener) -> None:
    service.claims = {"sub": "u-18", "email": "wang@archive.example", "email_verified": True}
    browser = opened()
    assert _go(browser) == 403
    assert browser.get("/shoots").status_code == 303


@pytest.mark.parametrize(
    ("verified", "role", "status"), [(True, Part.EDITOR, 0), (False, Part.EDITOR, 403), (True, Part.ADMINISTRATOR, 403)]
)
def test_an_account_is_found_by_a_verified_mail_unless_it_is_an_administrators(
    archive: Archive, service: provider.Service, opened: Opener, verified: bool, role: Part, status: int
) -> None:
    with archive.transaction() as session:
        own = catalogue.archive_by_code(session, archive.settings.archive_code)
        access.add_user(session, own, "wang@archive.example", "王", role)
    service.claims = {"sub": "u-19", "email": "wang@archive.example", "email_verified": verified}
    assert _go(opened(oidc_match_email=True)) == status


def test_what_is_signed_by_another_or_for_another_lets_nobody_in(service: provider.Service, opened: Opener) -> None:
    service.claims = {"sub": "u-20", "preferred_username": "x"}
    service.audience = "somebody else"
    assert _go(opened(oidc_role="reader")) == 403
    service.audience = provider.ID
    service.signs_with = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    assert _go(opened(oidc_role="reader")) == 403


def test_an_answer_that_was_not_asked_for_is_refused(service: provider.Service, opened: Opener) -> None:
    service.claims = {"sub": "u-21", "preferred_username": "y"}
    browser, other = opened(oidc_role="reader"), opened(oidc_role="reader")
    there = browser.get("/sign-in/outside").location
    assert there
    back = requests.get(there, allow_redirects=False, timeout=20).headers["Location"].removeprefix(HOST)
    assert other.get(back).status_code == 403, "the state is that of another browser"
    assert other.get("/shoots").status_code == 303
