"""How often in a row a media process was not heard of."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_missed"
down_revision = "2026_11_26_consent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("places", sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))
