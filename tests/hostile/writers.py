"""Who writes to a list while it is read: for each list, how a row comes, changes and goes."""

import secrets
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from httpx import AsyncClient, Response

from contactflow.kernel import new_id
from contactflow.testing.waiting import until
from tests.e2e.erasure.rights import an_address
from tests.e2e.people import Business, Json, Visitor, agent_named, settled
from tests.e2e.strangers import passer_by
from tools.phone.account import Account

Act = Callable[[], Coroutine[None, None, object]]
ActOn = Callable[[str], Coroutine[None, None, object]]
CALLER: Final = "+33612345678"
NOT_OURS: Final = "+33199999999"


@dataclass(frozen=True)
class Writer:
    """Of one list, at `path`: `make` adds a row, `change` alters one, `drop` deletes one."""

    path: str
    make: Act
    change: ActOn | None = None
    drop: ActOn | None = None


@dataclass(frozen=True)
class Firm:
    """A workspace at work: visitors, a number that is called, officers."""

    business: Business
    visitor: Visitor
    account: Account
    carrier: Json
    number: Json
    contact_id: str
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def http(self) -> AsyncClient:
        """Its owner's browser."""
        return self.business.http

    def writers(self) -> Mapping[str, Writer]:
        """By the path of the list in the contract."""
        plain = {
            "/v1/api-keys": Writer(
                "/v1/api-keys",
                lambda: self._post("/v1/api-keys", {"name": "Key", "scopes": ["agents:read"]}),
                drop=lambda one: self._delete("/v1/api-keys", one),
            ),
            "/v1/agents": self._usual("/v1/agents", lambda: agent_named("Nina", "You answer.")),
            "/v1/channels": Writer("/v1/channels", self._channel),
            "/v1/contacts": self._usual("/v1/contacts", lambda: {"name": "Ada"}),
            "/v1/carriers": self._usual("/v1/carriers", an_account, {"secret": "another-one"}),
            "/v1/phone-numbers": self._usual(
                "/v1/phone-numbers", self._a_number, {"recording": "on"}
            ),
            "/v1/rights-requests": Writer("/v1/rights-requests", self._ask, self._cancel),
            "/v1/audit-events": Writer("/v1/audit-events", self._ask_and_cancel),
        }
        return plain | self._of_people()

    def _of_people(self) -> dict[str, Writer]:
        talk = f"/v1/conversations/{self.visitor.conversation_id}/messages"
        timeline = f"/v1/contacts/{self.contact_id}/timeline"
        return {
            "/v1/conversations": Writer("/v1/conversations", self._converse, self._hand_off),
            "/v1/conversations/{conversation_id}/messages": Writer(
                talk, lambda: self._post(talk, {"text": "Hello"})
            ),
            "/v1/calls": Writer("/v1/calls", lambda: self._call("ringing"), self._end),
            "/v1/contacts/{contact_id}/timeline": Writer(timeline, lambda: self._call("completed")),
            "/v1/carrier-webhooks": Writer("/v1/carrier-webhooks", self._misdial),
        }

    def _usual(self, path: str, new: Callable[[], Json], changed: Json | None = None) -> Writer:
        return Writer(
            path,
            lambda: self._post(path, new()),
            lambda one: self._patch(path, one, changed or {"name": secrets.token_hex(4)}),
            lambda one: self._delete(path, one),
        )

    def _a_number(self) -> Json:
        return {
            "e164": f"+3361{next(self._numbers):07}",
            "carrier_id": self.carrier["id"],
            "agent_id": self.business.agent["id"],
            "recording": "off",
        }

    async def _channel(self) -> None:
        wanted = {"kind": "web", "name": "Site", "agent_id": self.business.agent["id"]}
        await self._post("/v1/channels", wanted | {"allowed_origins": []})

    async def _ask(self) -> Json:
        who = {"kind": "email", "value": an_address()}
        said = {"right": "erasure", "identifiers": [who], "received_via": "email"}
        made: Json = (await self._post("/v1/rights-requests", said)).json()
        return made

    async def _cancel(self, request_id: str) -> None:
        """A second time it is refused."""
        await self.http.post(f"/v1/rights-requests/{request_id}/cancel", json={})

    async def _ask_and_cancel(self) -> None:
        await self._cancel((await self._ask())["id"])

    async def _converse(self) -> None:
        asked = {"channel_key": self.business.channel["public_key"], "locale": "en"}
        async with passer_by(str(self.http.base_url)) as street:
            opened = await settled(street, "/v1/public/web-chat/sessions", asked)
            assert (await Visitor(street, opened).write("Hello")).is_success

    async def _hand_off(self, conversation_id: str) -> None:
        await self.http.post(f"/v1/conversations/{conversation_id}/handoff", json={})

    async def _call(self, status: str, sid: str = "") -> str:
        return await self._told(self.number["e164"], status, sid or a_sid())

    async def _misdial(self) -> None:
        await self._told(NOT_OURS, "completed", a_sid())

    async def _end(self, call_id: str) -> None:
        """Some call ends: which one, only the carrier knows."""
        await self._call("completed")

    async def _told(self, called: str, status: str, sid: str) -> str:
        form = {
            "AccountSid": self.account.sid,
            "CallSid": sid,
            "CallStatus": status,
            "From": CALLER,
            "To": called,
        }
        async with AsyncClient(timeout=30) as http:
            return await self.account.tell(http, self.number["webhook_urls"]["status"], form)

    async def _post(self, path: str, body: Json) -> Response:
        return good(await self.http.post(path, json=body))

    async def _patch(self, path: str, one: str, body: Json) -> Response:
        headers = {"If-Match": "*"}
        return good(await self.http.patch(f"{path}/{one}", json=body, headers=headers))

    async def _delete(self, path: str, one: str) -> Response:
        return good(await self.http.delete(f"{path}/{one}"))


async def a_firm(business: Business) -> Firm:
    """With a number at a carrier, a visitor who wrote and a contact who called."""
    account = Account("AC" + secrets.token_hex(16), secrets.token_hex(16))
    said = {"kind": "twilio", "account_id": account.sid, "secret": account.token}
    carrier = await settled(business.http, "/v1/carriers", said)
    wanted = {"e164": "+33199000002", "carrier_id": carrier["id"], "recording": "off"}
    wanted["agent_id"] = business.agent["id"]
    number = await settled(business.http, "/v1/phone-numbers", wanted)
    visitor = await business.visitor()
    assert (await visitor.write("Hello")).is_success
    firm = Firm(business, visitor, account, carrier, number, "")
    await firm.writers()["/v1/calls"].make()
    await firm._call("completed")

    async def known() -> list[Json]:
        found = await business.http.post("/v1/contacts/search", json={"phone": CALLER})
        data: list[Json] = found.json()["data"]
        return data

    [contact] = await until(known, longest=30)
    return Firm(business, visitor, account, carrier, number, contact["id"])


def an_account() -> Json:
    """At a carrier's."""
    secret = secrets.token_hex(16)
    return {"kind": "twilio", "account_id": "AC" + secrets.token_hex(16), "secret": secret}


def a_sid() -> str:
    """As Twilio names a call."""
    return "CA" + new_id().hex


def good(answer: Response) -> Response:
    """What succeeded."""
    assert answer.is_success, answer.text
    return answer
