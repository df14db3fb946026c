"""A workspace that can be called: carriers, numbers, an agent."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from httpx import AsyncClient

from contactflow.kernel import encode, new_id
from contactflow.persistence import Works
from contactflow.testing.agents import FakeGateway, bo
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.voice.phrases.wordings import WORDINGS, wording_id

TOKEN = "12345"
NUMBER = "+18005551212"
ACCOUNT = "AC0123456789"
QUIET = {
    wording_id(name, locale): bytes([0xFF]) * 160
    for locale, words in WORDINGS.items()
    for name in words
}
"""Every phrase, as 20 ms of silence."""
TWILIO = {"kind": "twilio", "account_id": ACCOUNT, "secret": TOKEN}


@dataclass
class Switchboard:
    """What staff have set up."""

    http: AsyncClient
    staff: dict[str, str]
    works: Works
    workspace_id: UUID
    agent: str
    carrier: dict[str, Any]
    number: dict[str, Any]

    @classmethod
    async def install(
        cls,
        http: AsyncClient,
        staff: dict[str, str],
        works: Works,
        workspace_id: UUID,
        gateway: FakeGateway,
    ) -> "Switchboard":
        agent_id = new_id()
        gateway.publish(workspace_id, bo(agent_id))
        await works.run(workspace_id, lambda work: SqlPhrases(work).keep(agent_id, 1, QUIET))
        agent = encode("agt", agent_id)
        carrier = await made(http, staff, "/v1/carriers", TWILIO)
        new = {"e164": NUMBER, "carrier_id": carrier["id"], "agent_id": agent}
        number = await made(http, staff, "/v1/phone-numbers", {**new, "recording": "consent"})
        return cls(http, staff, works, workspace_id, agent, carrier, number)


async def made(
    http: AsyncClient, staff: dict[str, str], url: str, new: dict[str, Any]
) -> dict[str, Any]:
    answer = await http.post(url, json=new, headers=staff)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
