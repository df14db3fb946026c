"""Where people sign up and log in: what works on no workspace's transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from contactflow.gateway.accounts import service
from contactflow.gateway.accounts.errors import InvalidCredentialsError
from contactflow.gateway.accounts.model import Account, Wish
from contactflow.gateway.accounts.passwords import Passwords
from contactflow.gateway.accounts.repository import SqlAccounts
from contactflow.gateway.accounts.service import Beginning
from contactflow.gateway.auth import codes
from contactflow.gateway.emails.repository import SqlEmails
from contactflow.gateway.sessions.model import Session, Traces
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock, new_token
from contactflow.persistence import Works
from contactflow.vault import Email
from contactflow.web.limits import Limiter, Rate

HOUR: Final = timedelta(hours=1)
SIGN_UPS: Final = Rate("signup", 20, HOUR)
LOGINS_OF_CLIENT: Final = Rate("login-client", 60, HOUR)
LOGINS_OF_ACCOUNT: Final = Rate("login-account", 10, timedelta(minutes=15))


class Admitted(NamedTuple):
    """Somebody who is logged in from here on."""

    account: Account
    token: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Counts first, works on passwords next, begins a transaction last.

    Hashing takes a core for 30 ms, and no transaction waits for it. Whoever fails is counted as
    whoever succeeds.
    """

    works: Works
    limiter: Limiter
    passwords: Passwords
    clock: Clock

    async def sign_up(self, wish: Wish, traces: Traces) -> tuple[Beginning, str]:
        """Raises EmailTakenError, RateLimitedError."""
        await self.limiter.take(SIGN_UPS, traces.client)
        hashed = await self.passwords.hash(wish.password)
        at, token = self.clock(), new_token()
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            begun = await service.sign_up(
                SqlAccounts(work), newcomer=wish.newcomer, password_hash=hashed, at=at
            )
            work.session.add(Session.begin(begun.account, token, traces, at=at))
            await codes.send_verification(SqlEmails(work), begun.account, at=at)
        return begun, token

    async def log_in(self, email: Email, password: str, traces: Traces) -> Admitted:
        """A new session. Raises InvalidCredentialsError, RateLimitedError.

        Who is unknown takes as long as who is known.
        """
        await self.limiter.take(LOGINS_OF_CLIENT, traces.client)
        known, address = await self._known(email)
        await self.limiter.take(LOGINS_OF_ACCOUNT, address)
        fits = await self.passwords.fits(known.password_hash if known else None, password)
        if known is None or not fits:
            raise InvalidCredentialsError
        return await self._admitted(known, traces, self.clock())

    async def _known(self, email: Email) -> tuple[Account | None, str]:
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            accounts = SqlAccounts(work)
            return await service.known_as(accounts, email=email), accounts.blind(email)

    async def _admitted(self, account: Account, traces: Traces, at: datetime) -> Admitted:
        token = new_token()
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            admitted = await SqlAccounts(work).get(account.id)
            if admitted.password_hash != account.password_hash:
                raise InvalidCredentialsError  # it was replaced while we looked at the other one
            work.session.add(Session.begin(admitted, token, traces, at=at))
        return Admitted(admitted, token)
