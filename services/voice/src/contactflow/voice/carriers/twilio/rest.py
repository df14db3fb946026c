"""Commands to Twilio.

Source: Twilio, Voice API: POST /2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json, "Update a call".
"""

from collections.abc import Collection
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote

import httpx

from contactflow.voice.carriers.commands import TIMEOUT, told
from contactflow.voice.carriers.twilio import twiml

GONE: Final = {HTTPStatus.NOT_FOUND}


class Account(NamedTuple):
    """Which account, and its auth token."""

    id: str
    secret: str


class TwilioRest:
    """One client for all accounts; the account comes with each command."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, trust_env=False)

    async def hang_up(self, account: Account, call: str) -> None:
        """Raises UnavailableError, RefusedCommandError; a call that is over is hung up."""
        await self._do(account, call, {"Status": "completed"}, done=GONE)

    async def transfer(self, account: Account, call: str, to: str, *, then: str) -> None:
        """Have the call go on with that number instead of with us. Raises as above.

        However that ends, Twilio asks the webhook `then` what comes next.
        """
        await self._do(account, call, {"Twiml": twiml.dial(to, then=then)})

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _do(
        self, account: Account, call: str, said: dict[str, str], *, done: Collection[int] = ()
    ) -> None:
        whose = quote(account.id, safe="")
        path = f"/2010-04-01/Accounts/{whose}/Calls/{quote(call, safe='')}.json"
        await told("twilio", self._http.post(path, data=said, auth=account), done=done)
