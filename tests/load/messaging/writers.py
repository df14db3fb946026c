"""python -m tests.load.messaging.writers URL WORKSPACE SLOW: writes events for some seconds.

A process of its own, as an api process is: who writes must not share a loop with who is measured.
"""

import asyncio
import sys
import time
from functools import partial
from random import Random
from typing import Final
from uuid import UUID

from contactflow.messaging import Doorbell
from contactflow.persistence import Works, open_engine
from contactflow.testing.parts import running
from tests.load.messaging import counters

SECONDS: Final = 4.0
WRITERS: Final = 16
A_SECOND: Final = 160
KEYS: Final = 100
SLOWEST_S: Final = 0.02


async def main(url: str, workspace_id: UUID, slow: float) -> None:
    """All writers together; such a share of their transactions is slow to commit."""
    engine = open_engine(url, pool_size=WRITERS)
    bell = Doorbell(engine)
    works = Works(engine, recorded=bell.ring)
    async with running(bell):
        keys = [await works.run(workspace_id, counters.create) for _ in range(KEYS)]
        wrote = (_write(works, workspace_id, keys, Random(n), slow) for n in range(WRITERS))
        await asyncio.gather(*wrote)
    await engine.dispose()


async def _write(
    works: Works, workspace_id: UUID, keys: list[UUID], draw: Random, slow: float
) -> None:
    """At its own pace."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(draw.uniform(0, 2 * WRITERS / A_SECOND))
        waits = draw.uniform(0, SLOWEST_S) if draw.random() < slow else 0
        once = partial(counters.count, counter_id=draw.choice(keys), slow=waits)
        await works.run(workspace_id, once)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), float(sys.argv[3])))
