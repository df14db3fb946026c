"""The AI's turn: read, ask the model with no transaction open, say it if it may still be said."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from uuid import UUID

from contactflow.ai import (
    Budget,
    LanguageModel,
    ModelNonsenseError,
    ModelUnavailableError,
    Text,
    ToolCall,
)
from contactflow.chat.conversations.errors import gone_if_not_found
from contactflow.chat.conversations.hints import TYPING
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.promises import ANSWER, AnswerTurn
from contactflow.chat.conversations.repository import SqlConversations
from contactflow.chat.turns import service
from contactflow.chat.turns.heard import answered, called
from contactflow.chat.turns.plan import GivenUp, Outcome, Plan, plan, stands
from contactflow.chat.turns.prompt import prompt, tools
from contactflow.kernel import Clock, UnavailableError
from contactflow.messaging import Changes, Job, job
from contactflow.persistence import Work, Works
from contactflow.telemetry import metrics

log = logging.getLogger(__name__)
TYPING_EVERY = 2.0  # seconds


class Step(StrEnum):
    """Where a turn can be when a human takes over, in order."""

    BEGUN = "begun"
    READ = "read"
    ASKED = "asked"
    HEARD = "heard"
    WRITTEN = "written"
    OPENED = "opened"
    LOCKED = "locked"
    SAID = "said"
    STORED = "stored"


async def nobody(_: Step) -> None:
    """Nobody follows."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a turn works with. `hint` tells the visitor's stream something that is not stored."""

    works: Works
    model: LanguageModel
    changes: Changes
    hint: Callable[[UUID, str], None]
    clock: Clock
    pace: Pace = field(default_factory=Pace)
    budget: Budget = field(default_factory=lambda: Budget(first_token=12, total=25, tokens=500))


class Turns:
    """Answers conversations that wait. `reached` is told each step, and may hold the turn there."""

    def __init__(
        self, means: Means, *, reached: Callable[[Step], Awaitable[None]] = nobody
    ) -> None:
        self._means, self._reached = means, reached

    @property
    def job(self) -> Job[AnswerTurn]:
        return job(ANSWER.name, ANSWER.arguments, fetch=self.prepare, apply=self.settle)

    async def prepare(self, due: AnswerTurn) -> Outcome | None:
        """With no transaction open while the model speaks; None when nobody waits any more."""
        await self._reached(Step.BEGUN)
        read = partial(plan, conversation_id=due.conversation_id, at=self._means.clock())
        planned = await self._means.works.run(due.workspace_id, read)
        await self._reached(Step.READ)
        if not isinstance(planned, Plan):
            return planned
        outcome = await self._unless_overtaken(due, planned)
        if outcome is None:
            await self._means.works.run(due.workspace_id, read)  # by an erasure? That is counted
        await self._reached(Step.WRITTEN)
        return outcome

    async def settle(self, work: Work, due: AnswerTurn, outcome: Outcome) -> None:
        """Alone with the conversation: whoever takes over did so before, or will after."""
        await self._reached(Step.OPENED)
        conversations = SqlConversations(work)
        with gone_if_not_found():
            conversation = await conversations.get(due.conversation_id)
        await self._reached(Step.LOCKED)
        at, pace, since = self._means.clock(), self._means.pace, conversation.waiting_since
        said = await service.settle(conversations, conversation, outcome=outcome, pace=pace, at=at)
        await self._reached(Step.SAID)
        await work.session.flush()
        await self._reached(Step.STORED)
        if since:
            how = {"channel": "chat", "outcome": outcome.name if said else "overtaken"}
            metrics.TURN_DURATION.record((at - since).total_seconds(), how)

    async def _unless_overtaken(self, due: AnswerTurn, planned: Plan) -> Outcome | None:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(self._write(due, planned))
            watching = tasks.create_task(self._overtaken(due, planned.turn))
            await asyncio.wait({writing, watching}, return_when=asyncio.FIRST_COMPLETED)
            writing.cancel()
            watching.cancel()
        return None if writing.cancelled() else writing.result()

    async def _overtaken(self, due: AnswerTurn, turn: int) -> None:
        """Return when a newer message or a human has made this turn pointless."""
        mine = partial(stands, conversation_id=due.conversation_id, turn=turn)
        with self._means.changes.watch(due.conversation_id) as watch:
            async for _ in watch:
                try:
                    if not await self._means.works.run(due.workspace_id, mine):
                        return
                except UnavailableError:  # what may be said is decided under the lock
                    continue
        await asyncio.Event().wait()

    async def _write(self, due: AnswerTurn, planned: Plan) -> Outcome:
        """Whatever goes wrong with a model ends in one sentence and a human, never in silence."""
        try:
            return await self._listen(due, planned)
        except (ModelUnavailableError, ModelNonsenseError) as error:
            log.warning("turn.given_up", extra={"code": error.code, "reason": error.reason})
        except Exception as error:  # noqa: BLE001  as above
            log.warning("turn.given_up", extra={"code": type(error).__name__})
        return GivenUp(planned.turn, "ai_unavailable")

    async def _listen(self, due: AnswerTurn, planned: Plan) -> Outcome:
        said, typing = "", Typing(partial(self._means.hint, due.conversation_id, TYPING))
        typing.show()
        await self._reached(Step.ASKED)
        asked, budget = prompt(planned), self._means.budget
        deltas = self._means.model.stream(asked, budget=budget, tools=tools(planned))
        async with aclosing(deltas):
            async for delta in deltas:
                typing.show()
                if not said:
                    await self._reached(Step.HEARD)
                if isinstance(delta, ToolCall):
                    return called(planned, delta)
                said += delta.text if isinstance(delta, Text) else ""
        return answered(planned, said)


class Typing:
    """Shows that somebody is typing, now and then while it lasts."""

    def __init__(self, hint: Callable[[], None]) -> None:
        self._hint, self._next = hint, 0.0

    def show(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._next:
            self._next = now + TYPING_EVERY
            self._hint()
