"""What of an archive a bundle holds, and what it leaves out.

Left out: sessions, sign-in links, share links and tokens, passwords and second factors (people sign in by a link after a
rebuild), work that is done, and
what follows from the rest: the search's outbox, and the list of the bundles themselves; uploads, whose bytes lie beside the
stores until they are taken in.
"""

import os
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, Table, literal, select

from media_archive import models
from media_archive.bundles import manifest as shape
from media_archive.bundles.packing import About
from media_archive.catalogue.models import Archive
from media_archive.config import Settings
from media_archive.events.models import Event
from media_archive.jobs.models import State
from media_archive.storage.profiles.loading import VARIABLE

LEFT_OUT = frozenset(
    {
        "sign_in",
        "login_link",
        "second_factor",
        "token",
        "answer",
        "outbox",
        "bundle",
        "delivery",
        "upload",
        "share",
        "share_item",
    }
)
#: nobody is locked out of what was made again, and no digest of a password leaves the house
CHANGED: dict[str, dict[str, Any]] = {"user": {"password": None, "failures": 0, "locked_until": None, "locks": 0}}
SECRET = frozenset({"s3_access_key", "s3_secret_key", "s3_proxy"})
#: an address with a password in it
WITH_PASSWORD = re.compile(r"://[^/@]*@")


def tables() -> dict[str, Select[Any]]:
    """Table -> what of it."""
    chosen = {table.name: select(table) for table in models.metadata.sorted_tables if table.name not in LEFT_OUT}
    chosen["job"] = _unfinished(models.metadata.tables["job"])
    return chosen


def _unfinished(job: Table) -> Select[Any]:
    """Work that is still to be done, as if nobody had begun it."""
    fresh: dict[str, Any] = {
        "state": literal(State.WANTED.value),
        "held_by": literal(None),
        "held_until": literal(None),
    }
    columns = [fresh[column.name].label(column.name) if column.name in fresh else column for column in job.columns]
    return select(*columns).where(job.c.state.in_((State.WANTED, State.RUNNING)), job.c.kind != "bundle")


def about(connection: Connection, settings: Settings) -> About:
    """The archive itself: its institutions, settings, profile and corrected rules."""
    profile = settings.profiles_folder / f"{settings.storage_profile}.toml"
    text = profile.read_text("utf-8")
    return About(
        archives=institutions(connection),
        event_id=last_event(connection),
        settings=told_settings(settings),
        variables=_variables(text),
        others={shape.PROFILE: text.encode(), **_mapping(settings.home / "mapping"), **_declared(settings.home)},
    )


def institutions(connection: Connection) -> dict[str, str]:
    """Code -> name of the archives."""
    return {str(row.code): str(row.name) for row in connection.execute(select(Archive.code, Archive.name))}


def _variables(profile: str) -> dict[str, str]:
    """The environment variables that the profile asks for, as they are here."""
    named = {match[1] for match in VARIABLE.finditer(profile)}
    found = {name: os.environ[name] for name in sorted(named) if os.environ.get(name)}
    return {name: value for name, value in found.items() if not WITH_PASSWORD.search(value)}


def last_event(connection: Connection) -> Any:
    """The id of the newest event that tells of a change; bundles and the reading back of stores are none.

    By its place in the chain: ids follow a clock, which may be put back.
    """
    change = select(Event.id).where(Event.object_kind.not_in(("bundle", "store"))).limit(1)
    waiting = connection.scalar(change.where(Event.position.is_(None)).order_by(Event.id.desc()))
    return waiting or connection.scalar(change.where(Event.position.is_not(None)).order_by(Event.position.desc()))


def told_settings(settings: Settings) -> dict[str, Any]:
    """The settings, without secrets."""
    given = settings.model_dump(mode="json", exclude=set(SECRET))
    return {name: value for name, value in given.items() if not WITH_PASSWORD.search(str(value))}


def _declared(home: Path) -> dict[str, bytes]:
    return {name: (home / name).read_bytes() for name in shape.DECLARED if (home / name).is_file()}


def _mapping(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return {f"{shape.MAPPING}{file.name}": file.read_bytes() for file in found}
