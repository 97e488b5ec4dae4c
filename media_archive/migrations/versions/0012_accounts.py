"""Further roles, groups, second factors, identities of sign-in services, and what sessions and tokens are limited to."""

import sqlalchemy as sa
from alembic import op

import media_archive.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

moment = media_archive.db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "user_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("note", sa.String(1024), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_group")),
        sa.UniqueConstraint("name", name=op.f("uq_user_group_name")),
    )
    op.create_table(
        "membership",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user")),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_membership_archive_id_archive")),
        sa.PrimaryKeyConstraint("user_id", "archive_id", "role", name=op.f("pk_membership")),
    )
    op.create_table(
        "group_member",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["user_group.id"], name=op.f("fk_group_member_group_id_user_group")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_group_member_user_id_user")),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_group_member")),
    )
    op.create_index(op.f("ix_group_member_user_id"), "group_member", ["user_id"])
    op.create_table(
        "group_role",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["user_group.id"], name=op.f("fk_group_role_group_id_user_group")),
        sa.ForeignKeyConstraint(["archive_id"], ["archive.id"], name=op.f("fk_group_role_archive_id_archive")),
        sa.PrimaryKeyConstraint("group_id", "archive_id", "role", name=op.f("pk_group_role")),
    )
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(255), nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_identity_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_user_id"), "identity", ["user_id"])
    op.add_column("user", sa.Column("parts", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("user", sa.Column("being", sa.String(16), nullable=False, server_default="person"))
    op.add_column("user", sa.Column("locks", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sign_in", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.add_column("token", sa.Column("actions", sa.JSON(), nullable=True))
    op.create_index("ix_event_who", "event", ["who", "at"])


def downgrade() -> None:
    op.drop_index("ix_event_who", table_name="event")
    op.drop_column("token", "actions")
    op.drop_column("sign_in", "address")
    op.drop_column("user", "locks")
    op.drop_column("user", "being")
    op.drop_column("user", "parts")
    op.drop_index(op.f("ix_identity_user_id"), table_name="identity")
    op.drop_table("identity")
    op.drop_table("second_factor")
    op.drop_table("group_role")
    op.drop_index(op.f("ix_group_member_user_id"), table_name="group_member")
    op.drop_table("group_member")
    op.drop_table("membership")
    op.drop_table("user_group")
