"""Whoever watches over processes: what has died is started again at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from contactflow.testing.waiting import until
from tests.chaos.failpoints import VARIABLE
from tests.chaos.faults import PROCESSES
from tests.e2e.house import House, Spawning
from tools.stack.processes import Process

LOOKS = 0.05  # seconds between two looks at a process


def knowing(spawn: Spawning, folder: Path) -> Spawning:
    """Start processes that know where failpoints are armed."""

    def spawning(*command: Any, env: Mapping[str, str], **more: Any) -> Process:
        return spawn(*command, env={**env, VARIABLE: str(folder)}, **more)

    return spawning


@asynccontextmanager
async def reviving(house: House) -> AsyncIterator[None]:
    """Until the end of the block, and until all that died in it are ready again."""
    starting: set[str] = set()

    async def watch(process: str) -> None:
        name, role = process.split("-")
        while True:
            if not house.processes[process].is_alive():
                starting.add(process)
                with suppress(AssertionError):  # dead again before it was ready
                    await house.start(name, role)
                    starting.remove(process)
            await asyncio.sleep(LOOKS)

    def are_there() -> bool:
        return not starting and all(house.processes[one].is_alive() for one in PROCESSES)

    async with asyncio.TaskGroup() as watching:
        tasks = [watching.create_task(watch(process)) for process in PROCESSES]
        yield
        await until(are_there, longest=30)
        for task in tasks:
            task.cancel()
