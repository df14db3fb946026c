"""A published version of an agent: how it speaks, what it knows, whether it still answers."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ARRAY, ColumnElement, PrimaryKeyConstraint, String, exists
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.kernel import LOCALES, Locale
from contactflow.persistence import NOTHING_PERSONAL, Base


class Definition(BaseModel):
    """A published version as gateway tells it, of which services keep what they use."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    agent_id: UUID
    version: int
    name: str
    prompt: str
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    greeting: str | None = None
    voice: str | None = None
    tools: tuple[str, ...]


class AgentVersion(Base):
    """As gateway published it; it never changes, a new version is another row.

    `voice` names the voice it speaks with; without one the speech endpoint's usual one does.
    `tools` are those that its business chose; what serves a person's rights is always there.
    """

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
    voice: Mapped[str | None]
    tools: Mapped[tuple[str, ...]] = mapped_column(ARRAY(String, as_tuple=True))

    @property
    def hands_over(self) -> bool:
        """Whether it may have a person of the business go on."""
        return "handover_to_human" in self.tools

    @property
    def locales(self) -> list[Locale]:
        """The languages it speaks that we have words in, its first one first; else English."""
        return [one for said in self.languages for one in LOCALES if one == said] or [LOCALES[0]]


class DeletedAgent(Base):
    """It answers nobody any more, whatever copies of it are here or come late; it stays so."""

    __tablename__ = "deleted_agents"
    __table_args__ = (PrimaryKeyConstraint("workspace_id", "agent_id"), {"info": NOTHING_PERSONAL})

    workspace_id: Mapped[UUID]
    agent_id: Mapped[UUID]


def living() -> ColumnElement[bool]:
    """Of versions: that their agent was not deleted. None other begins anything new."""
    same = DeletedAgent.workspace_id == AgentVersion.workspace_id
    return ~exists().where(same, DeletedAgent.agent_id == AgentVersion.agent_id)
