"""An officer at work: a rights request from its intake to its receipt, by the public API."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from httpx import AsyncClient

from contactflow.kernel import new_id
from contactflow.testing.waiting import until
from tests.e2e.people import Business, Json, Visitor, post

LONG = 60.0  # seconds; a process that was killed has to start again
ATTESTED = {"method": "officer_attestation", "evidence": "Wrote from the address on file."}


@dataclass
class Officer:
    """Whoever may decide in a workspace."""

    http: AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def asked(self, *addresses: str, **more: Any) -> Json:
        """Take in the erasure of whoever has these addresses or numbers; attest who asks."""
        request = await self.taken_in(*addresses, **more)
        await self.attest(request["id"])
        return request

    async def taken_in(self, *addresses: str, **more: Any) -> Json:
        """Of whom nobody knows yet whether they are the one who asks."""
        kinds = (("email" if "@" in one else "phone", one) for one in addresses)
        wanted = [{"kind": kind, "value": one} for kind, one in kinds]
        said = {"right": "erasure", "identifiers": wanted, "received_via": "email"}
        return await self._post("/v1/rights-requests", said | more, status=201)

    async def attest(self, request_id: str) -> None:
        """Say that it is really them."""
        answer = await self._send(f"/{request_id}/verify", ATTESTED)
        assert answer.is_success, answer.text

    async def approve(self, request_id: str, *claims: str) -> None:
        """From here on it cannot be undone."""
        answer = await self._send(f"/{request_id}/approve", {"claims": [*claims]})
        assert answer.status_code == 202, answer.text

    async def get(self, request_id: str, part: str = "") -> Json:
        """The request, or a part of it, as it is now."""
        path = f"/v1/rights-requests/{request_id}{part}"
        answer = await self.http.get(path, headers=self.headers)
        found: Json = answer.raise_for_status().json()
        return found

    async def until(self, request_id: str, *statuses: str, longest: float = LONG) -> Json:
        """Wait until it has one of these statuses."""

        async def look() -> Json | None:
            found = await self.get(request_id)
            return found if found["status"] in statuses else None

        found = await until(look, longest=longest)
        assert found is not None
        return found

    async def erase(self, *addresses: str, **more: Any) -> Json:
        """From intake to completion; the request as it ended."""
        request = await self.asked(*addresses, **more)
        await self.until(request["id"], "awaiting_approval")
        await self.approve(request["id"])
        return await self.until(request["id"], "completed")

    async def _post(self, path: str, body: Json, *, status: int) -> Json:
        answer = await self.http.post(path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        made: Json = answer.json()
        return made

    async def _send(self, path: str, body: Json) -> Any:
        return await self.http.post(f"/v1/rights-requests{path}", json=body, headers=self.headers)


def an_address() -> str:
    """Nobody else's."""
    return f"{new_id().hex}@example.com"


def a_number() -> str:
    """Nobody else's, of a mobile phone."""
    return f"+3361{secrets.randbelow(10**7):07}"


@dataclass
class Known:
    """Somebody who has written, and whose address staff have noted since."""

    visitor: Visitor
    contact_id: str
    email: str


async def somebody_known(business: Business, address: str, **claims: str) -> Known:
    """crm knows them by that address; chat knows a visitor and nothing else."""
    visitor = await business.visitor(**claims)
    assert (await visitor.write("Hello, do you know me?")).is_success
    await visitor.heard("agent")
    contact_id = await business.contact_of(visitor)
    path = f"/v1/contacts/{contact_id}"
    there = await business.http.get(path)
    known = [one["value"] for one in there.json()["emails"]]
    changed = await business.http.patch(
        path, json={"emails": [*known, address]}, headers={"If-Match": there.headers["ETag"]}
    )
    assert changed.is_success, changed.text
    return Known(visitor, contact_id, address)


async def noted(business: Business, email: str) -> str:
    """A contact that staff have entered."""
    made = await post(business.http, "/v1/contacts", {"name": "Ada", "emails": [email]})
    return str(made["id"])
