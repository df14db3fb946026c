"""How many claim to be a person beyond those that are listed. Nobody counted them before."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_more_claims"
down_revision = "2026_11_26_restricted_at"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rights_dossiers", sa.Column("more_claims", sa.Integer(), nullable=True))
