"""Reading agents: Core straight to HTTP shapes."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from contactflow.gateway.agents.errors import AgentNotFoundError
from contactflow.gateway.agents.model import Agent, AgentVersion
from contactflow.gateway.agents.schemas import AgentOut, AgentVersionOut
from contactflow.persistence import Work
from contactflow.web import Page, Paging

AGENTS: Any = Agent.__table__
VERSIONS: Any = AgentVersion.__table__


async def one(work: Work, agent_id: UUID) -> Row[Any]:
    row = (await work.rows(select(AGENTS).where(AGENTS.c.id == agent_id))).one_or_none()
    if row is None:
        raise AgentNotFoundError
    return row


async def newest(work: Work, paging: Paging) -> Page[AgentOut]:
    return paging.page(AgentOut, (await work.rows(paging.of(select(AGENTS)))).all())


async def version(work: Work, agent_id: UUID, number: int) -> AgentVersionOut:
    wanted = (VERSIONS.c.agent_id == agent_id) & (VERSIONS.c.number == number)
    row = (await work.rows(select(VERSIONS.c.definition).where(wanted))).one_or_none()
    if row is None:
        raise AgentNotFoundError
    return AgentVersionOut(agent_id=agent_id, version=number, **row.definition)
