"""Many things in one request, each answered by itself: what is refused of one holds up no other."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from media_archive.errors import ArchiveError
from webapp.api.shapes import Told
from webapp.languages import say
from webapp.refusals import status_of

Asked = TypeVar("Asked")


class Outcome(Told):
    """What became of one of them."""

    id: UUID
    status: int = Field(description="The status that it would have been answered alone.")
    version: int | None = Field(None, description="Of the thing as it is now.")
    detail: str | None = Field(None, description="Why it was refused.")


class Outcomes(Told):
    """What became of each, in the order of the request."""

    done: int
    refused: int
    items: list[Outcome]


def each(
    session: Session, asked: Sequence[Asked], id_of: Callable[[Asked], UUID], do: Callable[[Asked], int | None]
) -> Outcomes:
    """Does each in a savepoint of its own; `do` gives the version that the thing has then."""
    items = [_one(session, id_of(one), lambda one=one: do(one)) for one in asked]  # type: ignore[misc]
    done = sum(one.status < HTTPStatus.BAD_REQUEST for one in items)
    return Outcomes(done=done, refused=len(items) - done, items=items)


def _one(session: Session, number: UUID, do: Callable[[], int | None]) -> Outcome:
    try:
        with session.begin_nested():
            version = do()
    except ArchiveError as exc:
        status = status_of(exc)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return Outcome(id=number, status=int(status), detail=say(exc.message))
    return Outcome(id=number, status=int(HTTPStatus.OK), version=version)
