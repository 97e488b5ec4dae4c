"""Share links, requests for a use, and parcels that are kept for a time of their own."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

moment = media_archive.db.Instant(timezone=True)


def upgrade() -> None:
    op.add_column("parcel", sa.Column("kept_until", moment, nullable=True))
    _shares()
    _requests()


def _shares() -> None:
    op.create_table(
        "share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("password", sa.String(255), nullable=True),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("downloads", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("opened_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("revoked_by", sa.String(128), nullable=True),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_share_archive_id_archive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("key", name=op.f("uq_share_key")),
    )
    op.create_index("ix_share_archive", "share", ["archive_id", "id"])
    op.create_index(op.f("ix_share_made_by"), "share", ["made_by"])
    op.create_table(
        "share_item",
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_share_item_share_id_share")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_share_item_asset_id_asset")),
        sa.PrimaryKeyConstraint("share_id", "asset_id", name=op.f("pk_share_item")),
    )
    op.create_index(op.f("ix_share_item_asset_id"), "share_item", ["asset_id"])


def _requests() -> None:
    op.create_table(
        "use_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(128), nullable=False),
        sa.Column("title", sa.String(1024), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("use_until", sa.String(10), nullable=True),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("contact", sa.String(512), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=True),
        sa.Column("take_until", moment, nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("report_due", moment, nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["archive.id"], name=op.f("fk_use_request_owner_id_archive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_request")),
    )
    op.create_index("ix_use_request_owner", "use_request", ["owner_id", "state"])
    op.create_index("ix_use_request_asker", "use_request", ["asked_by", "state"])
    op.create_index(op.f("ix_use_request_parcel_id"), "use_request", ["parcel_id"])
    op.create_table(
        "use_item",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["use_request.id"], name=op.f("fk_use_item_request_id_use_request")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_use_item_asset_id_asset")),
        sa.PrimaryKeyConstraint("request_id", "asset_id", name=op.f("pk_use_item")),
    )
    op.create_index(op.f("ix_use_item_asset_id"), "use_item", ["asset_id"])


def downgrade() -> None:
    for table in ("use_item", "use_request", "share_item", "share"):
        op.drop_table(table)
    op.drop_column("parcel", "kept_until")
