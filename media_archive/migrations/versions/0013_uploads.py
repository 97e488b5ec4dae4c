"""Uploads in pieces, the deliveries they belong to, and watch folders."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

moment = media_archive.db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("shoot_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("handed_at", moment, nullable=True),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("cleared_at", moment, nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_delivery_archive_id_archive")),
        sa.ForeignKeyConstraint(["shoot_id"], ["shoot.id"], name=op.f("fk_delivery_shoot_id_shoot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_owner", "delivery", ["owner", "created_at"])
    op.create_index("ix_delivery_stage", "delivery", ["stage"])
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.String(4096), nullable=False),
        sa.Column("path_key", sa.String(64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("modified_ns", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=True),
        sa.Column("joined_into", sa.Uuid(), nullable=True),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("stored_sha256", sa.String(64), nullable=True),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("cleared_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_upload_delivery_id_delivery")),
        sa.ForeignKeyConstraint(["joined_into"], ["upload.id"], name=op.f("fk_upload_joined_into_upload")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("delivery_id", "path_key", name=op.f("uq_upload_delivery_id_path_key")),
    )
    op.create_index("ix_upload_finished_at", "upload", ["finished_at", "created_at"])
    op.create_index("ix_upload_joined_into", "upload", ["joined_into"])
    op.create_table(
        "watch_folder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(4096), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("quiet_seconds", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(128), nullable=False),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("scanned_at", moment, nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_watch_folder_archive_id_archive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_folder")),
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("path_key", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_ns", sa.BigInteger(), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("taken_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["folder_id"], ["watch_folder.id"], name=op.f("fk_sighting_folder_id_watch_folder")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("folder_id", "path_key", name=op.f("uq_sighting_folder_id_path_key")),
    )


def downgrade() -> None:
    for table in ("sighting", "watch_folder", "upload", "delivery"):
        op.drop_table(table)
