"""The cookie that carries the key of a session; the key's digest lies with the core."""

from werkzeug.wrappers import Response

from media_archive.config import Settings

COOKIE = "archive_session"


def give(response: Response, key: str, settings: Settings) -> None:
    """Puts the key into the reader's cookie."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=settings.session_hours * 3600,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="Lax",
    )
