"""To which words a caller agreed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_consent"
down_revision = "2026_11_26_recordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("consent_wording_id", sa.String(), nullable=True))
