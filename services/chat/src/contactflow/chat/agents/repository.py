"""Loading and storing copies of agents."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from contactflow.chat.agents.model import AgentVersion
from contactflow.chat.agents.schemas import Definition
from contactflow.persistence import Work


class SqlAgents:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def newest(self, agent_id: UUID) -> AgentVersion | None:
        statement = (
            select(AgentVersion)
            .where(AgentVersion.agent_id == agent_id)
            .order_by(AgentVersion.version.desc())
        )
        return (await self._work.session.scalars(statement.limit(1))).first()

    async def keep(self, definition: Definition) -> None:
        """A version never changes, so the first copy is as good as any."""
        row = {"workspace_id": self._work.workspace_id, **definition.model_dump()}
        await self._work.rows(insert(AgentVersion).values(row).on_conflict_do_nothing())
