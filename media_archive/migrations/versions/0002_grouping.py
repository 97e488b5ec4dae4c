"""By which rule the files of an asset belong together, and the order of the parts of a recording."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asset", sa.Column("grouping", sa.String(length=255), nullable=True))
    op.add_column("asset", sa.Column("grouped_by", sa.String(length=128), nullable=True))
    op.add_column("file", sa.Column("part", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("file", "part")
    op.drop_column("asset", "grouped_by")
    op.drop_column("asset", "grouping")
