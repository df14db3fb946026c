"""What every Accounts promises, in memory and on PostgreSQL alike."""

from datetime import datetime
from typing import Final

import pytest

from contactflow.gateway.accounts import service
from contactflow.gateway.accounts.errors import (
    AccountNotFoundError,
    AccountNotVerifiedError,
    EmailTakenError,
)
from contactflow.gateway.accounts.model import Newcomer
from contactflow.gateway.accounts.service import Accounts, Beginning
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import new_id
from contactflow.vault import Email
from services.gateway.tests.people import an_email


def a_newcomer(email: str | None = None) -> Newcomer:
    return Newcomer("Ada", Email.parse(email or an_email()), "fr", "Blue Bakery")


ROLES_IN_TURN: Final[tuple[Role, ...]] = ("privacy_officer", "analyst")


class AccountsSuite:
    """Subclass it with the fixture `accounts`."""

    @pytest.fixture
    async def begun(self, accounts: Accounts, at: datetime) -> Beginning:
        return await service.sign_up(accounts, newcomer=a_newcomer(), password_hash="x", at=at)

    async def test_who_signed_up_is_there(self, accounts: Accounts, begun: Beginning) -> None:
        assert await accounts.get(begun.account.id) is begun.account
        assert await accounts.of(begun.account.subject_id) is begun.account

    async def test_who_signed_up_is_known_by_the_address(
        self, accounts: Accounts, begun: Beginning
    ) -> None:
        email = begun.account.email
        assert email

        assert await service.known_as(accounts, email=Email.parse(email)) is begun.account
        assert await service.known_as(accounts, email=Email.parse(an_email())) is None

    async def test_an_address_has_one_account(
        self, accounts: Accounts, begun: Beginning, at: datetime
    ) -> None:
        again = a_newcomer(begun.account.email)

        with pytest.raises(EmailTakenError):
            await service.sign_up(accounts, newcomer=again, password_hash="y", at=at)

    async def test_who_is_appointed_has_one_role_there(
        self, accounts: Accounts, begun: Beginning, at: datetime
    ) -> None:
        email, platform = begun.account.address, begun.account.workspace_id
        begun.account.verified_at = at

        for role in ROLES_IN_TURN:
            await service.appoint(accounts, email=email, role=role, member_of=platform, at=at)

        there = await accounts.membership(begun.account.id, platform)
        own = await accounts.membership(begun.account.id, begun.workspace.id)
        assert there
        assert own
        assert (there.role, own.role) == ("analyst", "owner")

    async def test_who_may_be_anybody_is_not_appointed(
        self, accounts: Accounts, begun: Beginning, at: datetime
    ) -> None:
        email, platform = begun.account.address, begun.account.workspace_id

        with pytest.raises(AccountNotVerifiedError):
            await service.appoint(accounts, email=email, role="owner", member_of=platform, at=at)

    async def test_nobody_is_appointed_without_an_account(
        self, accounts: Accounts, at: datetime
    ) -> None:
        nobody = Email.parse(an_email())

        with pytest.raises(AccountNotFoundError):
            await service.appoint(accounts, email=nobody, role="owner", member_of=new_id(), at=at)

    async def test_who_never_signed_up_is_not_there(self, accounts: Accounts) -> None:
        with pytest.raises(AccountNotFoundError):
            await accounts.get(new_id())
        assert await accounts.of(new_id()) is None
