"""To whom collections are opened, the last count of all holdings, and watch folders that rest."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

moment = media_archive.db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "collection_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("extent", sa.String(16), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", moment, nullable=False),
        sa.Column("until", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_collection_grant_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_collection_grant_user_id_user")),
        sa.ForeignKeyConstraint(["group_id"], ["user_group.id"], name=op.f("fk_collection_grant_group_id_user_group")),
        sa.ForeignKeyConstraint(["giver_id"], ["user.id"], name=op.f("fk_collection_grant_giver_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_grant")),
    )
    for column in ("collection_id", "user_id", "group_id"):
        op.create_index(op.f(f"ix_collection_grant_{column}"), "collection_grant", [column])
    op.add_column("watch_folder", sa.Column("paused_at", moment, nullable=True))
    op.create_table(
        "holdings_figures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holdings_figures")),
    )


def downgrade() -> None:
    op.drop_table("holdings_figures")
    op.drop_column("watch_folder", "paused_at")
    for column in ("collection_id", "user_id", "group_id"):
        op.drop_index(op.f(f"ix_collection_grant_{column}"), table_name="collection_grant")
    op.drop_table("collection_grant")
