"""Reading accounts by what their holders may do."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from contactflow.gateway.accounts.model import Account
from contactflow.gateway.workspaces.model import Membership
from contactflow.gateway.workspaces.roles import Role
from contactflow.persistence import Work
from contactflow.vault import Email, Opened, known_by, opened, reading

MEMBERSHIPS: Any = Membership.__table__
ACCOUNTS: Any = Account.__table__
ANSWERABLE: Final[tuple[Role, Role]] = ("privacy_officer", "owner")


async def officers(work: Work, workspace_id: UUID) -> Sequence[Opened]:
    """The privacy officers of a workspace; without any, its owners. Accounts lie in the platform's.

    The longest there is the first.
    """
    theirs = (MEMBERSHIPS.c.workspace_id == ACCOUNTS.c.workspace_id) & (
        MEMBERSHIPS.c.account_id == ACCOUNTS.c.id
    )
    answerable = (MEMBERSHIPS.c.member_of == workspace_id) & MEMBERSHIPS.c.role.in_(ANSWERABLE)
    statement = reading(Account).add_columns(MEMBERSHIPS.c.role).join(MEMBERSHIPS, theirs)
    found = await opened(work, Account, statement.where(answerable).order_by(MEMBERSHIPS.c.id))
    officers = [one for one in found if one.role == "privacy_officer"]
    return officers or found


async def id_of(work: Work, email: Email) -> UUID | None:
    """Whose address it is; the same statement, whoever's it is."""
    statement = reading(Account).where(known_by(work, Account, email))
    for account in await opened(work, Account, statement):
        return account.id  # type: ignore[no-any-return]
    return None
