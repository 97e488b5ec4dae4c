"""Words of requests, and how many wait for the person at the door."""

from flask import Flask, g

from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.requesting import queries
from media_archive.requesting.models import Step, UseRequest
from webapp.door import reading
from webapp.translated import gettext, lazy_gettext

PURPOSES = {
    "exhibition": lazy_gettext("Exhibition"),
    "publication": lazy_gettext("Publication"),
    "documentary": lazy_gettext("Documentary"),
    "research": lazy_gettext("Research"),
    "court": lazy_gettext("Court or administration"),
    "other": lazy_gettext("Something else"),
}
FORMS = {
    "original": lazy_gettext("Originals, as they lie in the archive"),
    "jpeg": lazy_gettext("JPEG for print and screen"),
    "proxy": lazy_gettext("Viewing copies of films"),
    "edit": lazy_gettext("Edit proxies of films"),
}
#: state of a request -> look, icon and word
STATES = {
    Step.ASKED: ("warn", "clock", lazy_gettext("waits for the archive")),
    Step.QUERIED: ("warn", "circle-help", lazy_gettext("waits for an answer")),
    Step.APPROVED: ("warn", "loader", lazy_gettext("approved, being packed")),
    Step.READY: ("good", "circle-check", lazy_gettext("ready")),
    Step.REFUSED: ("bad", "circle-x", lazy_gettext("turned down")),
    Step.WITHDRAWN: ("idle", "undo-2", lazy_gettext("withdrawn")),
    Step.CLOSED: ("idle", "check", lazy_gettext("settled")),
}


def install(app: Flask) -> None:
    """Gives templates the words and the counts."""
    app.jinja_env.globals.update(
        lending_state=state, lending_waits=waiting, lending_purposes=PURPOSES, lending_forms=FORMS
    )


def state(request: UseRequest) -> tuple[str, str, str]:
    """Look, icon and word of a request."""
    if request.is_overdue(now()):
        return "bad", "circle-alert", gettext("report is overdue")
    if request.state == Step.READY and not request.can_be_taken(now()):
        return "idle", "pencil", gettext("use to be reported")
    look, icon, word = STATES[Step(request.state)]
    return look, icon, str(word)


def waiting() -> tuple[int, int]:
    """How many requests wait for the person at the door: as who asked, and as who decides."""
    if g.get("user") is None:
        return 0, 0
    if "lending" not in g:
        try:
            with reading() as session:
                g.lending = queries.waits_for_asker(session, g.user), queries.waits_for_owner(session, g.user)
        except ArchiveError:
            g.lending = 0, 0  # the page itself says what is wrong
    found: tuple[int, int] = g.lending
    return found
