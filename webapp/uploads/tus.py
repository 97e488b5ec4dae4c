"""The server of tus 1.0.0: uploads in pieces, resumed after whatever breaks them off.

A request's bytes go straight to a file; what is acknowledged is on the disk. Which delivery a file belongs to its
metadata say: `delivery` (an id) and `path`; one that names none comes into today's delivery of its sender.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import cast
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, MethodNotAllowed, PreconditionFailed, UnsupportedMediaType
from werkzeug.http import http_date

from media_archive import errors
from media_archive.access import service as access
from media_archive.catalogue.models import Archive
from media_archive.context import Context
from media_archive.uploads import arriving, deliveries, service
from media_archive.uploads.models import Delivery, Upload
from webapp.door import EXTENSION, archive, reading, transaction, user
from webapp.languages import say
from webapp.signin import bearer
from webapp.uploads import headers

tus = Blueprint("tus", __name__)
#: name of the extension that says whose turn it is
TURNS = "uploads"
#: no bound of the web framework: the upload's own length is one
ANY_LENGTH = 1 << 62
#: what the protocol says where bytes do not have their checksum
CHECKSUM_MISMATCH = 460
#: the first that fits
STATUS: tuple[tuple[type[errors.ArchiveError], int], ...] = (
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Mismatched, CHECKSUM_MISMATCH),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.NoSpace, HTTPStatus.INSUFFICIENT_STORAGE),
    (errors.Busy, HTTPStatus.LOCKED),
    (errors.Refused, HTTPStatus.BAD_REQUEST),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.ArchiveError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


def install(app: Flask) -> None:
    """Bounds how many requests bring bytes at once: the other threads are for pages."""
    app.extensions[TURNS] = BoundedSemaphore(cast(Context, app.extensions[EXTENSION]).settings.uploads_at_once)


@tus.before_request
def _check() -> None:
    """Who may, with which version of the protocol, and from which page."""
    request.max_content_length = ANY_LENGTH
    access.require(user(), "ingest")
    if request.method == "OPTIONS":
        return
    bearer.check_form_token()
    if request.headers.get("Tus-Resumable") != headers.VERSION:
        raise PreconditionFailed


@tus.after_request
def _tell_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = headers.VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.headers["Tus-Version"] = headers.VERSION
    return response


@tus.errorhandler(errors.ArchiveError)
def _refused(error: errors.ArchiveError) -> Response:
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    response = make_response(say(error.message) + "\n", status)
    response.mimetype = "text/plain"
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.LOCKED):
        response.headers["Retry-After"] = "2"
    return response


@tus.errorhandler(HTTPException)
def _wrong(error: HTTPException) -> Response:
    """In few words, and no page: programs read them."""
    response = Response(f"{error.name}\n", error.code, mimetype="text/plain")
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.valid_methods or ())
    return response


@tus.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@tus.route("/uploads/files/<id:upload_id>", methods=["OPTIONS"], provide_automatic_options=False)
def options(upload_id: UUID | None = None) -> Response:  # noqa: ARG001 - the same for each
    """What this server can do."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Tus-Version"] = headers.VERSION
    response.headers["Tus-Extension"] = ",".join(headers.EXTENSIONS)
    response.headers["Tus-Max-Size"] = str(archive().settings.upload_most)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(arriving.ALGORITHMS)
    return response


@tus.route("/uploads", methods=["POST"], provide_automatic_options=False)
def create() -> Response:
    """A new upload, with its first bytes if they come along; or one that is joined of parts."""
    concat = request.headers.get("Upload-Concat", "")
    told = request.headers.get("Upload-Metadata", "")
    if concat.startswith("final;"):
        return _join(concat, told)
    if concat not in ("", "partial"):
        raise errors.Invalid("Upload-Concat must be partial, or final with the addresses of the parts.")
    size = headers.length(request.headers.get("Upload-Length"), request.headers.get("Upload-Defer-Length"))
    wanted = headers.wanted(size, told)
    with transaction() as session:
        delivery = None if concat else _delivery(session, told)
        upload = service.begin(session, archive().settings, delivery, user().login, wanted)
    if request.mimetype != headers.STREAM:
        return _located(upload)
    there = service.offset(archive().settings, upload)
    return _acknowledged(_located(upload), upload, _pass_over(there) if there else _add(upload, 0))


def _pass_over(there: int) -> int:
    """Reads on to the end of the body: these bytes have come before, and the sender goes on behind them."""
    while request.stream.read(arriving.BLOCK):
        pass
    return there


def _join(concat: str, told: str) -> Response:
    if "Upload-Length" in request.headers:
        raise errors.Invalid("An upload that is joined has the length of its parts: leave Upload-Length out.")
    wanted = headers.wanted(None, told)
    with transaction() as session:
        delivery = _delivery(session, told)
        parts = headers.parts(concat)
        upload = service.join(session, archive().settings, delivery, user().login, parts, wanted)
    return _located(upload)


def _delivery(session: Session, told: str) -> Delivery:
    given = headers.metadata(told)
    named = given.get("delivery", b"").decode("ascii", "replace")
    if named:
        try:
            return deliveries.own(session, UUID(named), user().login)
        except ValueError:
            raise errors.NotFound("There is no such delivery. The page Upload lists yours.") from None
    home = session.get_one(Archive, user().archive_id)
    shoot = given.get("shoot", b"").decode("utf-8", "replace")
    return deliveries.usual(session, home, user().login, archive().settings.time_zone, shoot)


def _located(upload: Upload) -> Response:
    response = Response(status=HTTPStatus.CREATED)
    response.headers["Location"] = url_for("tus.ask", upload_id=upload.id)
    return _with_end(response, upload)


def _acknowledged(response: Response, upload: Upload, there: int) -> Response:
    response.headers["Upload-Offset"] = str(there)
    if there == upload.size and upload.delivery_id is not None:
        response.headers.pop("Upload-Expires", None)
        return response
    return _with_end(response, upload)


def _with_end(response: Response, upload: Upload) -> Response:
    if expires := service.expires(archive().settings, upload):
        response.headers["Upload-Expires"] = http_date(expires)
    return response


@tus.route("/uploads/files/<id:upload_id>", methods=["HEAD"], provide_automatic_options=False)
def ask(upload_id: UUID) -> Response:
    """How much of it has come."""
    upload = _own(upload_id)
    there = service.offset(archive().settings, upload)
    _finish(upload, there)
    response = Response(status=HTTPStatus.OK)
    response.headers["Upload-Offset"] = str(there)
    if upload.size is None:
        response.headers["Upload-Defer-Length"] = "1"
    else:
        response.headers["Upload-Length"] = str(upload.size)
    if upload.told:
        response.headers["Upload-Metadata"] = upload.told
    if upload.parts:
        addresses = (url_for("tus.ask", upload_id=part) for part in upload.parts)
        response.headers["Upload-Concat"] = "final;" + " ".join(addresses)
    elif upload.delivery_id is None:
        response.headers["Upload-Concat"] = "partial"
    return _with_end(response, upload)


@tus.route("/uploads/files/<id:upload_id>", methods=["PATCH"], provide_automatic_options=False)
def add(upload_id: UUID) -> Response:
    """Adds the body behind what has come."""
    if request.mimetype != headers.STREAM:
        raise UnsupportedMediaType
    at = headers.number("Upload-Offset", request.headers.get("Upload-Offset"))
    upload = _own(upload_id)
    if upload.parts:
        raise errors.Forbidden("This upload is joined of parts: nothing can be added to it.")
    if "Upload-Length" in request.headers:
        upload = _size_told(upload_id, headers.number("Upload-Length", request.headers["Upload-Length"]))
    return _acknowledged(Response(status=HTTPStatus.NO_CONTENT), upload, _add(upload, at))


@tus.route("/uploads/files/<id:upload_id>", methods=["DELETE"], provide_automatic_options=False)
def end(upload_id: UUID) -> Response:
    """Ends it, and removes what has come."""
    service.end(archive(), upload_id, user().login)
    return Response(status=HTTPStatus.NO_CONTENT)


@tus.route("/uploads/files/<id:upload_id>", methods=["POST"], provide_automatic_options=False)
def overridden(upload_id: UUID) -> Response:
    """For who can send nothing but POST: the method stands in a header."""
    views = {"PATCH": add, "DELETE": end, "HEAD": ask}
    view = views.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if view is None:
        raise MethodNotAllowed(["HEAD", "PATCH", "DELETE"])
    return view(upload_id)


def _own(upload_id: UUID) -> Upload:
    with reading() as session:
        return service.own(session, upload_id, user().login)


def _size_told(upload_id: UUID, size: int) -> Upload:
    with transaction() as session:
        upload = service.own(session, upload_id, user().login)
        service.size_told(session, archive().settings, upload, size)
    return upload


def _add(upload: Upload, at: int) -> int:
    """Streams the body to its file; returns how much has come."""
    checksum = headers.checksum(request.headers.get("Upload-Checksum"))
    coming = request.content_length or 0
    if upload.size is not None and at + coming > upload.size:
        raise errors.TooLarge("More bytes came than the upload has. Its length was told as {size}.", size=upload.size)
    if upload.finished_at is not None:
        return service.offset(archive().settings, upload) if at == upload.size else _moved_on(upload, at)
    with _turn():
        file = service.place(archive().settings, upload.id)
        there = arriving.append(file, at, upload.size, request.stream.read, checksum)
    _finish(upload, there)
    return there


def _moved_on(upload: Upload, at: int) -> int:
    raise errors.Conflict(
        "The upload has {there} bytes, and these are to begin at {at}. Ask how far it is, and go on from there.",
        there=upload.size or 0,
        at=at,
    )


def _finish(upload: Upload, there: int) -> None:
    if upload.finished_at is None and upload.size == there:
        with transaction() as session:
            service.finish(service.own(session, upload.id, user().login), there)


@contextmanager
def _turn() -> Iterator[None]:
    turns: BoundedSemaphore = current_app.extensions[TURNS]
    if not turns.acquire(timeout=1):
        raise errors.Unavailable("Many uploads are coming in just now. Try again in a moment.")
    try:
        yield
    finally:
        turns.release()
