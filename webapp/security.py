"""Headers of every answer."""

from flask import Flask, Response, request

from webapp.map import base
from webapp.media import direct

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:{pictures}",
        "media-src 'self' blob:{origins}",
        "connect-src 'self'{origins}",
        "font-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
#: blueprints that say themselves who may keep their answers, and for how long
OWN_WORD = ("media", "iiif")


def install(app: Flask) -> None:
    """Puts the headers on every answer."""
    direct.install(app)
    app.after_request(_add_headers)


def policy(origins: str = "", pictures: str = "") -> str:
    """The Content-Security-Policy of pages that may also read from `origins`, which stand apart by spaces, and show
    pictures of a map service.
    """
    more = {"origins": origins, "pictures": pictures}
    return _POLICY.format(**{name: f" {value}" if value else "" for name, value in more.items()})


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", policy(direct.origins(), base.origin()))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # pages show what one person may see: no cache between may keep them, and "back" asks again after a sign-out
    if request.blueprint not in OWN_WORD:
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.vary.update(("Cookie", "Accept", "Accept-Language"))
    return response
