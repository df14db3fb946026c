"""What carriers sent."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_webhooks"
down_revision = "2026_11_25_calls"
branch_labels = None
depends_on = None

WALLS = Walls("voice")


def upgrade() -> None:
    op.create_table(
        "carrier_webhooks",
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_carrier_webhooks"),
    )
    op.create_index("ix_carrier_webhooks_received_at", "carrier_webhooks", ["received_at"])
    WALLS.walled("carrier_webhooks")
    WALLS.open_to_system("carrier_webhooks")
