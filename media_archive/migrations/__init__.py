"""Bringing a database to the present schema, by Alembic, which is imported only when there is something to do."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from media_archive.db import explained

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent


def head() -> str:
    """The revision that the code wants: the last of `versions`, whose names begin with their numbers."""
    return max(file.name for file in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def revisions(engine: Engine) -> tuple[str | None, str]:
    """The revision the database has, and the one the code wants."""
    with explained(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None, head()
        return connection.scalar(text("SELECT version_num FROM alembic_version")), head()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the database up to `revision`, in one transaction."""
    from alembic import command

    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Takes the database back to `revision`; "base" empties it."""
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
