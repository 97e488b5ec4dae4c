"""Migrations and models say the same, on every database, there and back."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from media_archive import migrations
from media_archive.models import metadata

pytestmark = pytest.mark.slow


def test_migrations_make_what_the_models_say(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.connect() as connection:
        dialect = connection.dialect.name

        def concerns(found: Any, _name: str, kind: str, _reflected: bool, _beside: Any) -> bool:
            # Alembic does not know that an index may be for one database only
            only = getattr(found, "_ddl_if", None) if kind == "index" else None
            return only is None or only.dialect == dialect

        opts = {"compare_type": True, "render_as_batch": True, "include_object": concerns}
        context = MigrationContext.configure(connection, opts=opts)
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


def test_stars_are_taken_from_the_records_that_are_there(engine: Engine) -> None:
    migrations.upgrade(engine, "0009")
    records = ['{"description": {"rating": 4}}', '{"description": {"rating": -1}}', "{}"]
    with engine.begin() as connection:
        ids = [f"{number:032x}" for number in range(len(records) + 2)]
        connection.execute(
            text("INSERT INTO archive (id, code, name, created_at) VALUES (:id, 'A', 'A', :now)"), _row(ids[-1])
        )
        connection.execute(
            text(
                "INSERT INTO shoot (id, archive_id, name, caption, photographer, clock_shifts, created_by, created_at)"
                " VALUES (:id, :archive, 's', '', '', '[]', 'x', :now)"
            ),
            _row(ids[-2], archive=ids[-1]),
        )
        for id_, record in zip(ids, records, strict=False):
            connection.execute(
                text(
                    "INSERT INTO asset (id, archive_id, shoot_id, kind, state, keywords, set_by_hand, record, shown_at,"
                    " created_at, changed_at)"
                    " VALUES (:id, :archive, :shoot, 'photo', 'received', '[]', '[]', :record, :now, :now, :now)"
                ),
                _row(id_, archive=ids[-1], shoot=ids[-2], record=record),
            )
    migrations.upgrade(engine)
    with engine.connect() as connection:
        stars = connection.scalars(text("SELECT rating FROM asset ORDER BY id")).all()
    assert list(stars) == [4, 0, None]


def test_subjects_get_the_boxes_around_what_was_drawn(engine: Engine) -> None:
    migrations.upgrade(engine, "0010")
    shapes = ['{"type": "LineString", "coordinates": [[116.2, 37.5], [116.4, 37.3]]}', None]
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO archive (id, code, name, created_at) VALUES (:id, 'A', 'A', :now)"), _row(f"{9:032x}")
        )
        for number, shape in enumerate(shapes):
            connection.execute(
                text(
                    "INSERT INTO subject (id, archive_id, kind, name, description, geometry, created_at)"
                    " VALUES (:id, :archive, 'street', 's', '', :shape, :now)"
                ),
                _row(f"{number:032x}", archive=f"{9:032x}") | {"shape": shape},
            )
    migrations.upgrade(engine)
    with engine.connect() as connection:
        boxes = connection.execute(text("SELECT west, south, east, north FROM subject ORDER BY id")).all()
    assert [tuple(one) for one in boxes] == [(116.2, 37.3, 116.4, 37.5), (None, None, None, None)]


def _row(id_: str, **more: str) -> dict[str, str]:
    return {"id": id_, "now": "2026-01-01 00:00:00", **more}
