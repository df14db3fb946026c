"""Ports of gateway in memory."""

from uuid import UUID

from contactflow.gateway.accounts.errors import AccountNotFoundError
from contactflow.gateway.accounts.model import Account
from contactflow.gateway.agents.errors import AgentNotFoundError
from contactflow.gateway.agents.model import Agent, AgentVersion
from contactflow.gateway.api_keys.errors import ApiKeyNotFoundError
from contactflow.gateway.api_keys.model import ApiKey
from contactflow.gateway.workspaces.model import Membership, Workspace
from contactflow.kernel import new_id
from contactflow.testing.people import InMemoryPeople


class InMemoryAccounts:
    def __init__(self) -> None:
        self.people = InMemoryPeople()
        self.workspaces: list[Workspace] = []
        self.memberships: list[Membership] = []
        self._stored: dict[UUID, Account] = {}

    async def get(self, account_id: UUID) -> Account:
        if account_id not in self._stored:
            raise AccountNotFoundError
        return self._stored[account_id]

    async def of(self, subject_id: UUID) -> Account | None:
        return next((one for one in self._stored.values() if one.subject_id == subject_id), None)

    async def open(self, account: Account, workspace: Workspace, membership: Membership) -> None:
        self._stored[account.id] = account
        self.workspaces.append(workspace)
        self.memberships.append(membership)

    async def membership(self, account_id: UUID, member_of: UUID) -> Membership | None:
        wanted = (account_id, member_of)
        theirs = (one for one in self.memberships if (one.account_id, one.member_of) == wanted)
        return next(theirs, None)

    def join(self, membership: Membership) -> None:
        self.memberships.append(membership)


class InMemoryAgents:
    def __init__(self) -> None:
        self.workspace_id = new_id()
        self.versions: list[AgentVersion] = []
        self._stored: dict[UUID, Agent] = {}

    async def get(self, agent_id: UUID) -> Agent:
        if agent_id not in self._stored:
            raise AgentNotFoundError
        return self._stored[agent_id]

    def add(self, agent: Agent) -> None:
        self._stored[agent.id] = agent

    def keep(self, version: AgentVersion) -> None:
        self.versions.append(version)

    async def remove(self, agent: Agent) -> None:
        del self._stored[agent.id]


class InMemoryApiKeys:
    def __init__(self) -> None:
        self.workspace_id = new_id()
        self._stored: dict[UUID, ApiKey] = {}

    async def get(self, key_id: UUID) -> ApiKey:
        if key_id not in self._stored:
            raise ApiKeyNotFoundError
        return self._stored[key_id]

    async def count(self) -> int:
        return len(self._stored)

    def add(self, key: ApiKey) -> None:
        self._stored[key.id] = key

    async def remove(self, key: ApiKey) -> None:
        del self._stored[key.id]
