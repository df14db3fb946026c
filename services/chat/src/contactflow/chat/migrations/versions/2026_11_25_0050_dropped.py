"""Events whose effect was dropped, because whom they are about was gone, are counted."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_dropped"
down_revision = "2026_11_22_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "inbox", sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
