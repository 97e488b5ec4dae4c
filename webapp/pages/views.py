"""Pages beside the catalogue: preferences, what this is, the keys."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

import media_archive
from webapp import languages, themes
from webapp.door import archive
from webapp.signin.targets import safe_target

pages = Blueprint("pages", __name__)
YEAR = 365 * 24 * 3600


@pages.post("/preferences")
def preferences() -> Response:
    """Keeps the reader's language and theme in cookies and goes back."""
    came_from = urlsplit(request.referrer or "")
    back = safe_target(f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path)
    response = redirect(back, HTTPStatus.SEE_OTHER)
    for field, cookie, allowed in (
        ("language", languages.COOKIE, languages.LANGUAGES),
        ("theme", themes.COOKIE, themes.THEMES),
    ):
        value = request.form.get(field)
        if value is not None and value in allowed:
            response.set_cookie(
                cookie, value, YEAR, samesite="Lax", httponly=field != "theme", secure=archive().settings.secure_cookies
            )
    return response


@pages.get("/about")
def about() -> str:
    """What this is, and the keys."""
    return render_template("about.html", version=media_archive.version())
