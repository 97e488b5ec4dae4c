"""Subjects with their geometry and relations, described fields, accession codes, bulk edits, tokens."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

moment = media_archive.db.Instant(timezone=True)
serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accession_counter",
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(128), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_accession_counter_archive_id_archive")),
        sa.PrimaryKeyConstraint("archive_id", "scope", name=op.f("pk_accession_counter")),
    )
    op.create_table(
        "bulk_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(128), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_bulk_edit_archive_id_archive")),
        sa.ForeignKeyConstraint(["undoes"], ["bulk_edit.id"], name=op.f("fk_bulk_edit_undoes_bulk_edit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edit")),
    )
    op.create_index(op.f("ix_bulk_edit_created_at"), "bulk_edit", ["created_at"])
    op.create_index(op.f("ix_bulk_edit_undoes"), "bulk_edit", ["undoes"])
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("answered", sa.JSON(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_answer_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_answer_user_id_key")),
    )
    op.create_index(op.f("ix_answer_created_at"), "answer", ["created_at"])
    op.create_table(
        "subject_relation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("since", sa.String(10), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(128), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["subject.id"], name=op.f("fk_subject_relation_other_id_subject")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_subject_relation_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_relation")),
        sa.UniqueConstraint(
            "subject_id", "kind", "other_id", name=op.f("uq_subject_relation_subject_id_kind_other_id")
        ),
    )
    op.create_index(op.f("ix_subject_relation_other_id"), "subject_relation", ["other_id"])
    op.create_table(
        "token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("used_at", moment, nullable=True),
        sa.Column("revoked_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_token_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("key", name=op.f("uq_token_key")),
    )
    op.create_index(op.f("ix_token_user_id"), "token", ["user_id"])
    op.create_table(
        "accession_alias",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(128), nullable=False),
        sa.Column("note", sa.String(255), nullable=False),
        sa.Column("said_by", sa.String(128), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_accession_alias_archive_id_archive")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_accession_alias_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accession_alias")),
    )
    op.create_index(op.f("ix_accession_alias_asset_id"), "accession_alias", ["asset_id"])
    op.create_index(op.f("ix_accession_alias_code"), "accession_alias", ["code"])
    op.create_table(
        "bulk_change",
        sa.Column("edit_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_bulk_change_asset_id_asset")),
        sa.ForeignKeyConstraint(["edit_id"], ["bulk_edit.id"], name=op.f("fk_bulk_change_edit_id_bulk_edit")),
        sa.PrimaryKeyConstraint("edit_id", "asset_id", name=op.f("pk_bulk_change")),
    )
    op.create_index(op.f("ix_bulk_change_asset_id"), "bulk_change", ["asset_id"])
    op.create_index("ix_bulk_change_state", "bulk_change", ["edit_id", "state", "asset_id"])
    op.create_table(
        "comparison",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(1024), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("then_id", sa.Uuid(), nullable=False),
        sa.Column("now_id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_comparison_archive_id_archive")),
        sa.ForeignKeyConstraint(["now_id"], ["asset.id"], name=op.f("fk_comparison_now_id_asset")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_comparison_subject_id_subject")),
        sa.ForeignKeyConstraint(["then_id"], ["asset.id"], name=op.f("fk_comparison_then_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
        sa.UniqueConstraint("then_id", "now_id", name=op.f("uq_comparison_then_id_now_id")),
    )
    op.create_index(op.f("ix_comparison_subject_id"), "comparison", ["subject_id"])
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_suggestion_asset_id_asset")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_suggestion_subject_id_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("asset_id", "subject_id", "role", name=op.f("uq_suggestion_asset_id_subject_id_role")),
    )
    op.create_index("ix_suggestion_state", "suggestion", ["state", "subject_id", "asset_id"])
    op.create_table(
        "suggestion_outbox",
        sa.Column("id", serial, autoincrement=True, nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("around", sa.Boolean(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("reached", sa.JSON(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_outbox")),
    )
    op.add_column("asset", sa.Column("state_since", moment, nullable=False, server_default="1970-01-01 00:00:00"))
    op.add_column("asset", sa.Column("sent_back", sa.JSON(), nullable=True))
    op.add_column("asset", sa.Column("fields", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("asset", sa.Column("classification", sa.String(32), nullable=True))
    op.add_column("asset", sa.Column("openness", sa.String(32), nullable=True))
    op.add_column("asset", sa.Column("embargo", sa.String(10), nullable=True))
    op.add_column("asset", sa.Column("label", sa.String(16), nullable=True))
    op.add_column("asset", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_asset_state", "asset", ["archive_id", "state", "state_since"])
    located = sa.text("latitude IS NOT NULL")
    op.create_index(
        "ix_asset_position",
        "asset",
        ["latitude", "longitude", "id"],
        sqlite_where=located,
        postgresql_where=located,
    )
    op.add_column("collection", sa.Column("parent_id", sa.Uuid(), nullable=True))
    op.add_column("collection", sa.Column("query", sa.JSON(), nullable=True))
    op.add_column("collection", sa.Column("visibility", sa.String(16), nullable=False, server_default="archive"))
    op.add_column("collection", sa.Column("shared_with", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("collection", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("collection", sa.Column("changed_at", moment, nullable=False, server_default="1970-01-01 00:00:00"))
    op.create_index(op.f("ix_collection_parent_id"), "collection", ["parent_id"])
    op.add_column("link", sa.Column("stage", sa.String(32), nullable=True))
    op.add_column("link", sa.Column("confirmed_by", sa.String(128), nullable=True))
    op.drop_index(op.f("uq_link"), table_name="link")
    op.create_index(
        "uq_link", "link", ["asset_id", "subject_id", "role", sa.literal_column("coalesce(starts, '')")], unique=True
    )
    # the search index on disk took its place
    op.drop_table("document")
    op.add_column("outbox", sa.Column("position", serial, nullable=True))
    op.create_index(op.f("ix_outbox_position"), "outbox", ["position"], unique=True)
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("fk_outbox_asset_id_asset"), type_="foreignkey")
    op.add_column("shoot", sa.Column("fields", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("shoot", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("subject", sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("subject", sa.Column("sources", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("subject", sa.Column("geometry_given", sa.JSON(), nullable=True))
    op.add_column("subject", sa.Column("west", sa.Float(), nullable=True))
    op.add_column("subject", sa.Column("south", sa.Float(), nullable=True))
    op.add_column("subject", sa.Column("east", sa.Float(), nullable=True))
    op.add_column("subject", sa.Column("north", sa.Float(), nullable=True))
    op.add_column("subject", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("subject", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("subject", sa.Column("changed_at", moment, nullable=False, server_default="1970-01-01 00:00:00"))
    op.create_index("ix_subject_box", "subject", ["south", "north", "west", "east"])
    op.create_index("ix_subject_changed_at", "subject", ["changed_at"])
    op.create_index(op.f("ix_subject_merged_into"), "subject", ["merged_into"])
    # the unique index of a copy's place begins with its file as well
    op.drop_index("ix_copy_file_id", table_name="copy")
    if op.get_bind().dialect.name == "sqlite":
        columns = ["store", "storage_class", "phase", "verified_at", "audited_at", "condemned_at", "problem"]
        op.create_index("ix_copy_standing", "copy", ["file_id", *columns])
    # what was there has been so since it was last changed, as far as anybody knows
    op.execute("UPDATE asset SET state_since = changed_at")
    op.execute("UPDATE collection SET changed_at = created_at")
    op.execute("UPDATE subject SET changed_at = created_at")
    _draw_boxes()


def _draw_boxes() -> None:
    """The boxes around the geometries that are there already."""
    sides = ("west", "south", "east", "north")
    subject = sa.table("subject", sa.column("id", sa.Uuid()), sa.column("geometry", sa.JSON()), *map(sa.column, sides))
    bind = op.get_bind()
    for number, geometry in bind.execute(sa.select(subject.c.id, subject.c.geometry)).all():
        if found := list(_positions(geometry)):
            across, up = [one[0] for one in found], [one[1] for one in found]
            box = dict(zip(sides, (min(across), min(up), max(across), max(up)), strict=True))
            bind.execute(subject.update().where(subject.c.id == number).values(**box))


def _positions(found: Any) -> Iterator[list[float]]:
    """Every position of a GeoJSON geometry."""
    if isinstance(found, dict):
        yield from _positions(found.get("coordinates") or found.get("geometries") or found.get("geometry"))
    elif isinstance(found, list) and len(found) >= 2 and all(isinstance(one, int | float) for one in found):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _positions(one)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_copy_standing", table_name="copy")
    op.create_index("ix_copy_file_id", "copy", ["file_id"])
    op.drop_index(op.f("ix_subject_merged_into"), table_name="subject")
    op.drop_index("ix_subject_changed_at", table_name="subject")
    op.drop_index("ix_subject_box", table_name="subject")
    op.drop_column("subject", "changed_at")
    op.drop_column("subject", "version")
    op.drop_column("subject", "merged_into")
    op.drop_column("subject", "north")
    op.drop_column("subject", "east")
    op.drop_column("subject", "south")
    op.drop_column("subject", "west")
    op.drop_column("subject", "geometry_given")
    op.drop_column("subject", "sources")
    op.drop_column("subject", "details")
    op.drop_column("shoot", "version")
    op.drop_column("shoot", "fields")
    op.create_table(
        "document",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("indexed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_document_asset_id_asset")),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_document")),
    )
    op.execute("DELETE FROM outbox WHERE asset_id NOT IN (SELECT id FROM asset)")
    with op.batch_alter_table("outbox") as outbox:
        outbox.create_foreign_key(op.f("fk_outbox_asset_id_asset"), "asset", ["asset_id"], ["id"])
    op.drop_index(op.f("ix_outbox_position"), table_name="outbox")
    op.drop_column("outbox", "position")
    op.drop_index("uq_link", table_name="link")
    op.create_index(op.f("uq_link"), "link", ["asset_id", "subject_id", "role"], unique=True)
    op.drop_column("link", "confirmed_by")
    op.drop_column("link", "stage")
    op.drop_index(op.f("ix_collection_parent_id"), table_name="collection")
    op.drop_column("collection", "changed_at")
    op.drop_column("collection", "version")
    op.drop_column("collection", "shared_with")
    op.drop_column("collection", "visibility")
    op.drop_column("collection", "query")
    op.drop_column("collection", "parent_id")
    op.drop_index("ix_asset_position", table_name="asset")
    op.drop_index("ix_asset_state", table_name="asset")
    op.drop_column("asset", "version")
    op.drop_column("asset", "label")
    op.drop_column("asset", "embargo")
    op.drop_column("asset", "openness")
    op.drop_column("asset", "classification")
    op.drop_column("asset", "fields")
    op.drop_column("asset", "sent_back")
    op.drop_column("asset", "state_since")
    op.drop_table("suggestion_outbox")
    op.drop_index("ix_suggestion_state", table_name="suggestion")
    op.drop_table("suggestion")
    op.drop_index(op.f("ix_comparison_subject_id"), table_name="comparison")
    op.drop_table("comparison")
    op.drop_index("ix_bulk_change_state", table_name="bulk_change")
    op.drop_index(op.f("ix_bulk_change_asset_id"), table_name="bulk_change")
    op.drop_table("bulk_change")
    op.drop_index(op.f("ix_accession_alias_code"), table_name="accession_alias")
    op.drop_index(op.f("ix_accession_alias_asset_id"), table_name="accession_alias")
    op.drop_table("accession_alias")
    op.drop_index(op.f("ix_token_user_id"), table_name="token")
    op.drop_table("token")
    op.drop_index(op.f("ix_subject_relation_other_id"), table_name="subject_relation")
    op.drop_table("subject_relation")
    op.drop_index(op.f("ix_answer_created_at"), table_name="answer")
    op.drop_table("answer")
    op.drop_index(op.f("ix_bulk_edit_undoes"), table_name="bulk_edit")
    op.drop_index(op.f("ix_bulk_edit_created_at"), table_name="bulk_edit")
    op.drop_table("bulk_edit")
    op.drop_table("accession_counter")
