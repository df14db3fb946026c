"""A service's own copy of the agents that gateway publishes, for those that answer with them."""

from contactflow.runtime.agents.dependencies import expect_agent
from contactflow.runtime.agents.errors import AgentNotForChannelError, AgentNotPublishedError
from contactflow.runtime.agents.gateway import Gateway, HttpGateway
from contactflow.runtime.agents.model import AgentVersion, Definition, living
from contactflow.runtime.agents.reaction import keeps_agents
from contactflow.runtime.agents.repository import Agents, SqlAgents, have_agent

__all__ = [
    "AgentNotForChannelError",
    "AgentNotPublishedError",
    "AgentVersion",
    "Agents",
    "Definition",
    "Gateway",
    "HttpGateway",
    "SqlAgents",
    "expect_agent",
    "have_agent",
    "keeps_agents",
    "living",
]
