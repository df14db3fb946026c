"""What is done to a house, and how it is made whole again."""

import asyncio
import os
import signal

import psutil

from contactflow.testing.postgres import PostgresServer
from tests.e2e.house import ROLES, House
from tools.stack.services import names

PROCESSES = [f"{name}-{role}" for name in names() for role in ROLES]
"""Every process of the house, by its name."""


async def killed_and_started(house: House, process: str) -> None:
    """As a crash does, and as whoever watches over processes does."""
    house.kill(process)
    await gone(house, process)
    await house.start(*process.split("-"))


async def told_to_stop(house: House, process: str) -> None:
    """Return when it has finished what it did; raises AssertionError when it did not in time."""
    running = house.processes.pop(process)
    running.ask_to_end()
    assert await asyncio.to_thread(running.wait, 30), f"{process} did not end by itself"


async def gone(house: House, process: str) -> None:
    """Return when it is no more."""
    assert await asyncio.to_thread(house.processes[process].wait, 5)


async def stopped_at_once(postgres: PostgresServer) -> None:
    """Every connection is cut and nothing is written down: the next start recovers."""
    await asyncio.to_thread(postgres.stop, "immediate")


async def crashed(postgres: PostgresServer) -> None:
    """Kill the postmaster; its children notice, and go."""
    assert postgres.pid
    os.kill(postgres.pid, signal.SIGKILL)


def started(postgres: PostgresServer) -> None:
    """Start it, unless its postmaster lives."""
    if postgres.pid is None or not psutil.pid_exists(postgres.pid):
        postgres.start()


async def mended(house: House) -> None:
    """Start whatever does not run."""
    await house.broker.start()
    await asyncio.to_thread(started, house.postgres)
    for process in [one for one in house.processes if one not in PROCESSES]:
        await told_to_stop(house, process)
    await asyncio.gather(*(house.have(*process.split("-")) for process in PROCESSES))
