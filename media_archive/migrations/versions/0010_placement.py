"""Plans, restores, disposals, and what they need to know of assets and copies."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = media_archive.db.Instant(timezone=True)
    op.create_table(
        "storage_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("profile", sa.String(64), nullable=False),
        sa.Column("edition", sa.String(64), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("applied_by", sa.String(128), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("applied_at", moment, nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("rests_until", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_plan")),
    )
    op.create_table(
        "disposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(1024), nullable=False),
        sa.Column("accession_code", sa.String(128), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(128), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("approved_by", sa.String(128), nullable=True),
        sa.Column("approved_at", moment, nullable=True),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("ended_by", sa.String(128), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_disposal_archive_id_archive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
    )
    op.create_index(op.f("ix_disposal_asset_id"), "disposal", ["asset_id"])
    op.create_index("ix_disposal_state", "disposal", ["state", "due_at"])
    op.create_table(
        "restore_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(128), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.String(1024), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_at", moment, nullable=True),
        sa.Column("seen_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_restore_request_archive_id_archive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore_request")),
    )
    op.create_index(op.f("ix_restore_request_asked_by"), "restore_request", ["asked_by"])
    op.create_table(
        "restore_item",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("look_at", moment, nullable=False),
        sa.Column("asked_at", moment, nullable=True),
        sa.Column("ready_at", moment, nullable=True),
        sa.Column("ends_at", moment, nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["copy.id"], name=op.f("fk_restore_item_copy_id_copy"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_restore_item_file_id_file")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["restore_request.id"], name=op.f("fk_restore_item_request_id_restore_request")
        ),
        sa.PrimaryKeyConstraint("request_id", "file_id", name=op.f("pk_restore_item")),
    )
    op.create_index(op.f("ix_restore_item_file_id"), "restore_item", ["file_id"])
    op.create_index("ix_restore_item_state", "restore_item", ["state", "look_at"])
    op.create_table(
        "storage_step",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("from_tier", sa.String(64), nullable=True),
        sa.Column("to_tier", sa.String(64), nullable=True),
        sa.Column("rule", sa.String(128), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["storage_plan.id"], name=op.f("fk_storage_step_plan_id_storage_plan")),
        sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("pk_storage_step")),
    )
    op.create_index("ix_storage_step_state", "storage_step", ["plan_id", "state", "position"])
    op.create_table(
        "bundle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("assets", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", moment, nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index(op.f("ix_bundle_store"), "bundle", ["store"])
    op.add_column("asset", sa.Column("rating", sa.Integer(), nullable=True))
    op.add_column("asset", sa.Column("retention", sa.String(32), nullable=True))
    op.add_column("asset", sa.Column("hold", sa.JSON(), nullable=True))
    op.add_column("asset", sa.Column("opened_at", moment, nullable=True))
    op.add_column("asset", sa.Column("trashed_at", moment, nullable=True))
    placing = ["id", "kind", "archive_id", "rating", "retention", "opened_at", "created_at", "trashed_at"]
    op.create_index("ix_asset_placing", "asset", placing, unique=True)
    for name, column, few in (
        ("ix_asset_trashed_at", "trashed_at", "trashed_at IS NOT NULL"),
        ("ix_asset_hold", "id", "hold IS NOT NULL"),
    ):
        op.create_index(name, "asset", [column], sqlite_where=sa.text(few), postgresql_where=sa.text(few))
    op.create_table(
        "storage_overview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_overview")),
    )
    few = sa.text("problem IS NOT NULL")
    op.create_index("ix_copy_problem", "copy", ["store"], sqlite_where=few, postgresql_where=few)
    op.create_table(
        "deleted_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("disposal_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("name", sa.String(1024), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_deleted_file_archive_id_archive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_file")),
    )
    op.create_index(op.f("ix_deleted_file_sha256"), "deleted_file", ["sha256"])
    op.create_index(op.f("ix_deleted_file_asset_id"), "deleted_file", ["asset_id"])
    op.add_column("copy", sa.Column("audited_at", moment, nullable=True))
    op.add_column("copy", sa.Column("class_since", moment, nullable=True))
    op.add_column("copy", sa.Column("condemned_at", moment, nullable=True))
    op.add_column("copy", sa.Column("key_id", sa.String(64), nullable=True))
    op.add_column("copy", sa.Column("readable_until", moment, nullable=True))
    op.add_column("copy", sa.Column("phase", sa.String(16), nullable=False, server_default="here"))
    op.add_column("copy", sa.Column("told_at", moment, nullable=True))
    op.create_index("ix_copy_audited", "copy", ["store", "audited_at"])
    op.create_index("ix_copy_told", "copy", ["store", "told_at"])
    condemned = sa.text("condemned_at IS NOT NULL")
    op.create_index("ix_copy_condemned", "copy", ["condemned_at"], sqlite_where=condemned, postgresql_where=condemned)
    # what is there already is told of by the first bundle
    stars = {
        "sqlite": "json_extract(record, '$.description.rating')",
        "postgresql": "CAST(record -> 'description' ->> 'rating' AS INTEGER)",
    }[op.get_bind().dialect.name]
    # -1 stands for what was rejected
    better = f"CASE WHEN {stars} > 0 THEN {stars} ELSE 0 END"
    op.execute(f"UPDATE asset SET rating = {better} WHERE {stars} IS NOT NULL")  # noqa: S608 # nosec B608 - the words are ours
    op.execute("UPDATE copy SET class_since = created_at, audited_at = verified_at, told_at = created_at")


def downgrade() -> None:
    op.drop_table("bundle")
    op.drop_index("ix_copy_condemned", table_name="copy")
    op.drop_index("ix_copy_told", table_name="copy")
    op.drop_column("copy", "told_at")
    op.drop_index("ix_copy_audited", table_name="copy")
    op.drop_column("copy", "phase")
    op.drop_column("copy", "readable_until")
    op.drop_column("copy", "key_id")
    op.drop_column("copy", "condemned_at")
    op.drop_column("copy", "class_since")
    op.drop_column("copy", "audited_at")
    op.drop_table("storage_overview")
    op.drop_index("ix_copy_problem", table_name="copy")
    op.drop_table("deleted_file")
    op.drop_index("ix_asset_placing", table_name="asset")
    op.drop_index("ix_asset_hold", table_name="asset")
    op.drop_index("ix_asset_trashed_at", table_name="asset")
    op.drop_column("asset", "trashed_at")
    op.drop_column("asset", "opened_at")
    op.drop_column("asset", "hold")
    op.drop_column("asset", "retention")
    op.drop_column("asset", "rating")
    op.drop_index("ix_storage_step_state", table_name="storage_step")
    op.drop_table("storage_step")
    op.drop_index("ix_restore_item_state", table_name="restore_item")
    op.drop_index(op.f("ix_restore_item_file_id"), table_name="restore_item")
    op.drop_table("restore_item")
    op.drop_index(op.f("ix_restore_request_asked_by"), table_name="restore_request")
    op.drop_table("restore_request")
    op.drop_index("ix_disposal_state", table_name="disposal")
    op.drop_index(op.f("ix_disposal_asset_id"), table_name="disposal")
    op.drop_table("disposal")
    op.drop_table("storage_plan")
