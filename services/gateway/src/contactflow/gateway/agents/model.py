"""An agent: a draft that is worked on, and versions that never change."""

from datetime import datetime
from typing import Any, Literal, Self, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.events.agents import AgentDeleted, AgentPublished
from contactflow.kernel import Locale, new_id
from contactflow.persistence import NOTHING_PERSONAL, Aggregate, Base, WorkspaceRow, references

Channel = Literal["web", "whatsapp", "voice"]
Direction = Literal["inbound", "outbound"]
Mode = Literal["autonomous", "assist", "off_hours"]
Tool = Literal["handover_to_human"]
Status = Literal["draft", "published"]


class Definition(TypedDict, total=False):
    """What an agent is."""

    name: str
    prompt: str
    languages: tuple[Locale, ...]
    channels: tuple[Channel, ...]
    directions: tuple[Direction, ...]
    mode: Mode
    greeting: str | None
    voice: str | None
    tools: tuple[Tool, ...]


class AgentVersion(WorkspaceRow, Base):
    """An agent as it was published: conversations begun with it go on with it."""

    __tablename__ = "agent_versions"
    __table_args__ = (
        UniqueConstraint("workspace_id", "agent_id", "number"),
        {"info": NOTHING_PERSONAL},
    )

    agent_id: Mapped[UUID]
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    published_at: Mapped[datetime]


class Agent(Aggregate, Base):
    """`published` while the draft says what the newest version says, else `draft`."""

    __tablename__ = "agents"
    __table_args__ = ({"info": NOTHING_PERSONAL},)

    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[Status]
    published_version: Mapped[int | None] = mapped_column(Integer)

    @classmethod
    def draft(cls, workspace_id: UUID, *, at: datetime, **said: Unpack[Definition]) -> Self:
        agent = cls(workspace_id=workspace_id, id=new_id(), created_at=at, definition=_plain(said))
        agent.status, agent.published_version = "draft", None
        agent.touch(at=at)
        return agent

    def update(self, *, at: datetime, **said: Unpack[Definition]) -> None:
        """Say what is new; versions that were published stay as they are."""
        changed = {**self.definition, **_plain(said)}
        if changed == self.definition:
            return
        self.definition, self.status = changed, "draft"
        self.touch(at=at)

    def publish(self, *, at: datetime) -> AgentVersion | None:
        """The next version; None when the newest already says this."""
        if self.status == "published":
            return None
        self.status, self.published_version = "published", (self.published_version or 0) + 1
        published = AgentPublished(agent_id=self.id, agent_version=self.published_version)
        self.record(published, at=at)
        return AgentVersion(
            workspace_id=self.workspace_id,
            id=new_id(),
            agent_id=self.id,
            number=self.published_version,
            definition=self.definition,
            published_at=at,
        )

    def delete(self, *, at: datetime) -> None:
        """Whoever has copied a version is told to answer with it no more."""
        self.record(AgentDeleted(agent_id=self.id), at=at)


references(AgentVersion, "agents", "agent_id")


def _plain(said: Definition) -> dict[str, Any]:
    """As JSONB gives it back."""
    return {name: [*one] if isinstance(one, tuple) else one for name, one in said.items()}
