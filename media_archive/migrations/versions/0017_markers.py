"""Markers on films, clips in bins, and what a collection is for."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

moment = media_archive.db.Instant(timezone=True)


def upgrade() -> None:
    op.add_column("collection", sa.Column("purpose", sa.String(16), nullable=False, server_default="album"))
    op.create_table(
        "marker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("colour", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_marker_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker")),
    )
    op.create_index(op.f("ix_marker_asset_id"), "marker", ["asset_id"])
    op.create_table(
        "clip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("begins", sa.String(40), nullable=False),
        sa.Column("ends", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_clip_asset_id_asset")),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_clip_collection_id_collection"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip")),
    )
    op.create_index(op.f("ix_clip_asset_id"), "clip", ["asset_id"])
    op.create_index("ix_clip_order", "clip", ["collection_id", "position"])


def downgrade() -> None:
    op.drop_table("clip")
    op.drop_table("marker")
    op.drop_column("collection", "purpose")
