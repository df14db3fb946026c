"""Reading who belongs where, across workspaces: on the system role."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from contactflow.gateway.workspaces.model import Membership, Workspace
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Locale
from contactflow.persistence import Works

MEMBERSHIPS: Any = Membership.__table__
WORKSPACES: Any = Workspace.__table__


class Belonging(NamedTuple):
    """A workspace as one of its members sees it."""

    id: UUID
    name: str
    locale: Locale
    legal_role: str
    role: Role


def belongings(account_id: UUID) -> Select[Any]:
    own = WORKSPACES.c.workspace_id == MEMBERSHIPS.c.member_of
    said = (WORKSPACES.c[name] for name in ("id", "name", "locale", "legal_role"))
    return (
        select(*said, MEMBERSHIPS.c.role)
        .join(MEMBERSHIPS, own & (WORKSPACES.c.id == MEMBERSHIPS.c.member_of))
        .where(
            MEMBERSHIPS.c.workspace_id == PLATFORM_WORKSPACE_ID,
            MEMBERSHIPS.c.account_id == account_id,
        )
        .order_by(MEMBERSHIPS.c.id)
    )


async def of(system: Works, account_id: UUID) -> Sequence[Belonging]:
    """Every workspace of an account holder, the oldest membership first."""
    async with system.begin(PLATFORM_WORKSPACE_ID) as work:
        found = await work.rows(belongings(account_id))
        return [Belonging._make(row) for row in found]
