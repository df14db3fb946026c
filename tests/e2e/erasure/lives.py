"""Whoever is in a service that no test of erasures has come to by its API: callers, officers."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg
from httpx import AsyncClient

from contactflow.kernel import PLATFORM_WORKSPACE_ID, decode, encode, new_id
from contactflow.testing.mail import code_in
from contactflow.testing.waiting import until
from contactflow.vault import Identity, Phone
from contactflow.vault.indexes import Indexer
from tests.e2e.erasure.rights import Officer, an_address
from tests.e2e.house import House
from tests.e2e.people import Business, signed_up

PLATFORM: Final = {"ContactFlow-Workspace": encode("ws", PLATFORM_WORKSPACE_ID)}
CALLER: Final = """
    WITH caller AS (
        INSERT INTO subjects (workspace_id, id, kek_id, wrapped_key)
        VALUES ($1, $2, 1, uuid_send(uuidv4())) RETURNING workspace_id, id
    ), known AS (
        INSERT INTO subject_identities SELECT workspace_id, 'phone', 1, $3, id, false FROM caller
    )
    INSERT INTO calls (
        workspace_id, id, subject_id, direction, number_id, to_e164, carrier_id, carrier_call_id,
        status, sequence, is_live, agent_id, recording_policy, consent, latency_turns, turn_count,
        has_recording, missing, version, started_at, created_at, updated_at)
    SELECT workspace_id, id, id, 'inbound', id, '+33100000000', id, 'CA1', 'completed', 1, false,
        id, 'never', 'not_asked', 0, 0, false, '{}', 1, now(), now(), now() FROM caller
"""


def digests(house: House, workspace_id: UUID, *identities: Identity) -> list[bytes]:
    """The blind indexes that every service of this house finds people of a workspace by."""
    secrets = json.loads(house.environment("crm")["INDEX_SECRETS"])
    indexer = Indexer(workspace_id, {int(one): base64.b64decode(secrets[one]) for one in secrets})
    return [index.digest for one in identities for index in indexer.indexes([one])]


async def has_called(house: House, business: Business, number: str) -> UUID:
    """A call of somebody who is known by that number; there is nothing in it.

    Its id is the caller's, too.
    """
    workspace_id, call_id = decode("ws", business.account["workspace"]["id"]), new_id()
    [digest] = digests(house, workspace_id, Phone.parse(number))
    database = await asyncpg.connect(house.database("voice"))
    try:
        await database.execute(CALLER, workspace_id, call_id, digest)
    finally:
        await database.close()
    return call_id


@asynccontextmanager
async def an_officer_of_the_platform(house: House) -> AsyncIterator[Officer]:
    """Somebody whom the operator has made privacy officer of the installation's own people."""
    email, origin = an_address(), {"Origin": house.gateway}
    async with AsyncClient(base_url=house.gateway, headers=origin, timeout=30) as http:
        await signed_up(http, "Olga", email)
        mail = await until(lambda: house.mail.mails(email), longest=30)
        proof = {"code": code_in(mail[0])}
        await http.post("/v1/auth/email-verifications/confirm", json=proof)
        status, said = await house.command("gateway", "appoint", email, "privacy_officer")
        assert status == 0, said
        yield Officer(http, PLATFORM)
