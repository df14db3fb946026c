"""The audit ledger of erasures that really took place, as the operator verifies it."""

import re

import asyncpg

from contactflow.kernel import decode
from tests.e2e.erasure.rights import Officer, an_address, noted
from tests.e2e.house import House
from tests.e2e.people import Business

WHOLE = r"{}: \d+ entries, as they were written; the last is [0-9a-f]{{64}}"
SOMEBODY_ELSE = """
    UPDATE audit_entries SET actor = $1 WHERE request_id = $2 AND action LIKE '%.approved'
"""


async def forge(house: House, request_id: str, actor: str) -> None:
    """Whoever may do anything with the database says that somebody else has approved it."""
    database = await asyncpg.connect(house.database("privacy"))
    try:
        await database.execute("SET session_replication_role = replica")
        await database.execute(SOMEBODY_ELSE, actor, decode("rr", request_id))
    finally:
        await database.close()


async def test_a_chain_that_processes_wrote_is_whole_and_a_forged_entry_is_named(
    house: House, business: Business, officer: Officer
) -> None:
    email, workspace = an_address(), business.account["workspace"]["id"]
    await noted(business, email)
    request = await officer.erase(email)
    actor = f"user:{decode('usr', business.account['user']['id'])}"

    status, whole = await house.command("privacy", "audit", "verify")
    await forge(house, request["id"], "service:privacy")
    status_of_forged, forged = await house.command("privacy", "audit", "verify")
    await forge(house, request["id"], actor)

    assert (status, status_of_forged) == (0, 1)
    assert re.search(WHOLE.format(workspace), whole)
    assert re.search(rf"{workspace}: entry \d+ is changed", forged)
