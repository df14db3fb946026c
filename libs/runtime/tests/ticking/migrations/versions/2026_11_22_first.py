"""Everything."""

from alembic import op

from contactflow.persistence import Base
from contactflow.persistence.migrations import Walls
from contactflow.persistence.roles import roles
from contactflow.persistence.walls import policies

revision = "first"
down_revision = None


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind())
    named = roles("ticking")
    for statement in policies(Base.metadata, named.app, named.system):
        op.execute(statement)
    Walls("ticking").readable_version()
