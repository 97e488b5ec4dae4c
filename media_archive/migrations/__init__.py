"""Bringing a database to the present schema, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the database up to `revision`, in one transaction."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Takes the database back to `revision`; "base" empties it."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The revision the database has, and the one the code wants."""
    with engine.connect() as connection:
        has = MigrationContext.configure(connection).get_current_revision()
        return has, ScriptDirectory.from_config(_config(connection)).get_current_head()
