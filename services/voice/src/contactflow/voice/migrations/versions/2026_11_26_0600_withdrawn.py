"""When a caller did not want to be recorded any more."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_withdrawn"
down_revision = "2026_11_26_tools"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("consent_withdrawn_ms", sa.Integer(), nullable=True))
