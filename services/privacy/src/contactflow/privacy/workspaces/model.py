"""A workspace, as far as privacy has to know it."""

from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from contactflow.events.workspaces import LegalRole
from contactflow.kernel import Locale
from contactflow.persistence import NOTHING_PERSONAL, Base


class Workspace(Base):
    """`legal_role`: as a controller it decides itself, as a processor its customer does."""

    __tablename__ = "workspaces"
    __table_args__ = (PrimaryKeyConstraint("workspace_id"), {"info": NOTHING_PERSONAL})

    workspace_id: Mapped[UUID]
    legal_role: Mapped[LegalRole]
    locale: Mapped[Locale]
