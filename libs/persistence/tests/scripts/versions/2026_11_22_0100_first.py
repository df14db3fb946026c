"""One table of each kind."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "first"
down_revision = None

WALLS = Walls("shelves")


def upgrade() -> None:
    for name in ("books", "tokens", "mail"):
        op.create_table(name, sa.Column("workspace_id", sa.Uuid(), nullable=False))
    op.create_table("cursor", sa.Column("place", sa.Integer(), nullable=False))
    WALLS.walled("books", "mail")
    WALLS.unwalled("tokens")
    WALLS.open_to_system("mail")
    WALLS.open_to_system("cursor", is_walled=False)
    WALLS.readable_version()
    op.execute("SELECT pg_sleep(0.3)")
