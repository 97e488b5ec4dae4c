"""Watermarks of archives, and what is made for people to take away."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = media_archive.db.Instant(timezone=True)
    op.create_table(
        "watermark",
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("look", sa.JSON(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("changed_by", sa.String(128), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_watermark_archive_id_archive")),
        sa.PrimaryKeyConstraint("archive_id", name=op.f("pk_watermark")),
    )
    op.create_table(
        "parcel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(128), nullable=False),
        sa.Column("asked_by", sa.String(128), nullable=False),
        sa.Column("store", sa.String(64), nullable=True),
        sa.Column("key", sa.String(255), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("made_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
    )
    for column in ("asked_by", "created_at", "key"):
        op.create_index(op.f(f"ix_parcel_{column}"), "parcel", [column])


def downgrade() -> None:
    op.drop_table("parcel")
    op.drop_table("watermark")
