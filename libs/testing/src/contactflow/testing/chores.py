"""What a service lets go of by itself: the chores of its worker, and the tables they clear."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.messaging import Jobs, Nothing, Part
from contactflow.messaging.leases import SERVICE
from contactflow.persistence import Work, Works

DELETES: Final = re.compile(r"\bDELETE FROM (\w+)")


async def cleared(parts: Iterable[Part], system: Works) -> dict[str, set[str]]:
    """Do each chore that these parts of a worker would do; by its name, where it deletes."""
    chores = [one for part in parts if isinstance(part, Jobs) for one in part.chores]
    found: dict[str, set[str]] = {}
    for one in chores:
        does = await one.prepare(Nothing())

        async def body(work: Work, does: Any = does) -> None:
            await does(work, Nothing())

        with _deleting(system.engine) as tables:
            await system.run(SERVICE, body)
        found[one.name] = tables
    return found


@contextmanager
def _deleting(engine: AsyncEngine) -> Iterator[set[str]]:
    """From which tables anything is deleted meanwhile, or would be if it were there."""
    tables: set[str] = set()

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        tables.update(DELETES.findall(statement))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield tables
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
