"""Migrations and models say the same, on every database, there and back."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from media_archive import migrations
from media_archive.models import metadata


def test_migrations_make_what_the_models_say(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, metadata) == []


def test_a_downgrade_leaves_nothing_and_an_upgrade_after_it_works(engine: Engine) -> None:
    migrations.upgrade(engine)
    migrations.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(engine)
    has, wants = migrations.revisions(engine)
    assert has == wants


def test_the_head_told_without_alembic_is_alembics() -> None:
    assert migrations.head() == ScriptDirectory(str(migrations.FOLDER)).get_current_head()
