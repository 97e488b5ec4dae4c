"""Alembic's entry: runs the migrations on the connection that `media_archive.migrations` hands over."""

from alembic import context

from media_archive.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table in place
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
