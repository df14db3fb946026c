"""Where people prove an address by a code that was sent to it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from contactflow.gateway.accounts import queries as accounts
from contactflow.gateway.accounts.passwords import Passwords
from contactflow.gateway.accounts.repository import SqlAccounts
from contactflow.gateway.auth import codes
from contactflow.gateway.auth.promises import SEND_RESET, SendReset
from contactflow.gateway.emails.repository import SqlEmails
from contactflow.gateway.sessions.model import Traces
from contactflow.gateway.sessions.repository import end_sessions
from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock, new_id
from contactflow.messaging import later
from contactflow.persistence import Works
from contactflow.vault import CodeRejectedError, Email
from contactflow.web.limits import Limiter, Rate

HOUR: Final = timedelta(hours=1)
CODES_TO_ACCOUNT: Final = Rate("codes-account", 5, HOUR)
CODES_OF_CLIENT: Final = Rate("codes-client", 20, HOUR)
TRIES_OF_ACCOUNT: Final = Rate("code-tries-account", 10, timedelta(minutes=15))
TRIES_OF_CLIENT: Final = Rate("code-tries-client", 60, HOUR)


@dataclass(frozen=True, slots=True)
class Proofs:
    """Counts first, as the desk does. A wrong try is committed before it is refused.

    Who has no account is told what everybody is told, after the same work.
    """

    works: Works
    limiter: Limiter
    passwords: Passwords
    clock: Clock

    async def send_verification(self, account_id: UUID) -> None:
        """A new code, unless the address is verified. Raises RateLimitedError."""
        await self.limiter.take(CODES_TO_ACCOUNT, str(account_id))
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            account = await SqlAccounts(work).alone(account_id)
            if account and not account.verified:
                await codes.send_verification(SqlEmails(work), account, at=self.clock())

    async def verify(self, account_id: UUID, code: str) -> None:
        """Raises CodeRejectedError, RateLimitedError."""
        await self.limiter.take(TRIES_OF_ACCOUNT, str(account_id))
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            account = await SqlAccounts(work).alone(account_id)
            right = account is not None and account.verify(code, at=self.clock())
        if not right:
            raise CodeRejectedError

    async def send_reset(self, email: Email, traces: Traces) -> None:
        """A job for everybody: whose address is nobody's, theirs finds nobody.

        Raises RateLimitedError.
        """
        await self.limiter.take(CODES_OF_CLIENT, traces.client)
        known, address = await self._known(email)
        await self.limiter.take(CODES_TO_ACCOUNT, address)
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            await later(work, SEND_RESET, SendReset(account_id=known or new_id()))

    async def reset(self, email: Email, code: str, password: str, traces: Traces) -> None:
        """A new password, and no session left. Raises CodeRejectedError, RateLimitedError."""
        await self.limiter.take(TRIES_OF_CLIENT, traces.client)
        known, address = await self._known(email)
        await self.limiter.take(TRIES_OF_ACCOUNT, address)
        hashed = await self.passwords.hash(password)
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            account = await SqlAccounts(work).alone(known or new_id())
            right = account is not None and account.replace_password(code, hashed, at=self.clock())
            if account and right:
                await end_sessions(work, account.id)
        if not right:
            raise CodeRejectedError

    async def _known(self, email: Email) -> tuple[UUID | None, str]:
        async with self.works.begin(PLATFORM_WORKSPACE_ID) as work:
            return await accounts.id_of(work, email), SqlAccounts(work).blind(email)
