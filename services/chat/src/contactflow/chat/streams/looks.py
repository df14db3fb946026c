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

TOGETHER: Final = 200


@dataclass(eq=False)
class Asked:
    """A stream that waits for its answer, and the answer."""

    place: Place
    is_answered: bool = False
    new: Sequence[Opened] | None = None

    def answer(self, new: Sequence[Opened] | None) -> None:
        self.is_answered, self.new = True, new


@dataclass(eq=False)
class Queue:
    """Of one workspace: who waits, in order, and whose turn it is to look for the first of them."""

    waiting: dict[Asked, None] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Looks:
    """In each workspace one look at a time: who comes while it runs shares the next.

    Alone, a stream looks at once. Told something together, two thousand need twenty transactions
    instead of two thousand; a look costs hardly more for a hundred than for one.
    """

    def __init__(self, works: Works) -> None:
        self._works = works
        self._queues: WeakValueDictionary[UUID, Queue] = WeakValueDictionary()

    async def new(self, workspace_id: UUID, place: Place) -> Sequence[Opened] | None:
        """What was said after that place, up to a hundred, oldest first.

        None once the session is gone; nothing while the database is away.
        """
        asked, queue = Asked(place), self._queues.setdefault(workspace_id, Queue())
        queue.waiting[asked] = None
        try:
            async with queue.turn:
                if not asked.is_answered:
                    await self._look(workspace_id, list(islice(queue.waiting, TOGETHER)))
        finally:
            del queue.waiting[asked]
        return asked.new

    async def _look(self, workspace_id: UUID, together: Sequence[Asked]) -> None:
        look = partial(queries.new, [one.place for one in together])
        try:
            found = await self._works.run(workspace_id, look)
        except UnavailableError:
            found = [[] for _ in together]
        except GoneError:
            found = [None for _ in together]
        for one, new in zip(together, found, strict=True):
            one.answer(new)
