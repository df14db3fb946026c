"""A service that says it has erased, and has not, is caught by the second look."""

from datetime import timedelta

import asyncpg

from contactflow.kernel import decode
from contactflow.privacy.erasing.steps import ANEW
from tests.e2e.erasure.rights import Known, Officer
from tests.e2e.house import House

LIAR = "tests.e2e.erasure.liar.crm"
AGE = """
    UPDATE rights_request_participants SET stalled_since = stalled_since - $1::interval
    WHERE request_id = $2
"""
DUE = """
    UPDATE jobs SET due_at = due_at - $1::interval WHERE name = 'rights.advance' AND key = $2
"""
HELD = "SELECT count(*) FROM contacts WHERE id = $1"


async def held(house: House, known: Known) -> int:
    """What crm's tables say, whatever crm does."""
    database = await asyncpg.connect(house.database("crm"))
    try:
        return int(await database.fetchval(HELD, decode("con", known.contact_id)))
    finally:
        await database.close()


async def pass_time(house: House, request_id: str, by: timedelta) -> None:
    """For this request."""
    of = decode("rr", request_id)
    database = await asyncpg.connect(house.database("privacy"))
    try:
        await database.execute(AGE, by, of)
        await database.execute(DUE, by, str(of))
    finally:
        await database.close()


async def test_a_service_that_lies_is_named_and_when_it_is_replaced_it_completes(
    house: House, officer: Officer, known: Known
) -> None:
    house.kill("crm-worker")
    await house.start("crm", "worker", LIAR)
    request = await officer.asked(known.email)
    await officer.until(request["id"], "awaiting_approval")
    await officer.approve(request["id"])
    stalled = await officer.until(request["id"], "stalled")
    left = await held(house, known)

    house.kill("crm-worker")
    await house.start("crm", "worker")
    await pass_time(house, request["id"], ANEW)
    ended = await officer.until(request["id"], "completed")

    assert (stalled["stalled"]["participant"], left) == ("crm", 1)
    states = {one["name"]: one["state"] for one in stalled["participants"]}
    assert states["chat"] == "verified" != states["crm"]
    residue = {one["name"]: one["residue"] for one in stalled["participants"]}
    assert residue["chat"] == {} != residue["crm"]
    assert ended["round"] == stalled["round"] + 1
    assert not await held(house, known)
