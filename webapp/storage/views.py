"""Stores: what lies where, and in what condition."""

from collections import defaultdict

from flask import Blueprint, render_template

from media_archive.access import service as access
from media_archive.errors import ArchiveError
from webapp.door import archive, reading, user
from webapp.languages import say
from webapp.storage import queries
from webapp.storage.queries import Held

storage = Blueprint("storage", __name__)


@storage.get("/storage")
def index() -> str:
    """Every store of the profile, with what it holds."""
    access.require(user(), "see storage")
    with reading() as session:
        held = queries.by_store(session)
        bad = queries.bad_copies(session)
    stores: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        stores[one.store].append(one)
    problem, answers = _answers()
    for name in answers:
        stores.setdefault(name, [])
    return render_template(
        "storage.html",
        stores=dict(stores),
        answers=answers,
        problem=problem,
        bad=bad,
        most=max((one.bytes for one in held), default=0),
        profile=archive().settings.storage_profile,
    )


def _answers() -> tuple[str, dict[str, str | None]]:
    try:
        return "", archive().stores.check()
    except ArchiveError as exc:
        return say(exc.message), {}
