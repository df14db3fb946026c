"""What is said without a model, as it is played."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "2026_11_26_phrases"
down_revision = "2026_11_25_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrases",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.String(), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "agent_id", "version", "wording_id", name="pk_phrases"
        ),
    )
    Walls("voice").walled("phrases")
