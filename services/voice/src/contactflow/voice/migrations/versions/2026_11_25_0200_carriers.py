"""Carriers, and the phone numbers that they bring calls for."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_carriers"
down_revision = "2026_11_25_first"
branch_labels = None
depends_on = None

WALLS = Walls("voice")


def upgrade() -> None:
    op.create_table(
        "carriers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        *aggregate(),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_carriers"),
        sa.UniqueConstraint(
            "workspace_id", "kind", "account_id", name="uq_carriers_workspace_id_kind_account_id"
        ),
    )
    op.create_table(
        "phone_numbers",
        sa.Column("e164", sa.String(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("handover_e164", sa.String(), nullable=True),
        *aggregate(),
        sa.ForeignKeyConstraint(
            ["workspace_id", "carrier_id"],
            ["carriers.workspace_id", "carriers.id"],
            name="fk_phone_numbers_carriers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_phone_numbers"),
        sa.UniqueConstraint("workspace_id", "e164", name="uq_phone_numbers_workspace_id_e164"),
    )
    op.create_index("ix_phone_numbers_carrier_id", "phone_numbers", ["workspace_id", "carrier_id"])
    WALLS.walled("carriers", "phone_numbers")
    WALLS.open_to_system("carriers")


def aggregate() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]
