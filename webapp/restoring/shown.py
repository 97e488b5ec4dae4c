"""How pages and programs are told whether originals can be read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Flask, g
from sqlalchemy.orm import Session

from media_archive.catalogue.queries import Card
from media_archive.db import now
from media_archive.errors import ArchiveError
from media_archive.logs import Log
from media_archive.restoring import queries, service
from media_archive.restoring.models import RestoreState
from media_archive.restoring.queries import Summary
from media_archive.restoring.standings import told
from media_archive.storage.models import File
from media_archive.storage.standing import ONLINE, Standing, of_file, offline_places
from media_archive.storage.stores.store import Thaw
from webapp.door import archive, reading
from webapp.translated import gettext, lazy_gettext

log = Log()
#: standing -> icon and word
BADGES = {
    Thaw.OFFLINE: ("snowflake", lazy_gettext("Cold storage")),
    Thaw.UNDER_WAY: ("clock", lazy_gettext("Being brought back")),
    Thaw.READY: ("circle-check", lazy_gettext("Brought back")),
}
#: state of a request or file -> look, icon and word
STATES = {
    RestoreState.WAITING: ("warn", "clock", lazy_gettext("waits its turn")),
    RestoreState.ASKED: ("warn", "loader", lazy_gettext("being brought back")),
    RestoreState.READY: ("good", "circle-check", lazy_gettext("ready")),
    RestoreState.ENDED: ("idle", "archive", lazy_gettext("over")),
    RestoreState.FAILED: ("bad", "circle-x", lazy_gettext("failed")),
}


def install(app: Flask) -> None:
    """Gives templates the words, and the news for the person at the door."""
    app.jinja_env.globals.update(
        restore_news=news,
        restore_state=state,
        standings_of_cards=of_cards,
        standing_badge=badge,
        hours_word=hours,
        money=money,
    )


def standings(session: Session, assets: Sequence[UUID]) -> dict[UUID, Standing]:
    """How the originals of assets stand; those that are online are left out. Nothing where the profile is faulty."""
    try:
        return service.standings_of(session, archive(), assets)
    except ArchiveError as exc:
        log.warning("no standings", reason=str(exc))
        return {}


def of_cards(cards: Sequence[Card]) -> dict[UUID, Standing]:
    """How the originals stand of what a list shows; no question to the catalogue where nothing can be offline."""
    try:
        if not offline_places(archive().stores.profile):
            return {}
    except ArchiveError:
        return {}  # the page of the stores says what is wrong with the profile
    with reading() as session:
        return standings(session, [card.id for card in cards])


def standing(session: Session, asset_id: UUID) -> Standing:
    """The same for one asset."""
    return standings(session, [asset_id]).get(asset_id, ONLINE)


def readable(file: File) -> bool:
    """Whether a file, whose copies are loaded, can be read now; those of a faulty profile are said to be."""
    try:
        return of_file(archive().stores.profile, file, now()).readable
    except ArchiveError:
        return True


def as_json(found: Standing) -> dict[str, Any]:
    """A standing for programs."""
    return told(found, archive().stores.profile)


def badge(found: Standing | None) -> tuple[str, str] | None:
    """Icon and word of a standing; None for what is online."""
    if found is None or found.thaw not in BADGES:
        return None
    icon, word = BADGES[found.thaw]
    return icon, str(word)


def state(name: str) -> tuple[str, str, str]:
    """Look, icon and word of the state of a request or of one of its files."""
    look, icon, word = STATES[RestoreState(name)]
    return look, icon, str(word)


def hours(value: float) -> str:
    """12 hours, 2 days."""
    if value >= 48:
        return gettext("%(n)s days", n=f"{value / 24:.3g}")
    return gettext("%(n)s hours", n=f"{value:.3g}") if value >= 1 else gettext("%(n)s minutes", n=f"{value * 60:.0f}")


def money(value: float, currency: str = "") -> str:
    """1,204.50 CNY"""
    return f"{value:,.2f} {currency or archive().stores.profile.currency}"


def news() -> list[Summary]:
    """Requests of the person at the door that came to something, and were not looked at since."""
    if g.get("user") is None:
        return []
    try:
        with reading() as session:
            return queries.news(session, g.user.login)
    except ArchiveError:
        return []  # the page itself says what is wrong
