"""The composition root: names the concrete works, and founds an archive in an empty home."""

import os
import secrets
import shutil
import threading
from functools import cached_property
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from media_archive import migrations
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset
from media_archive.config import UNFINISHED, Settings
from media_archive.context import Context
from media_archive.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from media_archive.events import service as events
from media_archive.jobs.runner import Runner
from media_archive.logs import Log
from media_archive.storage.models import Copy

if TYPE_CHECKING:
    from media_archive.suggesting.work import Suggester

ADMINISTRATOR = "admin"
#: nothing works on one file in scratch for longer
FORGOTTEN_SECONDS = 2 * 86400

log = Log()


class Archive(Context):
    """An open archive with everything it can do."""

    @cached_property
    def _noticed(self) -> set[str]:
        """Editions of the recipes that this process has seen to: others need not ask the database again."""
        return set()

    def runner(self, stop: threading.Event | None = None) -> Runner:
        """What does this archive's jobs in this process."""
        # a web node runs nothing, and needs none of their libraries
        from media_archive.tools import isolation
        from media_archive.works import Works

        isolation.bound(self.settings)
        ending = stop or threading.Event()
        return Runner(self.transaction, Works(self, ending), self.settings.job_attempts, ending)

    def index(self, *, hold: bool = False) -> int:
        """Brings the search up to date; returns how many assets were indexed. With `hold` as one that comes again soon."""
        from media_archive.search.index import upkeep

        return upkeep.follow(self, hold=hold)

    @cached_property
    def suggester(self) -> "Suggester":
        """What looks for subjects that assets may show; it keeps the city's names and boxes in memory."""
        from media_archive.works import suggester

        return suggester(self)

    def suggest(self) -> None:
        """Asks for suggestions to be made where something changed that they rest on."""
        from media_archive.suggesting import work

        work.ask(self)

    def liken(self) -> int:
        """Looks for what new pictures are like; returns how many were compared."""
        from media_archive.likeness import service as likeness

        return likeness.refresh(self, likeness.keeper_of(self.settings))

    def audit(self) -> None:
        """Asks for copies to be read back whose turn it is."""
        from media_archive.upkeep import auditing

        auditing.ask(self)

    def tell(self) -> int:
        """Writes what is known of new files beside them; returns of how many copies."""
        from media_archive.bundles import telling

        return telling.tell(self)

    def bundle(self) -> None:
        """Asks for the catalogue to be written into the stores where that is due."""
        from media_archive.bundles import work

        work.ask(self)

    def remake(self) -> None:
        """Asks for what a change of the recipes left to be made anew, once for each change."""
        from media_archive.renditions import remaking

        with self.reading() as session:
            mark = remaking.edition(session, self.settings)
        if mark in self._noticed:
            return
        with self.transaction() as session:
            remaking.notice(session, self.settings)
        self._noticed.clear()
        self._noticed.add(mark)

    def purge(self, who: str) -> tuple[int, int]:
        """Deletes for good what has lain in the trash long enough; how many were deleted, and how many could not be."""
        from media_archive.disposal import purging
        from media_archive.placement.releasing import release

        return purging.purge_due(self, release, who)

    def place(self) -> None:
        """Asks for the night's plan, for plans that rested to go on, and for releases that are due."""
        from media_archive.placement import nightly

        nightly.tick(self)

    def restore(self) -> None:
        """Asks for a look at the originals that are being brought back, where one is due."""
        from media_archive.restoring import service as restoring

        with self.reading() as session:
            if not restoring.due(session):
                return
        with self.transaction() as session:
            restoring.look(session)

    def arrive(self) -> None:
        """Removes what arrived and is safe in the stores; asks for a look into watch folders where one is due."""
        from media_archive.uploads import tidying
        from media_archive.watched import work as watching

        tidying.tidy(self)
        watching.ask(self)

    def seal(self) -> int:
        """Chains the events that are not yet."""
        done = 0
        while True:
            with self.transaction() as session:
                sealed = events.seal(session)
            done += sealed
            if not sealed:
                return done

    def check(self) -> dict[str, str | None]:
        """As of Context; a database without the schema that this program wants does not count as answering."""
        answers = super().check()
        if answers["database"] is None:
            try:
                self.check_schema()
            except Refused as exc:
                answers["database"] = str(exc)
        return answers

    def tidy(self) -> None:
        """Removes what processes that died left behind: drafts and pieces in the stores, work in progress in scratch, sets
        of pictures that are gone; and what was kept long enough.
        """
        from media_archive.catalogue.subjects.exchange import work as exchange
        from media_archive.delivery import parcels
        from media_archive.disposal import work as disposal
        from media_archive.likeness import sets
        from media_archive.renditions import dividing
        from media_archive.search.index import upkeep
        from media_archive.upkeep import superseded

        parcels.expire(self)
        exchange.forget(self)
        disposal.ask(self)
        superseded.ask(self)
        self.stores.sweep()
        dividing.tidy(self)
        with self.transaction() as session:
            sets.tidy(session)
        upkeep.trim(self)
        for left in self.settings.scratch.iterdir() if self.settings.scratch.is_dir() else ():
            try:
                if left.stat().st_mtime < time() - FORGOTTEN_SECONDS:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
            except OSError as exc:
                log.warning("scratch.left", path=str(left), reason=str(exc))

    def init(self) -> str | None:
        """Makes the home, the schema, the first institution and its administrator.

        Safe to call again. Returns the administrator's login if it was made now.
        """
        from media_archive.access import service as access
        from media_archive.access.models import Part

        self._check_whole()
        make_home(self.settings)
        has, wants = migrations.revisions(self.engine)
        if has != wants:
            migrations.upgrade(self.engine)
        with self.reading() as session:
            used = [name for name in self.stores.names if session.scalar(select(exists().where(Copy.store == name)))]
        self.stores.found(used)
        with self.transaction() as session:
            institution = catalogue.found(session, self.settings.archive_code, self.settings.archive_name)
            try:
                access.user_called(session, ADMINISTRATOR)
            except NotFound:
                access.add_user(session, institution, ADMINISTRATOR, "管理员", Part.ADMINISTRATOR)
                made: str | None = ADMINISTRATOR
            else:
                made = None
            empty = session.scalar(select(exists().where(Asset.id.is_not(None)))) is not True
        if empty:
            # where there is much, the first look of the workers builds it
            self.index()
        return made

    def _check_whole(self) -> None:
        if (self.settings.home / UNFINISHED).exists():
            raise Conflict(
                "The archive in {home} was being rebuilt, and that did not come to its end. Delete the home, empty its"
                " database if that lies elsewhere, and rebuild again.",
                home=str(self.settings.home),
            )

    def check_schema(self) -> None:
        """Refuses to work on a database that was never made, made half, or made by another version of the program."""
        self._check_whole()
        nowhere = not self.settings.database_url and not (self.settings.home / "catalogue.sqlite").exists()
        has, wants = (None, "") if nowhere else migrations.revisions(self.engine)
        if has is None:
            raise NotFound(
                "There is no archive in {home} yet. Make one with `media-archive init`.", home=str(self.settings.home)
            )
        if has != wants:
            raise Conflict(
                "The catalogue has schema {has}, this program wants {wants}. Run `media-archive init` to bring it up.",
                has=has,
                wants=wants,
            )


def make_home(settings: Settings) -> None:
    """The folders of the home and the secret that signs cookies; explains a home that cannot be used."""
    try:
        for folder in (settings.home, settings.home / "run", settings.home / "log", settings.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        (settings.home / "run").chmod(0o700)
        secret_key(settings)
    except OSError as exc:
        raise Unavailable(
            "The home {home} cannot be used: {reason}. Choose another with MEDIA_ARCHIVE_HOME, or mend its owner and mode.",
            home=str(settings.home),
            reason=exc.strerror or str(exc),
        ) from exc


def secret_key(settings: Settings) -> str:
    """The secret that signs cookies and forms, made at the first call; it lies in the home, readable by its owner only."""
    file = settings.home / "secret.key"
    if not file.exists():
        draft = Path(f"{file}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass  # another process was first
        finally:
            draft.unlink()
    key = file.read_text().strip()
    if len(key) < 32:
        raise Invalid("{file} is damaged. Restore it, or delete it: everybody then signs in anew.", file=str(file))
    return key
