"""A message says which trace it was said in."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_traces"
down_revision = "2026_11_26_tools"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("traceparent", sa.String(), nullable=True))
