"""A workspace that has one of everything, made through the public API."""

import json
from dataclasses import dataclass, field

import asyncpg
from httpx import AsyncClient

from contactflow.kernel import decode
from contactflow.testing.ai import Calls, ScriptedAI, says
from tests.e2e.erasure.rights import Officer, a_number, an_address
from tests.e2e.house import House
from tests.e2e.people import Business, Json, post, settled
from tests.e2e.phones import ACCOUNT, Line, a_carrier, a_number_of

SUMMARY = {"summary": "Asked when it opens.", "intent": "question", "follow_ups": []}
TABLES = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'workspace_id' AND table_name <> 'jobs'
"""


@dataclass
class Estate:
    """`ids` by prefix, one of each kind."""

    business: Business
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def http(self) -> AsyncClient:
        """Its owner's browser."""
        return self.business.http

    @property
    def id(self) -> str:
        """The workspace's."""
        return str(self.business.account["workspace"]["id"])

    def has(self, *made: Json) -> None:
        """Keep the id of each."""
        for one in made:
            self.ids[one["id"].partition("_")[0]] = one["id"]


async def an_estate(house: House, business: Business, ai: ScriptedAI) -> Estate:
    """One of everything there is."""
    estate = Estate(business)
    estate.has(business.agent, business.channel, await a_key(business.http, "agents:read"))
    address = an_address()
    await a_visit(estate, address)
    await a_call(estate, house, ai)
    await a_request(estate, address)
    return estate


async def a_key(http: AsyncClient, *scopes: str) -> Json:
    """An API key with its secret."""
    return await post(http, "/v1/api-keys", {"name": "Booking", "scopes": [*scopes]})


async def a_visit(estate: Estate, address: str) -> None:
    """Conversation, message and contact."""
    visitor = await estate.business.visitor(email=address)
    await visitor.write("When do you open?")
    [said] = await visitor.heard("agent")
    contact_id = await estate.business.contact_of(visitor)
    estate.has(said, {"id": visitor.conversation_id}, {"id": contact_id})


async def a_call(estate: Estate, house: House, ai: ScriptedAI) -> None:
    """Carrier, number, and a call that was recorded and summarized."""
    number = await a_number_of(estate.business, ai)
    ai.speech.hears("When do you open?")
    ai.plan(says("At half past nine."), Calls("summarize", json.dumps(SUMMARY)))
    async with a_carrier(house) as board:
        line, caller = Line(estate.business, board, number), a_number()
        async with line.call(caller) as person:
            await person.listen()
            await person.agree()
            await person.ask()
        call = await line.over(caller)
        await line.summary(call)
    for path in ("/v1/carriers", "/v1/phone-numbers"):
        estate.has(*(await estate.http.get(path)).json()["data"])
    estate.has(call)


async def a_carrier_account(estate: Estate) -> None:
    """A carrier and a number that nobody calls."""
    account = {"kind": "twilio", "account_id": ACCOUNT.sid, "secret": ACCOUNT.token}
    estate.has(carrier := await settled(estate.http, "/v1/carriers", account))
    wanted = {"e164": a_number(), "carrier_id": carrier["id"], "recording": "off"}
    wanted["agent_id"] = estate.ids["agt"]
    estate.has(await settled(estate.http, "/v1/phone-numbers", wanted))


async def a_request(estate: Estate, address: str) -> None:
    """Of somebody whom a visitor claimed to be: it waits for its approval, and has that claim."""
    officer = Officer(estate.http)
    request = await officer.asked(address)
    await officer.until(request["id"], "awaiting_approval")
    estate.has(request, *(await officer.get(request["id"], "/preview"))["claims"])


async def contents(house: House, workspace_id: str) -> dict[str, str]:
    """A digest of all that every table of every service holds of a workspace.

    But for jobs: they are yet to be done, and go by themselves.
    """
    digests: dict[str, str] = {}
    for service in house.urls:
        database = await asyncpg.connect(house.database(service))
        try:
            for (table,) in await database.fetch(TABLES):
                digest = await database.fetchval(
                    f"SELECT md5(string_agg(row::text, E'\\n' ORDER BY row::text)) "
                    f'FROM "{table}" AS row WHERE workspace_id = $1',
                    decode("ws", workspace_id),
                )
                digests[f"{service}.{table}"] = digest
        finally:
            await database.close()
    return digests
