"""Every refusal and failure as an HTTP answer: one table, one page, problem+json for programs (RFC 9457)."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from media_archive import errors
from media_archive.logs import Log
from webapp.api.faults import Faulty
from webapp.languages import say
from webapp.translated import gettext

log = Log()
RETRY_SECONDS = 5
#: the first that fits, from the leaves of the tree to its root
STATUS: tuple[tuple[type[errors.ArchiveError], HTTPStatus], ...] = (
    (errors.Over, HTTPStatus.GONE),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.Refused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Unreadable, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.ArchiveError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


def install(app: Flask) -> None:
    """Answers every error with a page that helps."""
    app.register_error_handler(errors.ArchiveError, _refused)
    app.register_error_handler(NoResultFound, _gone)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(Faulty, _faulty)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.ArchiveError) -> HTTPStatus:
    """The HTTP status of a refusal; programs say which version they change, as a precondition."""
    if isinstance(error, errors.Outdated) and is_interface():
        return HTTPStatus.PRECONDITION_FAILED
    return next(status for kind, status in STATUS if isinstance(error, kind))


def is_interface() -> bool:
    """Whether the address is one of the interface for programs."""
    return request.path.startswith("/api/")


def wants_json() -> bool:
    """Whether the reader is a program."""
    if is_interface():
        return True
    best = request.accept_mimetypes.best_match(("text/html", "application/json", "application/problem+json"))
    return best is not None and best != "text/html"


def answer(
    status: HTTPStatus, title: str, detail: str, faults: Sequence[tuple[str, str]] = (), at: Any = None
) -> Response:
    """The answer that says what happened and what to do; `faults` are (place, words) of values of the request, `at` is
    the character of a query that cannot be read, from 0.
    """
    if wants_json():
        body: dict[str, Any] = {"type": "about:blank", "title": title, "status": int(status), "detail": detail}
        body["at"] = at if isinstance(at, int) else None
        body["faults"] = [{"where": where, "detail": words} for where, words in faults]
        response = make_response(json.dumps(body, ensure_ascii=False), status)
        response.mimetype = "application/problem+json"
    else:
        page = render_template("refused.html", status=int(status), title=title, detail=detail, signed_in=g.get("user"))
        response = make_response(page, status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _titles() -> dict[int, str]:
    return {
        400: gettext("That cannot be understood"),
        401: gettext("Please sign in"),
        403: gettext("Not allowed"),
        404: gettext("Not found"),
        405: gettext("Not possible here"),
        410: gettext("No longer there"),
        409: gettext("That contradicts what is there"),
        412: gettext("It was changed meanwhile"),
        413: gettext("Too large"),
        415: gettext("Of a type that is not taken here"),
        416: gettext("No such part of the file"),
        422: gettext("That cannot be accepted as it is"),
        428: gettext("The version is missing"),
        429: gettext("Too many at once"),
        500: gettext("Something went wrong here"),
        503: gettext("Not available at the moment"),
        507: gettext("No room left"),
    }


def _title(status: int) -> str:
    return _titles().get(status, gettext("That did not work"))


def _refused(error: errors.ArchiveError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("refused", path=request.path, reason=str(error))
    return answer(status, _title(status), say(error.message), at=error.message.facts.get("at"))


def _gone(_error: NoResultFound) -> Response:
    """What was there when the page was made; or is not shown to this person."""
    return _refused(
        errors.NotFound("There is nothing at this address. It may have been typed wrongly, or the thing is gone.")
    )


def _faulty(error: Faulty) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = gettext("The request has values that cannot be: %(faults)s", faults=_listed(error.faults))
    return answer(status, _title(status), detail, error.faults)


def _listed(faults: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{where}: {words}" for where, words in faults)


def _stale_form(_error: CSRFError) -> Response:
    if is_interface():
        detail = gettext("A change with a browser's session needs the header X-CSRFToken. Programs come with a token.")
        return answer(HTTPStatus.FORBIDDEN, _title(403), detail)
    detail = gettext("The form is too old or came from elsewhere. Go back, reload the page and send it again.")
    return answer(HTTPStatus.BAD_REQUEST, gettext("The form was not accepted"), detail)


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    status = HTTPStatus(error.code)
    details = {
        404: gettext("There is nothing at this address. It may have been typed wrongly, or the thing is gone."),
        405: gettext("This address does not take such a request."),
        413: gettext("More was sent than this page takes."),
        401: gettext("This needs a sign-in, and there is none or it has ended."),
        429: gettext("More was asked for than people ask for. Wait a minute, then try again."),
    }
    response = answer(status, _title(status), details.get(status, error.description or status.phrase))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "60"
    for name, value in error.get_headers():
        if name.lower() in {"allow", "content-range", "retry-after"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    log.error("failed", path=request.path, exc_info=error)
    detail = gettext("The fault was written to the log. Nothing of the archive was changed by this page. Try again.")
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, _title(500), detail)
