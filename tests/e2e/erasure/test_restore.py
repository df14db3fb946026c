"""Backups of every service from before an erasure, restored after it: nobody comes back."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from httpx import AsyncClient

from contactflow.kernel import decode
from contactflow.persistence.roles import Roles, database_name
from contactflow.testing.dumps import dump, restore
from contactflow.testing.provision import forget, provision
from tests.e2e.erasure.lives import an_officer_of_the_platform, has_called
from tests.e2e.erasure.rights import Known, Officer, a_number, an_address, somebody_known
from tests.e2e.house import House, rows
from tests.e2e.people import Business, signed_up
from tools.stack.keys import KINDS

PARTICIPANTS: Final = ("gateway", "chat", "crm", "voice")
HELD: Final = {
    "gateway": "SELECT count(*) FROM accounts WHERE id = $1",
    "chat": "SELECT count(*) FROM messages WHERE conversation_id = $1",
    "crm": "SELECT count(*) FROM contacts WHERE id = $1",
    "voice": "SELECT count(*) FROM calls WHERE id = $1",
    "privacy": "SELECT count(*) FROM rights_dossiers WHERE id = $1",
}


@dataclass
class Life:
    """A person of the firm's, an account holder, and what was asked about them."""

    known: Known
    holder: AsyncClient
    ids: dict[str, UUID]

    async def held(self, house: House, services: Collection[str] = tuple(HELD)) -> dict[str, int]:
        """What the tables have of them."""
        return {name: await rows(house, name, HELD[name], self.ids[name]) for name in services}


@pytest.fixture
async def olga(house: House) -> AsyncIterator[Officer]:
    """Decides about the account holders of the installation."""
    async with an_officer_of_the_platform(house) as olga:
        yield olga


@pytest.fixture
async def life(house: House, business: Business) -> AsyncIterator[Life]:
    origin = {"Origin": house.gateway}
    async with AsyncClient(base_url=house.gateway, headers=origin, timeout=30) as http:
        account = await signed_up(http, "Ada", an_address())
        known = await somebody_known(business, an_address())
        ids = {
            "gateway": decode("usr", account["user"]["id"]),
            "chat": decode("cnv", known.visitor.conversation_id),
            "crm": decode("con", known.contact_id),
        }
        yield Life(known, http, ids)


async def stop(house: House, services: Collection[str]) -> list[tuple[str, str]]:
    """All that runs of these: which service, in which role."""
    running = {
        key: one
        for key, one in house.processes.items()
        if key.partition("-")[0] in services and one.is_alive()
    }
    for one in running.values():
        one.ask_to_end()
    assert all([await asyncio.to_thread(one.wait) for one in running.values()])
    return [(name, role) for name, _, role in (key.partition("-") for key in running)]


async def rewind(house: House, name: str, dumped: Path) -> None:
    """The database is gone, and made anew from the backup."""
    around = house.around()
    await forget(around.admin_url, database_name(name))
    passwords = around.secrets.services[name]["passwords"]
    await provision(around.admin_url, name, Roles(*(passwords[kind] for kind in KINDS)))
    await restore(house.database(name), dumped)


async def start(house: House, running: Collection[tuple[str, str]]) -> dict[str, str]:
    """What each then says of the erasures that its database has missed."""
    await asyncio.gather(*(house.start(name, role) for name, role in running))
    async with AsyncClient() as http:
        told = {
            name: (await http.get(f"{house.urls[name]}/readyz?verbose")).json()["checks"]
            for name, _ in running
        }
    return {name: checks.get("erasures", "not looked at") for name, checks in told.items()}


async def erased_between(
    house: House, officers: tuple[Officer, Officer], requests: tuple[str, str], folder: Path
) -> None:
    """Backups of everything, then the erasures."""
    await asyncio.gather(*(dump(house.database(name), folder / name) for name in HELD))
    for officer, request_id in zip(officers, requests, strict=True):
        await officer.approve(request_id)
    for officer, request_id in zip(officers, requests, strict=True):
        await officer.until(request_id, "completed")


async def test_a_restored_backup_stays_erased_in_every_service(
    house: House, business: Business, officer: Officer, olga: Officer, life: Life, tmp_path: Path
) -> None:
    number = a_number()
    life.ids["voice"] = await has_called(house, business, number)
    theirs = await officer.asked(life.known.email, number)
    address = (await life.holder.get("/v1/me")).json()["user"]["email"]
    holders = await olga.asked(address)
    life.ids["privacy"] = decode("rr", theirs["id"])
    officers, requests = (officer, olga), (theirs["id"], holders["id"])
    for one, request_id in zip(officers, requests, strict=True):
        await one.until(request_id, "awaiting_approval")
    before = await life.held(house)
    await erased_between(house, officers, requests, tmp_path)
    erased = await life.held(house)

    running = await stop(house, HELD)
    await asyncio.gather(*(rewind(house, name, tmp_path / name) for name in HELD))
    back = await life.held(house)
    told = await start(house, [one for one in running if one[0] in PARTICIPANTS])
    left = await life.held(house, PARTICIPANTS)

    assert all(before.values())
    assert (not any(erased.values()), back) == (True, before)
    assert told == dict.fromkeys(PARTICIPANTS, "ok")
    assert not any(left.values())
    assert (await business.http.get(f"/v1/contacts/{life.known.contact_id}")).status_code == 404
    refused = await life.known.visitor.write("Am I back?")
    assert (refused.status_code, refused.json()["code"]) == (401, "session_ended")
    assert (await life.holder.get("/v1/me")).status_code == 401

    # Nobody approves it again: privacy finds it in the ledger, and forgets it, too.
    assert await start(house, [one for one in running if one[0] == "privacy"]) == {"privacy": "ok"}
    for one, request_id in zip(officers, requests, strict=True):
        await one.until(request_id, "completed")
    assert not any((await life.held(house)).values())
