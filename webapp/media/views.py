"""The bytes of renditions and originals: whole, in ranges, or handed to the front server."""

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.http import parse_date, parse_etags, unquote_etag
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue import opening, shown
from media_archive.errors import Forbidden
from media_archive.storage.models import File, Role
from webapp import audit
from webapp.door import archive, reading, user
from webapp.media import direct, ranges, source
from webapp.media.ranges import Span
from webapp.refusals import wants_json
from webapp.restoring import shown as restoring

media = Blueprint("media", __name__)
#: the address names the digest, so a year is safe; private, since pages need a sign-in
CACHE = "private, max-age=31536000, immutable"
#: bytes from which on a rendition shows more than a list does
LARGE = 128 << 10
#: shown by the browser itself; anything else is only ever saved, for it could carry a script
SHOWN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/avif",
        "video/mp4",
        "audio/mp4",
        "audio/mpeg",
        "text/vtt",
        "application/json",
    }
)


@media.get("/media/<id:item>/<string(minlength=8,maxlength=64):prefix>.<_extension>")
def send(item: UUID, prefix: str, _extension: str) -> AnyResponse:
    """The bytes with that digest, or a range of them. What lies offline leads to where it is asked for."""
    with reading() as session:
        file = source.find(session, item, prefix)
        look = shown.asset if file.role != Role.RENDITION or file.size >= LARGE else shown.there
        look(session, file.asset_id, trashed=access.may(user(), "see the trash"))
    _check_right(file)
    if "download" in request.args and not wants_json() and not restoring.readable(file):
        return redirect(url_for("restoring.confirm", asset=file.asset_id), HTTPStatus.SEE_OTHER)
    if not _is_known(file.sha256):
        if request.method == "GET" and file.role == Role.ORIGINAL:
            opening.note(archive(), file.asset_id)
            if begins():
                audit.note_download(file.asset_id, name=file.name, sha256=file.sha256)
        if request.method == "GET" and (elsewhere := direct.address(file)):
            return _led(elsewhere)
    return sent(file)


def sent(file: File, cache: str = CACHE) -> Response:
    """The bytes of a file that may be seen, or the range of them that is asked for."""
    if _is_known(file.sha256):
        return _described(Response(status=HTTPStatus.NOT_MODIFIED), file, cache)
    asked = request.headers.get("Range") if _range_applies(f'"{file.sha256}"') else None
    try:
        span = ranges.parse(asked, file.size)
    except ranges.Unsatisfiable:
        response = Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers.update({"Content-Range": f"bytes */{file.size}", "Accept-Ranges": "bytes"})
        return response
    return _described(_body(file, span), file, cache)


def begins() -> bool:
    """Whether the file is asked for from its beginning: what follows of it was recorded with that."""
    return request.headers.get("Range", "").replace(" ", "")[:8] in ("", "bytes=0-")


def _led(elsewhere: str) -> Response:
    """To the store itself; nobody may keep that, for it expires."""
    response = Response(status=HTTPStatus.FOUND)
    response.headers.update({"Location": elsewhere, "Cache-Control": "no-store"})
    return response


def _check_right(file: File) -> None:
    if file.role != Role.RENDITION and not access.may(user(), "download", file.archive_id):
        raise Forbidden("Originals are not open to you. Ask the archivist for the right to download.")


def _is_known(digest: str) -> bool:
    return parse_etags(request.headers.get("If-None-Match")).contains_weak(digest)


def _range_applies(etag: str) -> bool:
    """If-Range: the part only if the whole is still the same (RFC 9110, 13.1.5); a date proves nothing here."""
    given = request.headers.get("If-Range")
    if not given:
        return True
    return parse_date(given) is None and unquote_etag(given) == unquote_etag(etag)


def _body(file: File, span: Span | None) -> Response:
    whole = span or Span(0, file.size)
    status = HTTPStatus.OK if span is None else HTTPStatus.PARTIAL_CONTENT
    prefix = archive().settings.accel_prefix
    path = source.local_path(file) if prefix else None
    if path is not None:
        # the front server reads the Range header itself
        return Response(headers={"X-Accel-Redirect": quote(f"{prefix.rstrip('/')}{path}")})
    if request.method == "HEAD":
        source.open_span(file, whole).close()
        response = Response(status=status)
    else:
        response = Response(source.stream(file, whole), status, direct_passthrough=True)
    response.headers["Content-Length"] = str(whole.length)
    if span is not None:
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{file.size}"
    return response


def _described(response: Response, file: File, cache: str) -> Response:
    response.headers["ETag"] = f'"{file.sha256}"'
    response.headers["Cache-Control"] = cache
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Type"] = _media_type(file)
    if "download" in request.args or file.media_type not in SHOWN:
        response.headers["Content-Disposition"] = disposition(file.name)
    return response


def _media_type(file: File) -> str:
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type


def disposition(name: str) -> str:
    """An attachment with its own name (RFC 6266), and a plain one for readers that know no UTF-8 (RFC 5987)."""
    clean = "".join(sign for sign in name if sign.isprintable() and sign not in "\\/") or "file"
    plain = "".join(sign if sign.isascii() and sign not in '"%' else "_" for sign in clean)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean.encode('utf-8', 'replace'), safe='')}"
