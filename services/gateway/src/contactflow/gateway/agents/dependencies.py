"""What an agent endpoint may ask for, and the scope it needs."""

from typing import Annotated

from contactflow.gateway.agents.repository import SqlAgents
from contactflow.persistence import Work
from contactflow.web import CurrentWork, requires


async def agents(work: CurrentWork) -> SqlAgents:
    return SqlAgents(work)


AgentsRead = Annotated[Work, requires("agents:read")]
AgentsWrite = Annotated[SqlAgents, requires("agents:write", agents)]
AgentsInternal = Annotated[Work, requires("internal")]
