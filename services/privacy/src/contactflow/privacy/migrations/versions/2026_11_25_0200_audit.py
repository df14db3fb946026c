"""The audit ledger: rows that nobody changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_audit"
down_revision = "2026_11_25_first"
branch_labels = None
depends_on = None

WALLS = Walls("privacy")


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_audit_entries"),
        sa.UniqueConstraint("workspace_id", "seq", name="uq_audit_entries_seq"),
    )
    op.create_index("ix_audit_entries_request_id", "audit_entries", ["workspace_id", "request_id"])
    WALLS.append_only("audit_entries")
    WALLS.read_by_system("audit_entries")
