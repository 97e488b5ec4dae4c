"""Signing in at a service outside (OpenID Connect): going there, and who comes back."""

from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, session, url_for
from werkzeug.wrappers import Response

from media_archive.access import external
from media_archive.access.models import User
from media_archive.config import Settings
from media_archive.errors import Invalid, NotFound, Refused, Unavailable
from media_archive.logs import Log
from webapp.door import archive, transaction

EXTENSION, NAME, TARGET = "sign-in service", "outside", "outside_next"
SECONDS = 10
log = Log()


def install(app: Flask) -> None:
    """Makes the sign-in service known to the application, where the settings name one; it is asked nothing yet."""
    settings = archive_settings(app)
    app.extensions[EXTENSION] = None
    if settings.oidc_issuer:
        from authlib.integrations.flask_client import OAuth

        app.extensions[EXTENSION] = OAuth(app).register(
            NAME,
            client_id=settings.oidc_client_id,
            client_secret=_secret(settings),
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": SECONDS},
        )


def archive_settings(app: Flask) -> Settings:
    """The settings of the archive behind the application."""
    return cast(Settings, app.extensions["archive"].settings)


@cache
def _read(file: str) -> str:
    return Path(file).read_text("utf-8").strip()


def _secret(settings: Settings) -> str | None:
    """From its file; without one the service knows this archive by its addresses and the proof of each sign-in (PKCE)."""
    if not settings.oidc_secret_file:
        return None
    try:
        return _read(settings.oidc_secret_file)
    except OSError as exc:
        raise Invalid(
            "The secret of the sign-in service cannot be read from {file}: {reason}. Mend the setting oidc_secret_file.",
            file=settings.oidc_secret_file,
            reason=exc.strerror or str(exc),
        ) from exc


def name(settings: Settings) -> str:
    """What the sign-in page calls the service; empty where there is none."""
    return settings.oidc_name or urlsplit(settings.oidc_issuer).netloc


def _client() -> Any:
    client = current_app.extensions[EXTENSION]
    if client is None:
        raise NotFound("No sign-in service is set up here. Sign in with name and password.")
    return client


def leave(target: str) -> Response:
    """To the service; it leads back to `arrive`."""
    client = _client()
    from authlib.integrations.base_client import OAuthError
    from requests.exceptions import RequestException

    session[TARGET] = target
    try:
        return cast(Response, client.authorize_redirect(_back()))
    except (RequestException, OAuthError, RuntimeError) as exc:
        raise _silent(exc) from exc


def _back() -> str:
    settings = archive().settings
    path = url_for("signin.arrive")
    return (
        f"{settings.public_url.rstrip('/')}{path}" if settings.public_url else url_for("signin.arrive", _external=True)
    )


def arrive() -> tuple[User, str]:
    """Who comes back, and where they wanted to go. Signature, issuer, audience, time and nonce of what they bring were
    checked; Refused where any is wrong, or where the person has no account here.
    """
    client = _client()
    from authlib.integrations.base_client import OAuthError
    from requests.exceptions import RequestException

    try:
        said = client.authorize_access_token().get("userinfo")
    except OAuthError as exc:
        log.warning("outside.refused", reason=str(exc))
        raise Refused("The sign-in service did not let you in, or took too long. Try again.") from exc
    except RequestException as exc:
        raise _silent(exc) from exc
    except Exception as exc:  # whatever a token is wrong in, it opens nothing
        log.warning("outside.wrong", reason=repr(exc))
        raise Refused(
            "What the sign-in service sent is not right, so nobody was let in. Tell whoever runs it."
        ) from exc
    if not said or not said.get("sub"):
        raise Refused("What the sign-in service sent is not right, so nobody was let in. Tell whoever runs it.")
    with transaction() as session_:
        person = external.account(session_, archive().settings, dict(said))
    return person, str(session.pop(TARGET, "/"))


def _silent(exc: Exception) -> Unavailable:
    log.warning("outside.silent", reason=repr(exc))
    return Unavailable("The sign-in service does not answer. Try again later, or sign in with name and password.")
