from datetime import datetime

from contactflow.events.workspaces import WorkspaceCreated
from contactflow.gateway.accounts import service
from services.gateway.tests.accounts.accounts_suite import a_newcomer
from services.gateway.tests.fakes import InMemoryAccounts


async def test_who_signs_up_owns_a_workspace_of_their_own(at: datetime) -> None:
    accounts = InMemoryAccounts()

    begun = await service.sign_up(accounts, newcomer=a_newcomer(), password_hash="x", at=at)

    [owner] = accounts.memberships
    assert (owner.account_id, owner.role) == (begun.account.id, "owner")
    assert owner.member_of == begun.workspace.id == begun.workspace.workspace_id
    assert owner.workspace_id == begun.account.workspace_id != begun.workspace.id
    assert begun.workspace.legal_role == "processor"


async def test_a_workspace_tells_of_itself(at: datetime) -> None:
    begun = await service.sign_up(
        InMemoryAccounts(), newcomer=a_newcomer(), password_hash="x", at=at
    )

    [(event, version, _)] = begun.workspace.recorded()
    assert event == WorkspaceCreated(
        workspace_id=begun.workspace.id, legal_role="processor", locale="fr"
    )
    assert version == 1
