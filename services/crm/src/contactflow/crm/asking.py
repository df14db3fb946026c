"""Asking another service about somebody, once for all who want to know at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

A = TypeVar("A")


@dataclass
class _Question(Generic[A]):
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    answers: list[A] = field(default_factory=list)


class Shared(Generic[A]):
    """Who asks the same at the same moment shares an answer, which is no older than any question.

    A hundred messages of one conversation, which come together after a pause, are so one call; who
    comes when it is on its way makes another. An error is told to whoever made the call, and the
    next who waits makes another.
    """

    def __init__(self, ask: Callable[[UUID, UUID], Awaitable[A]]) -> None:
        self._ask = ask
        self._open: dict[tuple[UUID, UUID], _Question[A]] = {}

    async def __call__(self, workspace_id: UUID, subject_id: UUID) -> A:
        who = workspace_id, subject_id
        question = self._open.setdefault(who, _Question())
        async with question.lock:
            if not question.answers:
                await asyncio.sleep(0)  # until whoever asks now has joined
                if self._open.get(who) is question:
                    del self._open[who]
                question.answers.append(await self._ask(*who))
            return question.answers[0]
