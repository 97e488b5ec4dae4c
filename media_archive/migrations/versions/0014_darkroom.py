"""What was chosen when a shoot was culled, and tracks that positions come from."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

moment = media_archive.db.Instant(timezone=True)


def upgrade() -> None:
    op.add_column("asset", sa.Column("flag", sa.String(16), nullable=True))
    op.create_table(
        "track",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_track_archive_id_archive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
    )
    op.create_index(op.f("ix_track_sha256"), "track", ["sha256"])


def downgrade() -> None:
    op.drop_index(op.f("ix_track_sha256"), table_name="track")
    op.drop_table("track")
    op.drop_column("asset", "flag")
