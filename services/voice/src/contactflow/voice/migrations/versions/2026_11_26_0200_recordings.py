"""Who listened to a recording; the sweeper sees which recordings there are."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "2026_11_26_recordings"
down_revision = "2026_11_26_phrases"
branch_labels = None
depends_on = None

WALLS = Walls("voice")
NAME = "recording_accesses"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("accessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "subject_id"],
            ["subjects.workspace_id", "subjects.id"],
            name=f"fk_{NAME}_subjects",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "call_id"],
            ["calls.workspace_id", "calls.id"],
            name=f"fk_{NAME}_calls",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=f"pk_{NAME}"),
    )
    op.create_index(f"ix_{NAME}_call_id", NAME, ["workspace_id", "call_id"])
    op.create_index(f"ix_{NAME}_subject_id", NAME, ["workspace_id", "subject_id"])
    WALLS.walled(NAME)
    WALLS.open_to_system("recordings")
