"""Fingerprints of pictures, and which of them are alike."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = media_archive.db.Instant(timezone=True)
    op.create_table(
        "fingerprint_outbox",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_fingerprint_outbox_asset_id_asset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fingerprint_outbox")),
    )
    op.create_table(
        "fingerprint",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("phash", sa.BigInteger(), nullable=False),
        sa.Column("comparable", sa.Boolean(), nullable=False),
        sa.Column("sharpness", sa.Float(), nullable=True),
        sa.Column("position", SERIAL, nullable=False),
        sa.Column("compared_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_fingerprint_asset_id_asset")),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_fingerprint")),
        sa.UniqueConstraint("position", name=op.f("uq_fingerprint_position")),
    )
    op.create_index("ix_fingerprint_compared", "fingerprint", ["compared_at", "position"])
    op.create_table(
        "alike_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("top_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.String(128), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_alike_set_archive_id_archive")),
        sa.ForeignKeyConstraint(["top_id"], ["asset.id"], name=op.f("fk_alike_set_top_id_asset"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alike_set")),
    )
    op.create_index("ix_alike_set_verdict", "alike_set", ["verdict", "sort", "id"])
    op.create_table(
        "alike_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_id"], ["asset.id"], name=op.f("fk_alike_pair_first_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["asset.id"], name=op.f("fk_alike_pair_second_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["set_id"], ["alike_set.id"], name=op.f("fk_alike_pair_set_id_alike_set")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alike_pair")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_alike_pair_first_id_second_id")),
    )
    op.create_index(op.f("ix_alike_pair_second_id"), "alike_pair", ["second_id"])
    op.create_index(op.f("ix_alike_pair_set_id"), "alike_pair", ["set_id"])


def downgrade() -> None:
    op.drop_table("alike_pair")
    op.drop_table("alike_set")
    op.drop_table("fingerprint")
    op.drop_table("fingerprint_outbox")
