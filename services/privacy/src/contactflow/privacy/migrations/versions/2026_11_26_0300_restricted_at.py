"""Since when a person is restricted by a request; of those from before, since it last changed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_restricted_at"
down_revision = "2026_11_26_fenced_at"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rights_requests", sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute("ALTER TABLE rights_requests NO FORCE ROW LEVEL SECURITY")  # else we see no rows
    op.execute("UPDATE rights_requests SET restricted_at = updated_at WHERE restricted")
    op.execute("ALTER TABLE rights_requests FORCE ROW LEVEL SECURITY")
