"""Making a working archive again from one store alone."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from media_archive import config, migrations
from media_archive.bundles import finding, homes, loading, opening
from media_archive.bundles.finding import Found
from media_archive.bundles.opening import Opened
from media_archive.bundles.source import Source, parse
from media_archive.bundles.writing import MARGIN
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset
from media_archive.config import Settings
from media_archive.context import Context
from media_archive.db import explained
from media_archive.disposal.forgetting import forget
from media_archive.disposal.models import Disposal, DisposalState
from media_archive.errors import Conflict, Damaged
from media_archive.events import service as events
from media_archive.storage import own
from media_archive.storage.models import Copy, File
from media_archive.storage.stores import disk
from media_archive.storage.stores.store import Store
from media_archive.words import Message

Say = Callable[[Message], None]


@dataclass
class Rebuilt:
    """What was made, and of what."""

    home: Path
    store: str = ""
    #: the bundle it was made of; empty where there was none
    bundle: str = ""
    #: objects that tell of what came after it
    told: int = 0
    #: bundles, and objects that tell, that could not be used, with the reason
    unusable: dict[str, Message] = field(default_factory=dict)
    assets: int = 0
    files: int = 0
    found: Found = field(default_factory=Found)

    def to_json(self) -> dict[str, Any]:
        """For `rebuild --json`."""
        unusable = {key: str(reason) for key, reason in self.unusable.items()}
        return {**vars(self), "home": str(self.home), "unusable": unusable, "found": vars(self.found)}


def rebuild(source: str, home: Path, *, who: str = "system", say: Say = lambda _: None, drill: bool = False) -> Rebuilt:
    """Makes an archive in `home` of what lies in the store that `source` names (see `source.parse`).

    The newest bundle that is whole gives the catalogue, the objects that tell of later files what came since, and the
    objects themselves what is there. People have their logins and roles but no passwords. Raises Conflict where `home`
    or the database that is set holds anything. No copy counts as verified until it was read. An archive made for a `drill` may be started beside the real one: it
    writes to no store of that.
    """
    home = home.absolute()
    before = config.load(home=home)
    asked = parse(source, before)
    place = asked.open(before)
    place.check()
    _empty(before)
    homes.ready(home)
    made = Rebuilt(home)
    try:
        with explained(), disk.explained("home", home), ExitStack() as stack:
            _make(place, asked, made, stack, who, say, drill)
        (home / config.UNFINISHED).unlink()
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)  # it was empty, and half an archive is none
        raise
    return made


def _make(place: Store, asked: Source, made: Rebuilt, stack: ExitStack, who: str, say: Say, drill: bool) -> None:
    bundle = _newest(place, made, stack, say)
    settings = homes.furnish(made.home, asked, bundle, drill)
    made.store, made.bundle = asked.name, bundle.key if bundle else ""
    context = Context.open(settings)
    stack.callback(context.close)
    _fill(context, bundle)
    _lay_over(context, place, bundle, made, say)
    migrations.upgrade(context.engine)
    _without_deleted(context)
    _conclude(context, made, who)


def _empty(settings: Settings) -> None:
    if not settings.database_url:
        return
    context = Context.open(settings)
    has, _ = migrations.revisions(context.engine)
    context.close()
    if has is not None:
        raise Conflict("The database that is set holds an archive already. Set an empty one, or none for SQLite.")


def _newest(place: Store, made: Rebuilt, stack: ExitStack, say: Say) -> Opened | None:
    """The newest bundle that is whole, open while `stack` is; None if the store has none."""
    for key in reversed(opening.keys(place, own.BUNDLE)):
        trial = ExitStack()
        try:
            bundle = trial.enter_context(opening.opened(place, key, made.home / "scratch"))
            _readable(bundle)
        except Damaged as exc:
            trial.close()
            made.unusable[key] = exc.message
            say(exc.message)
            continue
        stack.push(trial)
        say(Message("Reading the bundle {key}.", {"key": key}))
        return bundle
    say(Message("The store holds no bundle: what is told beside the files, and the files themselves, is all there is."))
    return None


def _readable(bundle: Opened) -> None:
    """Refuses what a newer program wrote; Damaged if a table does not match its digest."""
    if bundle.manifest.revision > migrations.head():
        raise Conflict(
            "The bundle {key} was written by version {version} of the program, which is newer. Install that, and try again.",
            key=bundle.key,
            version=bundle.manifest.program,
        )
    bundle.check()


def _fill(context: Context, bundle: Opened | None) -> None:
    if bundle is None:
        migrations.upgrade(context.engine)
        return
    migrations.upgrade(context.engine, bundle.manifest.revision)
    with context.engine.begin() as connection:
        loading.load(connection, bundle)


def _lay_over(context: Context, place: Store, bundle: Opened | None, made: Rebuilt, say: Say) -> None:
    """What was told since the bundle, oldest first; what cannot be used is named, and the rest goes on."""
    since = min(bundle.manifest.made_at, own.moment(bundle.key)) - MARGIN if bundle else None
    for key in opening.keys(place, own.ABOUT):
        if since and own.moment(key) < since:
            continue
        try:
            with opening.opened(place, key, context.settings.scratch) as told:
                if bundle and _is_in(bundle, told):
                    continue
                _readable(told)
                migrations.upgrade(context.engine, max(told.manifest.revision, _revision(context)))
                with context.engine.begin() as connection:
                    loading.lay_over(connection, told)
        except (Damaged, IntegrityError) as exc:
            reason = exc.message if isinstance(exc, Damaged) else _contradicts(key, exc)
            made.unusable[key] = reason
            say(reason)
            continue
        made.told += 1


def _is_in(bundle: Opened, told: Opened) -> bool:
    """Whether what is told was known when the bundle was made; by the keys where the clock was put back between."""
    before = told.manifest.made_at <= bundle.manifest.made_at
    return before and own.moment(told.key) <= own.moment(bundle.key)


def _without_deleted(context: Context) -> None:
    """What was deleted for good after it was written down does not come back."""
    with context.transaction() as session:
        gone = select(Disposal.asset_id).where(Disposal.state == DisposalState.DELETED)
        for asset_id in session.scalars(select(Asset.id).where(Asset.id.in_(gone))).all():
            session.execute(delete(Copy).where(Copy.file_id.in_(select(File.id).where(File.asset_id == asset_id))))
            forget(session, asset_id)


def _contradicts(key: str, exc: IntegrityError) -> Message:
    template = "What {key} tells contradicts what came after it ({reason}); it was left out."
    return Message(template, {"key": key, "reason": str(exc.orig)})


def _revision(context: Context) -> str:
    return migrations.revisions(context.engine)[0] or ""


def _conclude(context: Context, made: Rebuilt, who: str) -> None:
    """What lies there, what the search needs, and the event that tells of it all."""
    settings = context.settings
    with context.transaction() as session:
        catalogue.found(session, settings.archive_code, settings.archive_name, who)
        loading.follow_up(session.connection())
    made.found = finding.look(context, made.store, who)
    with context.transaction() as session:
        made.assets = session.scalar(select(func.count()).select_from(Asset)) or 0
        made.files = session.scalar(select(func.count()).select_from(File)) or 0
        told: Sequence[str] = sorted(made.unusable)
        events.record(
            session,
            who,
            "recovery",
            "bundle",
            None,
            outcome="warning" if told or made.found.absent else "success",
            store=made.store,
            bundle=made.bundle,
            told=made.told,
            unusable=list(told),
            **vars(made.found),
        )
