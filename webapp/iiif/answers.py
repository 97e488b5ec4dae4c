"""What every answer of the IIIF Image API carries: who may read it from where, how long it holds, and why not."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

from flask import Response, request
from werkzeug.exceptions import HTTPException

from media_archive import errors
from media_archive.iiif.information import CONTEXT, PROFILE
from media_archive.logs import Log
from webapp.languages import say
from webapp.refusals import RETRY_SECONDS
from webapp.translated import gettext

log = Log()
LINKED = f'application/ld+json;profile="{CONTEXT}"'
PLAIN = "application/json"
CHUNK = 256 << 10
#: seconds for which nobody needs to ask again
FRESH = 86_400
FRESH_INFORMATION = 3600
#: the first that fits
STATUS: tuple[tuple[type[errors.ArchiveError], HTTPStatus], ...] = (
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.Refused, HTTPStatus.BAD_REQUEST),
    (errors.Crashed, HTTPStatus.INTERNAL_SERVER_ERROR),
    # there is a file, but no picture
    (errors.Unreadable, HTTPStatus.NOT_FOUND),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.ArchiveError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


def opened(response: Response) -> Response:
    """Lets pages of any origin read the answer: what needs a sign-in is not sent to them, for they carry no cookie."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Link, ETag, Retry-After"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        asked = request.headers.get("Access-Control-Request-Headers")
        response.headers["Access-Control-Allow-Headers"] = asked if asked and asked.isprintable() else "*"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def refused(error: errors.ArchiveError) -> Response:
    """Why there is no picture, in plain words (section 7.3)."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("refused", path=request.path, reason=str(error))
    return told(status, say(error.message))


def unopened() -> Response:
    """For those who would have to sign in."""
    return told(
        HTTPStatus.UNAUTHORIZED,
        gettext("This picture is not published. Sign in, or use the address with a signature from its page."),
    )


def failed(error: HTTPException) -> Response:
    """What the framework refuses."""
    return told(HTTPStatus(error.code or 500), error.description or error.name)


def told(status: HTTPStatus, words: str) -> Response:
    """A refusal that nobody keeps."""
    response = Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def known(tag: str) -> bool:
    """Whether the reader has the answer already."""
    return request.if_none_match.contains_weak(tag)


def information(document: dict[str, Any], tag: str, *, public: bool) -> Response:
    """info.json, in the media type that the reader prefers (section 5.1)."""
    response = Response(status=HTTPStatus.NOT_MODIFIED) if known(tag) else Response(json.dumps(document, indent=2))
    response.headers["Content-Type"] = _media_type()
    response.headers["Link"] = f'<{PROFILE}>;rel="profile"'
    response.vary.add("Accept")
    return _kept(response, tag, FRESH_INFORMATION, public=public)


def picture(path: Path | None, media_type: str, canonical: str, tag: str, *, public: bool) -> Response:
    """The picture in the file `path`, which is removed; there is none where the reader has it already."""
    if path is None:
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        file = path.open("rb")
        size = path.stat().st_size
        path.unlink()
        response = Response(_chunks(file), direct_passthrough=True)
        response.call_on_close(file.close)  # nothing is read for HEAD
        response.headers["Content-Length"] = str(size)
    response.headers["Content-Type"] = media_type
    response.headers["Link"] = f'<{canonical}>;rel="canonical", <{PROFILE}>;rel="profile"'
    return _kept(response, tag, FRESH, public=public)


def _kept(response: Response, tag: str, seconds: int, *, public: bool) -> Response:
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = f"{'public' if public else 'private'}, max-age={seconds}"
    return response


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def _media_type() -> str:
    """JSON-LD, unless the reader would rather have plain JSON, as browsers do, who show it."""
    asked = {value.split(";")[0].strip().lower(): quality for value, quality in request.accept_mimetypes}
    linked, plain = asked.get("application/ld+json"), asked.get(PLAIN)
    if linked is None and plain is None:
        return PLAIN if "text/html" in asked else LINKED
    return LINKED if (linked or 0) >= (plain or 0) else PLAIN
