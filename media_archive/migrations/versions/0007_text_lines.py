"""Lines of text that were read in pictures and heard in recordings."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("recipe", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("machine_text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("script", sa.String(4), nullable=False),
        sa.Column("polygon", sa.JSON(), nullable=True),
        sa.Column("starts", sa.Float(), nullable=True),
        sa.Column("ends", sa.Float(), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(128), nullable=True),
        sa.Column("set_at", media_archive.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_text_line_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_line")),
    )
    op.create_index("ix_text_line_asset", "text_line", ["asset_id", "recipe", "position"])


def downgrade() -> None:
    op.drop_index("ix_text_line_asset", "text_line")
    op.drop_table("text_line")
