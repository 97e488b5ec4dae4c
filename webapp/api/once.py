"""Idempotency keys: a request that is sent again, because its answer was lost, is not done again."""

import hashlib
import re
from collections.abc import Callable

from flask import Response, request
from sqlalchemy.orm import Session

from media_archive.access import answers
from media_archive.access.models import Answer
from webapp.api.faults import Faulty
from webapp.door import transaction, user
from webapp.translated import gettext

HEADER = "Idempotency-Key"
_VISIBLE = re.compile(r"^[!-~]+$")
#: of an answer's head, what is kept beside the body
KEPT = ("Content-Type", "Content-Language", "ETag", "Location", "Cache-Control")


def answered(do: Callable[[Session], Response]) -> Response:
    """What `do` answers in a transaction of its own; what it answered before where the request came with that key."""
    key = _key()
    if key is None:
        with transaction() as session:
            return do(session)
    with transaction() as session:
        entry = answers.begin(session, user().id, key, _digest())
    if entry.answered is not None:
        return _again(entry)
    try:
        with transaction() as session:
            response = do(session)
            answers.keep(session, entry, _told(response))
    except BaseException:
        with transaction() as session:
            answers.release(session, entry)
        raise
    return response


def _key() -> str | None:
    given = request.headers.get(HEADER)
    if given is None:
        return None
    key = given.strip()
    if len(key) > answers.LONGEST_KEY or not _VISIBLE.match(key):
        raise Faulty(
            [(HEADER, gettext("A key has 1 to %(n)s ASCII characters without spaces.", n=answers.LONGEST_KEY))]
        )
    return key


def _digest() -> str:
    told = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    told.update(request.get_data())
    return told.hexdigest()


def _told(response: Response) -> dict[str, object]:
    headers = {name: response.headers[name] for name in KEPT if name in response.headers}
    return {"status": response.status_code, "headers": headers, "body": response.get_data(as_text=True)}


def _again(entry: Answer) -> Response:
    told = entry.answered or {}
    response = Response(told["body"], told["status"])
    response.headers.pop("Content-Type", None)
    response.headers.update(told["headers"])
    response.headers["Idempotency-Replayed"] = "true"
    return response
