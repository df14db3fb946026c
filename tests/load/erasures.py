"""How long an erasure takes, from the approval to the signed receipt, and its floor."""

import asyncio
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from statistics import median
from typing import Final
from uuid import UUID

from contactflow.kernel import decode
from tests.e2e.erasure.rights import Known, Officer, an_address, somebody_known
from tests.e2e.house import House
from tests.e2e.people import Business
from tests.load.crowd import talk
from tests.load.floor import anybody, cascade

RUNS: Final = 7
PAUSE: Final = 0.01


@dataclass(frozen=True)
class Took:
    """Seconds of each run, for a person with so many rows."""

    rows: int
    proved: list[float] = field(default_factory=list)
    cascaded: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The median of ours."""
        return median(self.proved)


def database(house: House, service: str) -> str:
    """The administrator's URL."""
    return house.postgres.admin_url(f"contactflow_{service}")


async def measure(house: House, business: Business, rows: int) -> Took:
    """Our way and the floor, in turns."""
    took = Took(rows)
    for _ in range(RUNS):
        chat = database(house, "chat")
        took.cascaded.append(await _floor(chat, rows))
        known = await _known(business)
        await talk(chat, _conversation(known), rows)
        took.proved.append(await _erasure(Officer(business.http), known.email))
    return took


async def _floor(chat: str, rows: int) -> float:
    somebody = await anybody(chat)
    await talk(chat, somebody, rows)
    return await cascade(chat, somebody)


async def _known(business: Business) -> Known:
    return await somebody_known(business, an_address())


def _conversation(known: Known) -> UUID:
    return decode("cnv", known.visitor.conversation_id)


async def _erasure(officer: Officer, email: str) -> float:
    """From the approval until the receipt can be fetched."""
    request = await officer.asked(email)
    await officer.until(request["id"], "awaiting_approval")
    path = f"/v1/rights-requests/{request['id']}/receipt"
    begun = time.perf_counter()
    await officer.approve(request["id"])
    while (await officer.http.get(path)).status_code != HTTPStatus.OK:
        await asyncio.sleep(PAUSE)
    return time.perf_counter() - begun
