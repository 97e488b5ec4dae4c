"""How long what was accessioned must be kept: the classes of `catalogue/retention.toml`, and when a period ends."""

from datetime import date

from sqlalchemy.orm import Session

from media_archive.catalogue.models import Asset
from media_archive.catalogue.retention import Class, classes, rules
from media_archive.db import now
from media_archive.errors import Conflict, Invalid
from media_archive.events import service as events
from media_archive.words import Label, Message


def class_of(asset: Asset) -> Class | None:
    """The class of an asset; None where it has none, or one that the file does not know."""
    return next((one for one in classes() if one.code == asset.retention), None)


def last_day(asset: Asset) -> date | None:
    """The last day of its period; None where it has no class, or is kept for ever."""
    kept = class_of(asset)
    if kept is None or kept.years is None:
        return None
    return date(min(_begins_after(asset) + kept.years, date.max.year), 12, 31)


def _begins_after(asset: Asset) -> int:
    """The year after which the period begins."""
    arrived = asset.created_at.year
    formed = asset.year or (asset.taken_at.year if asset.taken_at else None)
    return min(formed, arrived) if formed and rules().counts_from == "formation" else arrived


def obstacle(asset: Asset) -> Message | None:
    """Why its retention forbids to delete it; None where it does not. What was never accessioned has no period."""
    if not asset.accession_code:
        return None
    kept, code = class_of(asset), asset.accession_code
    if kept is None:
        return Message(
            "{code} is accessioned and has no retention class. Give it one first: until then nobody can say that its time is over.",
            {"code": code},
        )
    if kept.years is None:
        return Message(
            "{code} is to be kept for ever ({retention}). It cannot be deleted.",
            {"code": code, "retention": Label(kept.zh, kept.en)},
        )
    last = last_day(asset)
    if last is not None and last >= now().date():
        return Message(
            "{code} must be kept until {day} ({retention}). It cannot be deleted before.",
            {"code": code, "day": last.isoformat(), "retention": Label(kept.zh, kept.en)},
        )
    return None


def give(session: Session, asset: Asset, code: str, who: str) -> bool:
    """Gives the asset a retention class, or takes it away with an empty `code`; returns whether that changed anything.

    What is accessioned may be given a longer period by one person, but no shorter one while a deletion of it waits:
    whoever approves has to see under which class.
    """
    if code and code not in {one.code for one in classes()}:
        known = ", ".join(one.code for one in classes())
        raise Invalid("There is no retention class {code}. Known: {known}.", code=code[:32], known=known)
    if (asset.retention or "") == code:
        return False
    if asset.trashed_at is not None:
        raise Conflict("It lies in the trash. Bring it back first.")
    before, asset.retention = asset.retention, code or None
    events.record(session, who, "modification", "asset", asset.id, retention={"from": before, "to": asset.retention})
    return True
