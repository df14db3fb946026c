"""Reactions without Kafka: one fact after the other, each in its own transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from contactflow.events import Event, Fact
from contactflow.kernel import new_id
from contactflow.messaging import Reaction, react
from contactflow.persistence import Works


class Ears:
    """Every reaction of a service; `known` are these."""

    def __init__(self, works: Works, known: Sequence[Reaction[Any]], at: datetime) -> None:
        self._works, self._at = works, at
        self.known = known

    async def hear(self, workspace_id: UUID, body: Event, *, twice: bool = False) -> None:
        """What happened; `twice` is the same event delivered again."""
        fact: Fact[Any] = Fact(new_id(), workspace_id, new_id(), 1, self._at, body)
        for _ in range(1 + twice):
            for one in self.known:
                if isinstance(body, one.event):
                    await react(self._works, one, fact)
