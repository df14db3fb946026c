"""Loading and storing copies of agents."""

from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.dialects.postgresql import insert

from contactflow.kernel import LOCALES, Locale
from contactflow.persistence import Work, Works
from contactflow.runtime.agents.gateway import Gateway
from contactflow.runtime.agents.model import AgentVersion, Definition, DeletedAgent, living

NOT_KEPT: Final = {"channels"}
"""Of a definition: what counts only when a way to the agent is opened, and gateway is asked."""


class Agents(Protocol):
    """The published versions that a workspace's agents have here."""

    async def newest(self, agent_id: UUID, /) -> AgentVersion | None:
        """None when none of its versions is here, or when it was deleted."""

    async def keep(self, definition: Definition, /) -> None:
        """Have a copy of this version; again, it changes nothing."""


class SqlAgents:
    """See Agents."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def newest(self, agent_id: UUID) -> AgentVersion | None:
        """See Agents."""
        statement = _newest_of(agent_id).where(living())
        return (await self._work.session.scalars(statement)).first()

    async def is_deleted(self, agent_id: UUID) -> bool:
        """Whether it answers nobody any more; else a copy that is not here may be on its way."""
        same = DeletedAgent.agent_id == agent_id
        return bool(await self._work.session.scalar(select(exists().where(same))))

    async def locales(self, agent_id: UUID) -> list[Locale]:
        """In which its newest version speaks, for what we say without it, even if it was deleted.

        English when none of its versions is here.
        """
        newest = (await self._work.session.scalars(_newest_of(agent_id))).first()
        return newest.locales if newest else [LOCALES[0]]

    async def of(self, agent_id: UUID, version: int) -> AgentVersion | None:
        """That very version; None when it is not here."""
        key = (self._work.workspace_id, agent_id, version)
        return await self._work.session.get(AgentVersion, key)

    async def keep(self, definition: Definition) -> None:
        """A version never changes, so the first copy is as good as any."""
        row = {"workspace_id": self._work.workspace_id, **definition.model_dump(exclude=NOT_KEPT)}
        await self._work.rows(insert(AgentVersion).values(row).on_conflict_do_nothing())

    async def retire(self, agent_id: UUID) -> None:
        """It was deleted: no copy of it is the newest any more, nor one that comes late."""
        row = {"workspace_id": self._work.workspace_id, "agent_id": agent_id}
        await self._work.rows(insert(DeletedAgent).values(row).on_conflict_do_nothing())


def _newest_of(agent_id: UUID) -> Select[AgentVersion]:
    mine = select(AgentVersion).where(AgentVersion.agent_id == agent_id)
    return mine.order_by(AgentVersion.version.desc()).limit(1)


async def have_agent(
    works: Works, gateway: Gateway, workspace_id: UUID, agent_id: UUID
) -> Definition | None:
    """Have a copy of the agent: `agent.published` may still be on its way. None: there is none.

    Gateway is asked in any case, for `agent.deleted` may be on its way, too: for the newest version
    that is here, else for the first, which whatever was ever published has. It is asked with no
    transaction open. Raises UnavailableError.
    """
    newest = await works.run(workspace_id, lambda work: SqlAgents(work).newest(agent_id))
    found = await gateway.agent(workspace_id, agent_id, newest.version if newest else 1)
    if found and not newest:
        await works.run(workspace_id, lambda work: SqlAgents(work).keep(found))
    return found
