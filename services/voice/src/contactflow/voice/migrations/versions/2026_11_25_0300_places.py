"""Places for calls in media processes."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_places"
down_revision = "2026_11_25_carriers"
branch_labels = None
depends_on = None

WALLS = Walls("voice")


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("beats_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("admission", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
        sa.UniqueConstraint("media_id", "slot", name="uq_places_media_id_slot"),
        sa.UniqueConstraint("token_hash", name="uq_places_token_hash"),
    )
    op.create_index("ix_places_call_id", "places", ["call_id"])
    op.create_index("ix_places_beats_at", "places", ["beats_at"])
    WALLS.unwalled("places")
    WALLS.open_to_system("places", is_walled=False)
