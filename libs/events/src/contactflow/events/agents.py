"""What gateway tells about AI agents."""

from uuid import UUID

from contactflow.events.base import Event, Topic

AGENTS = Topic("gateway.agents")


class AgentPublished(Event, type="agent.published", topic=AGENTS):
    """A version of an agent can be used; its definition is fetched from gateway."""

    agent_id: UUID
    agent_version: int


class AgentDeleted(Event, type="agent.deleted", topic=AGENTS):
    """It answers nobody any more, whatever was published of it, and never comes back."""

    agent_id: UUID
