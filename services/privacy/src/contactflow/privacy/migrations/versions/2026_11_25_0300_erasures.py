"""What every service has that runs with the ledger: rounds of erasures, fences that end."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_erasures"
down_revision = "2026_11_25_audit"
branch_labels = None
depends_on = None

WALLS = Walls("privacy")


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted", postgresql.JSONB(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "request_id", "round", name="pk_erasures"),
    )
    op.create_index("ix_erasures_done_at", "erasures", ["done_at"])
    op.create_index("ix_erasure_fences_fenced_at", "erasure_fences", ["fenced_at"])
    WALLS.walled("erasures")
    WALLS.open_to_system("erasures", "erasure_fences")
