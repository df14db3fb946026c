"""Agents over HTTP: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from contactflow.gateway.agents import queries, service
from contactflow.gateway.agents.dependencies import AgentsInternal, AgentsRead, AgentsWrite
from contactflow.gateway.agents.schemas import (
    AgentId,
    AgentIn,
    AgentOut,
    AgentPatch,
    AgentVersionOut,
)
from contactflow.kernel import encode
from contactflow.web import IfMatch, Now, Page, Paging, versioned

router = APIRouter(prefix="/v1/agents", tags=["agents"])
internal = APIRouter(prefix="/internal/agents", tags=["agents"])
INT4 = 2**31 - 1


@router.post("", status_code=201, summary="Draft an agent")
async def create_agent(new: AgentIn, agents: AgentsWrite, at: Now, response: Response) -> AgentOut:
    agent = await service.create(agents, said=new.definition, at=at)
    response.headers["Location"] = f"/v1/agents/{encode('agt', agent.id)}"
    return versioned(response, AgentOut, agent)


@router.get("", summary="List agents")
async def list_agents(work: AgentsRead, paging: Paging) -> Page[AgentOut]:
    return await queries.newest(work, paging)


@router.get("/{agent_id}", summary="Read an agent")
async def get_agent(agent_id: AgentId, work: AgentsRead, response: Response) -> AgentOut:
    return versioned(response, AgentOut, await queries.one(work, agent_id))


@router.patch("/{agent_id}", summary="Change the draft of an agent")
async def update_agent(
    *,
    agent_id: AgentId,
    new: AgentPatch,
    version: IfMatch,
    agents: AgentsWrite,
    at: Now,
    response: Response,
) -> AgentOut:
    agent = await service.update(
        agents, agent_id=agent_id, version=version, said=new.definition, at=at
    )
    return versioned(response, AgentOut, agent)


@router.delete("/{agent_id}", status_code=204, summary="Delete an agent")
async def delete_agent(
    agent_id: AgentId, agents: AgentsWrite, at: Now, version: IfMatch = None
) -> None:
    """Whoever writes to it then waits for your staff; calls go to `handover_e164`, if it is set."""
    await service.delete(agents, agent_id=agent_id, version=version, at=at)


@router.post("/{agent_id}/publish", summary="Publish the draft as the next version")
async def publish_agent(
    agent_id: AgentId, agents: AgentsWrite, at: Now, response: Response
) -> AgentOut:
    agent = await service.publish(agents, agent_id=agent_id, at=at)
    response.headers["Location"] = f"/v1/agents/{encode('agt', agent.id)}"
    return versioned(response, AgentOut, agent)


@internal.get("/{agent_id}/versions/{number}", summary="Read a published version")
async def get_agent_version(
    agent_id: UUID, number: Annotated[int, Path(ge=1, le=INT4)], work: AgentsInternal
) -> AgentVersionOut:
    return await queries.version(work, agent_id, number)
