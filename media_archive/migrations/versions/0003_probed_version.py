"""Which fields of an asset people set, which no probe takes back; and by which version of the probe it was read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asset", sa.Column("set_by_hand", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("asset", sa.Column("probed_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("asset", "probed_version")
    op.drop_column("asset", "set_by_hand")
