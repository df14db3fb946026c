"""A place says which trace its call came in."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_traces"
down_revision = "2026_11_26_withdrawn"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("places", sa.Column("traceparent", sa.String(), nullable=True))
