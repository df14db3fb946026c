"""What can be done with accounts."""

from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from contactflow.gateway.accounts.errors import (
    AccountNotFoundError,
    AccountNotVerifiedError,
    EmailTakenError,
)
from contactflow.gateway.accounts.model import Account, Newcomer
from contactflow.gateway.workspaces.model import Membership, Workspace
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import new_id
from contactflow.vault import Email, People


class Accounts(Protocol):
    @property
    def people(self) -> People: ...
    async def get(self, account_id: UUID, /) -> Account: ...
    async def of(self, subject_id: UUID, /) -> Account | None: ...
    async def open(
        self, account: Account, workspace: Workspace, membership: Membership, /
    ) -> None: ...
    async def membership(self, account_id: UUID, member_of: UUID, /) -> Membership | None: ...
    def join(self, membership: Membership, /) -> None: ...


class Beginning(NamedTuple):
    """Somebody new, and the workspace that begins with them."""

    account: Account
    workspace: Workspace


async def sign_up(
    accounts: Accounts, *, newcomer: Newcomer, password_hash: str, at: datetime
) -> Beginning:
    """Who signs up owns a workspace from the start."""
    await accounts.people.lock([newcomer.email])
    person = await accounts.people.find_or_create([newcomer.email], acted_at=at)
    if await accounts.of(person.id):
        raise EmailTakenError
    account = Account.open(person, newcomer, password_hash=password_hash, at=at)
    workspace = Workspace.open(
        new_id(),
        name=newcomer.workspace_name,
        locale=newcomer.locale,
        legal_role="processor",
        at=at,
    )
    owner = Membership.of(person, account.id, member_of=workspace.id, role="owner", at=at)
    await accounts.open(account, workspace, owner)
    return Beginning(account, workspace)


async def known_as(accounts: Accounts, *, email: Email) -> Account | None:
    """Whose address this is."""
    person = await accounts.people.find([email])
    return await accounts.of(person.id) if person else None


async def appoint(
    accounts: Accounts, *, email: Email, role: Role, member_of: UUID, at: datetime
) -> None:
    """Give an account holder a role in a workspace, instead of one they have there.

    Raises AccountNotFoundError; AccountNotVerifiedError, since anybody may sign up as anybody.
    """
    account = await known_as(accounts, email=email)
    if account is None:
        raise AccountNotFoundError
    if not account.verified:
        raise AccountNotVerifiedError
    if held := await accounts.membership(account.id, member_of):
        held.role = role
    else:
        person = account.person
        accounts.join(Membership.of(person, account.id, member_of=member_of, role=role, at=at))
