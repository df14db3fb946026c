"""Loading and storing accounts, with what begins together with one."""

from uuid import UUID

from sqlalchemy import select

from contactflow.gateway.accounts.errors import AccountNotFoundError
from contactflow.gateway.accounts.model import Account
from contactflow.gateway.workspaces.entering import entering
from contactflow.gateway.workspaces.model import Membership, Workspace
from contactflow.persistence import Work
from contactflow.vault import Email, PersonalRepository, Subjects, keyring


class SqlAccounts(PersonalRepository[Account]):
    def __init__(self, work: Work) -> None:
        super().__init__(work, Account, AccountNotFoundError)
        self.people = Subjects(work)
        self._indexes = keyring(work.session.info).indexer.indexes

    def blind(self, email: Email) -> str:
        """What stands for an address where it must not be kept."""
        [index, *_] = self._indexes([email])
        return index.digest.hex()

    async def of(self, subject_id: UUID) -> Account | None:
        return await self.first(Account.subject_id == subject_id)

    async def alone(self, account_id: UUID) -> Account | None:
        """Nobody else tries a code of theirs until the commit."""
        return await self.first(Account.id == account_id, alone=True)

    async def open(self, account: Account, workspace: Workspace, membership: Membership) -> None:
        self.add(account)
        await self.work.session.flush()
        self.work.session.add(membership)
        async with entering(self.work, workspace.id) as there:
            there.session.add(workspace)

    async def membership(self, account_id: UUID, member_of: UUID) -> Membership | None:
        mine = (Membership.account_id == account_id) & (Membership.member_of == member_of)
        return (await self.work.session.scalars(select(Membership).where(mine))).first()

    def join(self, membership: Membership) -> None:
        self.work.session.add(membership)
