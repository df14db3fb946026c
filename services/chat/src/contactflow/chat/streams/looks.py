"""Many streams look together: one transaction for all that woke while the last one ran."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from contactflow.chat.streams import queries
from contactflow.chat.streams.queries import Place
from contactflow.kernel import GoneError, UnavailableError
from contactflow.persistence import Works
from contactflow.vault import Opened

TOGETHER: Final = 100
"""Streams in one look: what is read for all of them is in memory at once."""
PATIENCE: Final = 10.0
"""Seconds, more than a transaction may take: for a database that is gone without a word."""


@dataclass(eq=False)
class Asked:
    """A stream that waits for its answer, and the answer."""

    place: Place
    is_answered: bool = False
    new: Sequence[Opened] | None = ()

    def answer(self, new: Sequence[Opened] | None) -> None:
        self.is_answered, self.new = True, new


@dataclass(eq=False)
class Queue:
    """Of one workspace: who waits, in order, and whose turn it is to look for the first of them."""

    waiting: dict[Asked, None] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def first(self, count: int) -> list[Asked]:
        """Without those who were answered and did not have the time to leave."""
        return list(islice((one for one in self.waiting if not one.is_answered), count))


class Looks:
    """In each workspace one look at a time: who comes while it runs shares the next.

    Alone, a stream looks at once. Told something together, two thousand need twenty transactions
    instead of two thousand.
    """

    def __init__(
        self, works: Works, *, together: int = TOGETHER, patience: float = PATIENCE
    ) -> None:
        self._works, self._together, self._patience = works, together, patience
        self._queues: WeakValueDictionary[UUID, Queue] = WeakValueDictionary()

    async def new(self, workspace_id: UUID, place: Place) -> Sequence[Opened] | None:
        """What was said after that place, up to `queries.MOST`, oldest first.

        None once the session is gone; nothing while the database is away.
        """
        asked, queue = Asked(place), self._queues.setdefault(workspace_id, Queue())
        queue.waiting[asked] = None
        try:
            async with queue.turn:
                while not asked.is_answered:
                    await self._look(workspace_id, queue.first(self._together))
        finally:
            del queue.waiting[asked]
        return asked.new

    async def _look(self, workspace_id: UUID, together: Sequence[Asked]) -> None:
        look = partial(queries.new, [one.place for one in together])
        try:
            async with asyncio.timeout(self._patience):
                found = await self._works.run(workspace_id, look)
        except (UnavailableError, TimeoutError):
            found = [[] for _ in together]
        except GoneError:
            found = [None for _ in together]
        for one, new in zip(together, found, strict=True):
            one.answer(new)
