"""Agents, and a gateway that has published them, for services that answer with them."""

from typing import Any
from uuid import UUID

from contactflow.runtime.agents import Definition


def bo(agent_id: UUID, **said: Any) -> Definition:
    """An agent of a bakery."""
    fields = {
        "agent_id": agent_id,
        "version": 1,
        "name": "Bo",
        "prompt": "The bakery opens at 7:30.",
        "languages": ("en", "fr"),
        "channels": ("web", "voice"),
        "tools": ("handover_to_human",),
    }
    return Definition.model_validate(fields | said)


class FakeGateway:
    """Has published what it was given."""

    def __init__(self) -> None:
        self.published: dict[tuple[UUID, UUID, int], Definition] = {}
        self.error: Exception | None = None

    def publish(self, workspace_id: UUID, definition: Definition) -> None:
        """From here on it can be asked for."""
        self.published[workspace_id, definition.agent_id, definition.version] = definition

    async def agent(self, workspace_id: UUID, agent_id: UUID, version: int) -> Definition | None:
        if self.error:
            raise self.error
        return self.published.get((workspace_id, agent_id, version))
