"""A published version of an agent: how it speaks and what it knows."""

from uuid import UUID

from sqlalchemy import ARRAY, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.persistence import NOTHING_PERSONAL, Base


class AgentVersion(Base):
    """As gateway published it; it never changes, a new version is another row."""

    __tablename__ = "agent_versions"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "agent_id", "version"),
        {"info": NOTHING_PERSONAL},
    )

    workspace_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    version: Mapped[int]
    name: Mapped[str]
    prompt: Mapped[str]
    languages: Mapped[tuple[str, ...]] = mapped_column(ARRAY(String, as_tuple=True))
    greeting: Mapped[str | None]
