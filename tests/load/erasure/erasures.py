"""How long an erasure takes, from the approval to the signed receipt, and its floor."""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Final
from uuid import UUID

import asyncpg
import psutil

from contactflow.kernel import decode
from tests.e2e.erasure.rights import Known, Officer, an_address, somebody_known
from tests.e2e.house import House
from tests.e2e.people import Business
from tests.load.crowd import talk
from tests.load.erasure.floor import anybody, cascade

RUNS: Final = 7
PAUSE: Final = 0.005
COMPLETED: Final = "SELECT completed_at FROM rights_requests WHERE id = $1"


@dataclass(frozen=True)
class Took:
    """Seconds of each run, for a person with so many rows."""

    rows: int
    proved: list[float] = field(default_factory=list)
    cascaded: list[float] = field(default_factory=list)

    spent: list[float] = field(default_factory=list)
    """Of the processor, by all processes of all services together."""

    @property
    def typical(self) -> float:
        """The median of ours."""
        return median(self.proved)


async def measure(house: House, business: Business, rows: int, runs: int = RUNS) -> Took:
    """Our way and the floor, in turns.

    The first that a house does is its slowest: each of its processes prepares every statement of
    its part then, and connects to whoever it has never asked. It is measured apart.
    """
    took, chat = Took(rows), house.database("chat")
    privacy = await asyncpg.connect(house.database("privacy"))
    for _ in range(runs):
        took.cascaded.append(await _floor(chat, rows))
        known = await _known(business)
        await talk(chat, _conversation(known), rows)
        before = _spent(house)
        took.proved.append(await _erasure(Officer(business.http), privacy, known.email))
        took.spent.append(_spent(house) - before)
    await privacy.close()
    return took


def _spent(house: House) -> float:
    times = (psutil.Process(one.pid).cpu_times() for one in house.processes.values())
    return sum(float(one.user + one.system) for one in times)


async def _floor(chat: str, rows: int) -> float:
    somebody = await anybody(chat)
    await talk(chat, somebody, rows)
    return await cascade(chat, somebody)


async def _known(business: Business) -> Known:
    return await somebody_known(business, an_address())


def _conversation(known: Known) -> UUID:
    return decode("cnv", known.visitor.conversation_id)


async def _erasure(officer: Officer, privacy: asyncpg.Connection, email: str) -> float:
    """From the approval until the receipt is there, and fetched.

    The database is asked whether it is: asking the API a hundred times a second would take the
    processor from those who are measured.
    """
    request = await officer.asked(email)
    await officer.until(request["id"], "awaiting_approval")
    request_id = decode("rr", request["id"])
    begun = time.perf_counter()
    await officer.approve(request["id"])
    while not await privacy.fetchval(COMPLETED, request_id):
        await asyncio.sleep(PAUSE)
    await officer.get(request["id"], "/receipt")
    return time.perf_counter() - begun
