"""What every feature works with: the settings, the database, the stores, and how workers are woken."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from media_archive import db
from media_archive.config import Settings
from media_archive.errors import Unavailable
from media_archive.jobs.service import OUTLET, Outlet
from media_archive.storage.service import Stores

#: keys in a session's info: the folder of the search indexes of its catalogue, and its settings
INDEX, SETTINGS = "search index", "settings"


@dataclass(frozen=True)
class Context:
    """Cheap to make: nothing is connected before it is used."""

    settings: Settings
    engine: Engine
    #: where workers are woken after a commit; None leaves that to the sweep
    outlet: Outlet | None = None

    @classmethod
    def open(cls, settings: Settings, outlet: Outlet | None = None) -> Self:
        """From `settings`."""
        return cls(settings, db.engine(settings.database), outlet)

    @cached_property
    def stores(self) -> Stores:
        """Where bytes lie."""
        return Stores.of(self.settings)

    @property
    def own_folders(self) -> list[Path]:
        """Where the archive itself keeps things: nothing there is anybody's shoot."""
        return [self.settings.home, self.settings.incoming, *self.stores.folders()]

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction that may write; wakes workers for the jobs it asked for."""
        with db.transaction(self.engine, self._info | ({OUTLET: self.outlet} if self.outlet else {})) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view that writes nothing."""
        with db.reading(self.engine, self._info) as session:
            yield session

    @property
    def _info(self) -> dict[str, object]:
        """What sessions know beside the catalogue: where its index is, and what its archive has declared."""
        return {INDEX: self.settings.index, SETTINGS: self.settings}

    def check(self) -> dict[str, str | None]:
        """Part -> None if it answers, else why not: "database" and each store."""
        from sqlalchemy import text

        try:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
            answers: dict[str, str | None] = {"database": None}
        except Unavailable as exc:
            answers = {"database": str(exc)}
        try:
            stores = self.stores.check()
        except Unavailable as exc:
            stores = {"profile": str(exc)}
        return answers | {f"store {name}": reason for name, reason in stores.items()}

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()
