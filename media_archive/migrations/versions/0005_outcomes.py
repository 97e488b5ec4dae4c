"""How recipes fared with assets, and what is to be made anew."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = media_archive.db.Instant(timezone=True)
    op.create_table(
        "outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("recipe", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("made_at", moment, nullable=True),
        sa.Column("asked_at", moment, nullable=True),
        sa.Column("asked_by", sa.String(128), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_outcome_asset_id_asset")),
        sa.ForeignKeyConstraint(["source_id"], ["file.id"], name=op.f("fk_outcome_source_id_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("asset_id", "recipe", name=op.f("uq_outcome_asset_id_recipe")),
    )
    op.add_column("asset", sa.Column("remake_at", moment, nullable=True))
    op.add_column("asset", sa.Column("pages", sa.Integer(), nullable=True))
    op.add_column("asset", sa.Column("placeholder", sa.String(128), nullable=True))


def downgrade() -> None:
    op.drop_column("asset", "placeholder")
    op.drop_column("asset", "pages")
    op.drop_column("asset", "remake_at")
    op.drop_table("outcome")
