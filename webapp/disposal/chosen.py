"""Which assets a form is about: those ticked, or everything that a list shows but some."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from media_archive.errors import Invalid, NotFound
from media_archive.search import service as search
from webapp.assets.choice import Choice

#: assets that one request puts into the trash; more would keep the reader waiting
MOST = 500


def ids(session: Session) -> list[UUID]:
    """The ids that the form names; Invalid where there are none, or too many."""
    form = request.form
    if address := form.get("query"):
        found = _of_query(session, address, {_id(one) for one in form.getlist("except")})
    else:
        found = list(dict.fromkeys(_id(one) for given in form.getlist("ids") for one in given.split(",") if one))
    if not found:
        raise Invalid("Nothing is selected. Select some assets first.")
    if len(found) > MOST:
        raise Invalid("More than {most} assets cannot be put into the trash at once. Select fewer.", most=MOST)
    return found


def _of_query(session: Session, address: str, without: set[UUID]) -> list[UUID]:
    given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    choice = Choice.of(given)
    rows, _ = search.shapes(session, choice.q, choice.filters(), limit=MOST + len(without) + 1)
    return [row.id for row in rows if row.id not in without]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise NotFound("An id in the address is none. Reload the page.") from exc
