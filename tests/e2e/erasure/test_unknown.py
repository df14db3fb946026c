"""Somebody whom nobody knew when it was asked, and who is written down all the while."""

import asyncio
from http import HTTPStatus

import asyncpg

from contactflow.kernel import decode
from contactflow.testing.waiting import until
from contactflow.vault import Email
from tests.e2e.erasure.lives import digests
from tests.e2e.erasure.rights import LONG, Officer, an_address
from tests.e2e.house import House
from tests.e2e.people import Business

LEFT = """
    SELECT (SELECT count(*) FROM contacts WHERE id = ANY($1::uuid[]))
         + (SELECT count(*) FROM subject_identities WHERE blind_index = $2)
"""
STILL = 10
"""So often it is tried after the end."""


class Writer:
    """Enters somebody again and again, as an import does."""

    def __init__(self, business: Business, email: str) -> None:
        self._business, self._email = business, email
        self.made: list[str] = []
        self.refused: list[tuple[int, str]] = []

    async def write(self) -> None:
        answer = await self._business.http.post("/v1/contacts", json={"emails": [self._email]})
        if answer.status_code == HTTPStatus.CREATED:
            made = answer.json()["id"]
            self.made.append(made)
            await self._business.http.patch(
                f"/v1/contacts/{made}", json={"name": "Ada"}, headers={"If-Match": "*"}
            )
        elif answer.status_code == HTTPStatus.GONE:
            self.refused.append((answer.status_code, answer.json()["code"]))

    async def until_refused(self) -> None:
        while not self.refused:
            await self.write()
            await asyncio.sleep(0.01)


async def left(house: House, business: Business, writer: Writer, email: str) -> int:
    """Contacts of theirs, and rows that know the address."""
    of = decode("ws", business.account["workspace"]["id"])
    [digest] = digests(house, of, Email.parse(email))
    ids = [decode("con", one) for one in writer.made]
    database = await asyncpg.connect(house.database("crm"))
    try:
        return int(await database.fetchval(LEFT, ids, digest))
    finally:
        await database.close()


async def test_who_was_unknown_and_is_written_down_meanwhile_leaves_nothing(
    house: House, business: Business, officer: Officer
) -> None:
    email = an_address()
    writer = Writer(business, email)
    request = await officer.asked(email)
    await officer.until(request["id"], "awaiting_approval")
    counts = (await officer.get(request["id"], "/preview"))["counts"]

    async with asyncio.timeout(LONG), asyncio.TaskGroup() as tasks:
        tasks.create_task(writer.until_refused())
        await until(lambda: writer.made)
        await officer.approve(request["id"])
        await officer.until(request["id"], "completed")
    for _ in range(STILL):
        await writer.write()

    assert not any(counts.values())
    assert writer.refused == [(410, "person_erased")] * (STILL + 1)
    assert await left(house, business, writer, email) == 0
