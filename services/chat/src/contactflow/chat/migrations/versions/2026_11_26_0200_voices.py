"""What is kept of an agent says which voice it has."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_voices"
down_revision = "2026_11_26_fenced_at"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent_versions", sa.Column("voice", sa.String(), nullable=True))
