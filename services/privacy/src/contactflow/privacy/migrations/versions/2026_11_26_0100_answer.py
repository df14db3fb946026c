"""What became of the answer to the person. Unknown of requests from before."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_answer"
down_revision = "2026_11_25_erasures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rights_requests", sa.Column("answer", sa.String(), nullable=True))
