"""chat, which dies where a failpoint is armed."""

from contextvars import ContextVar
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contactflow.chat.conversations import service
from contactflow.chat.conversations.promises import AnswerTurn
from contactflow.chat.turns.engine import Step, Turns
from contactflow.persistence import Work
from tests.chaos.mortal.building import Call, Reached, transaction, wrap
from tests.chaos.mortal.participant import participant

TURN: ContextVar[object] = ContextVar("TURN", default=None)
"""The conversation whose turn this task is at."""


def receiving(reached: Reached) -> None:
    """A visitor's message, in an api process."""

    def of(conversations: Any, *, conversation_id: object, **_: Any) -> tuple[AsyncSession, object]:
        return conversations._work.session, conversation_id

    transaction(reached, service, "receive", "message", of)


def turning(reached: Reached) -> None:
    """Its answer, by the turn's own steps; the last is the commit."""

    async def at(step: Step) -> None:
        reached(f"turn:{step}", TURN.get())

    def made(inner: Any) -> Any:
        def mortal(its: Turns, means: Any) -> None:
            inner(its, means, reached=at)

        return mortal

    def prepare(inner: Call) -> Call:
        async def mortal(its: Turns, due: AnswerTurn) -> Any:
            TURN.set(due.conversation_id)
            return await inner(its, due)

        return mortal

    def of(_: Turns, work: Work, due: AnswerTurn, __: Any) -> tuple[AsyncSession, object]:
        return work.session, due.conversation_id

    wrap(Turns, "__init__", made)
    wrap(Turns, "prepare", prepare)
    transaction(reached, Turns, "settle", "answer", of)


if __name__ == "__main__":
    participant("chat", receiving, turning)
