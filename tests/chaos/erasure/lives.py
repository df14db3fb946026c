"""Somebody who is in every service, and what the tables still have of them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from contactflow.kernel import decode
from contactflow.voice.recordings.segments import FOLDER
from tests.e2e.erasure.lives import has_called
from tests.e2e.erasure.rights import a_number, an_address, somebody_known
from tests.e2e.house import House
from tests.e2e.people import Business, signed_up
from tests.e2e.strangers import passer_by

SUBJECT: Final = {
    "chat": "SELECT subject_id FROM participants WHERE conversation_id = $1",
    "crm": "SELECT subject_id FROM contacts WHERE id = $1",
    "gateway": "SELECT subject_id FROM accounts WHERE id = $1",
    "voice": "SELECT subject_id FROM calls WHERE id = $1",
}
PERSONAL: Final = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'subject_id'
"""


@dataclass(frozen=True)
class Life:
    """One person of one workspace; `subjects` is who they are in the services that know them."""

    house: House
    workspace_id: UUID
    addresses: tuple[str, ...]
    subjects: Mapping[str, UUID]

    async def held(self) -> dict[str, int]:
        """Rows and recordings, by service: what is there, whatever a service says of it."""
        rows = {name: await _rows(self.house, name, one) for name, one in self.subjects.items()}
        rows["recordings"] = len([one for one in self.house.recordings if self._theirs(one.parts)])
        return rows

    def _theirs(self, path: tuple[str, ...]) -> bool:
        return any(str(one) in path for one in self.subjects.values())


async def a_customer(house: House, business: Business) -> Life:
    """Who has written, been noted by staff, called, and been recorded."""
    email, number = an_address(), a_number()
    known = await somebody_known(business, email)
    path, numbers = f"/v1/contacts/{known.contact_id}", {"phones": [number]}
    changed = await business.http.patch(path, json=numbers, headers={"If-Match": "*"})
    assert changed.is_success, changed.text
    ids = {
        "chat": decode("cnv", known.visitor.conversation_id),
        "crm": decode("con", known.contact_id),
        "voice": await has_called(house, business, number),
    }
    subjects = {name: await _subject(house, name, one) for name, one in ids.items()}
    workspace_id = decode("ws", business.account["workspace"]["id"])
    recording = house.folder / "objects" / FOLDER / str(workspace_id) / str(subjects["voice"])
    recording.mkdir(parents=True)
    (recording / "1").write_bytes(b"sealed")
    return Life(house, workspace_id, (email, number), subjects)


async def an_account_holder(house: House, platform_id: UUID) -> Life:
    """Who has signed up, from an address of their own: at one it is limited."""
    email = an_address()
    async with passer_by(house.gateway, Origin=house.gateway) as http:
        account = await signed_up(http, "Ada", email)
    subject = await _subject(house, "gateway", decode("usr", account["user"]["id"]))
    return Life(house, platform_id, (email,), {"gateway": subject})


async def _subject(house: House, service: str, id_: UUID) -> UUID:
    async with _database(house, service) as database:
        return UUID(str(await database.fetchval(SUBJECT[service], id_)))


async def _rows(house: House, service: str, subject_id: UUID) -> int:
    async with _database(house, service) as database:
        tables = [row["table_name"] for row in await database.fetch(PERSONAL)]
        counts = [f"(SELECT count(*) FROM {one} WHERE subject_id = $1)" for one in tables]
        counts.append("(SELECT count(*) FROM subjects WHERE id = $1)")
        return int(await database.fetchval(f"SELECT {' + '.join(counts)}", subject_id))


@asynccontextmanager
async def _database(house: House, service: str) -> AsyncIterator[asyncpg.Connection]:
    database = await asyncpg.connect(house.database(service))
    try:
        yield database
    finally:
        await database.close()
