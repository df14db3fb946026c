"""What is kept of an agent says which tools it has; so far each had all."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_tools"
down_revision = "2026_11_26_missed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tools: sa.Column[Any] = sa.Column(
        "tools", sa.ARRAY(sa.String()), nullable=False, server_default="{handover_to_human}"
    )
    op.add_column("agent_versions", tools)
    op.alter_column("agent_versions", "tools", server_default=None)
