"""Which agents were deleted: they answer nobody, whatever copies of them are kept."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "2026_11_27_deleted_agents"
down_revision = "2026_11_26_traces"
branch_labels = None
depends_on = None

WALLS = Walls("chat")


def upgrade() -> None:
    op.create_table(
        "deleted_agents",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", name="pk_deleted_agents"),
    )
    WALLS.walled("deleted_agents")
