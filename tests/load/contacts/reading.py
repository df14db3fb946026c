"""One reading after the other, ours beside the obvious, each of ours checked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from contactflow.persistence import Work, Works
from contactflow.persistence.connections import WorkspaceConnection
from tests.load.contacts.kinds import Ids, Kind

ROUNDS: Final = 6
OURS: Final = 50
THEIRS: Final = 2
"""Of each kind in a round: theirs takes longer."""
PATIENT: Final = {
    "server_settings": {"transaction_timeout": "0"},
    "connection_class": WorkspaceConnection,
}
"""Of theirs some would be cut off by the limit that our roles have."""


@dataclass
class Took:
    """Milliseconds, of a unit of work from its beginning to its end."""

    kind: Kind
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    wrong: int = 0


async def measure(works: Works, kinds: Sequence[Kind]) -> list[Took]:
    """In turns; the first round only warms up."""
    took = [Took(kind) for kind in kinds]
    plain = create_async_engine(works.engine.url, connect_args=PATIENT)
    for number in range(ROUNDS + 1):
        for one in took:
            await _round(works, plain, one, number)
            if not number:
                one.ours.clear()
                one.theirs.clear()
    await plain.dispose()
    return took


async def _round(works: Works, plain: AsyncEngine, took: Took, number: int) -> None:
    for asked, right in islice(cycle(took.kind.cases), number * OURS, (number + 1) * OURS):
        begun = time.perf_counter()
        answer = await _ours(works, took.kind, asked)
        took.ours.append((time.perf_counter() - begun) * 1000)
        took.wrong += answer != right
    for asked, _ in islice(cycle(took.kind.cases), number * THEIRS, (number + 1) * THEIRS):
        begun = time.perf_counter()
        async with _plain(plain, took.kind) as session:
            await took.kind.theirs(session, asked)
        took.theirs.append((time.perf_counter() - begun) * 1000)


async def _ours(works: Works, kind: Kind, asked: Any) -> Ids:
    async def read(work: Work) -> Ids:
        return await kind.ours(work, asked)

    return await works.run(kind.workspace_id, read)


def _plain(engine: AsyncEngine, kind: Kind) -> AsyncSession:
    """Of the same role, under the same policies."""
    return AsyncSession(engine, info={"workspace": kind.workspace_id})
