"""A visitor who writes while they are erased, and afterwards, is gone: chat as it really runs.

They write over HTTP, the AI answers them, crm says who they are by Kafka, and the erasure comes the
same way, through the consumer. Chat erases whom the order names by chat's own id: an address that
somebody types is a claim, and nobody is found by one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.chat.conversations.promises import ANSWER
from contactflow.chat.participant import PARTICIPANT
from contactflow.chat.settings import ChatSettings
from contactflow.chat.turns.engine import Turns
from contactflow.chat.worker import reactions
from contactflow.erasure.wire import Order
from contactflow.events import Fact
from contactflow.events.contacts import ContactLinked
from contactflow.kernel import new_id
from contactflow.messaging import Jobs
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.agents import FakeGateway
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.kafka import Broker
from contactflow.testing.listener import Listener, a_listener, people_left
from contactflow.testing.parts import running
from contactflow.testing.rounds import named
from contactflow.testing.waiting import until
from contactflow.vault import Email
from services.chat.tests.conftest import STAFF
from services.chat.tests.turns.desk import Desk
from services.chat.tests.visitors import Visitor, Visitors

MORE = 2
"""So often everybody writes once more when it is over."""
AT_ONCE = 4
AHEAD = timedelta(minutes=1)
"""Of the AI's worker, so that it never waits for a visitor to pause."""
ADA = Email("ada@example.com")
ANSWERED = text("SELECT count(*) FROM messages WHERE author = 'agent' AND kind = 'text'")
DUE = text("SELECT count(*) FROM jobs WHERE name = :name")


@dataclass(frozen=True)
class Chat:
    """What runs: its routes and tables, its consumer, and an AI that answers whatever is due."""

    desk: Desk
    listener: Listener


@pytest.fixture
async def chat(
    desk: Desk,
    on: Platform[ChatSettings],
    gateway: FakeGateway,
    clock: FakeClock,
    broker: Broker,
    announced: None,
) -> AsyncIterator[Chat]:
    def ahead() -> datetime:
        return clock() + AHEAD

    answering = Turns(desk.means()).job
    jobs = Jobs(on.works, on.system, [answering], clock=ahead, changes=on.changes)
    known = reactions(on.vault, gateway)
    async with a_listener(broker, on.works, known, PARTICIPANT, clock) as listener, running(jobs):
        yield Chat(desk, listener)


@dataclass
class Talk:
    """One visitor, in a workspace where nobody else is. `answers` is what they were told."""

    chat: Chat
    visitor: Visitor
    id: UUID
    subject_id: UUID
    answers: list[int] = field(default_factory=list)

    @classmethod
    async def begin(cls, chat: Chat) -> "Talk":
        """They say a name and an address, and write."""
        workspace_id, on = new_id(), chat.desk.on
        await on.works.run(workspace_id, on.vault.create_key)
        known, http = chat.desk.visitors, chat.desk.http
        staff = known.callers.user(workspace_id, *STAFF)
        visitors = await Visitors.welcome(
            http, known.callers, staff, on.works, workspace_id, known.gateway
        )
        visitor = await visitors.come(visitor={"name": "Ada", "email": ADA.value})
        talk = cls(chat, visitor, workspace_id, await visitors.subject_of(visitor))
        await talk.writes()
        return talk

    async def writes(self) -> None:
        """The visitor writes; the AI answers when it comes to it."""
        self.answers.append((await self.visitor.send("Do you open on Saturday?")).status_code)

    async def is_linked(self) -> None:
        """crm has found out who it is."""
        linked = ContactLinked(contact_id=new_id(), service="chat", subject_id=self.subject_id)
        fact: Fact[ContactLinked] = Fact(new_id(), self.id, linked.contact_id, 1, NOON, linked)
        await self.chat.listener.tell(fact, source="crm")

    async def erases(self) -> dict[str, int]:
        """What went."""

        async def order(work: Work) -> Order:
            return Order(
                request_id=new_id(),
                round=1,
                position=1,
                fenced_at=NOON,
                restricted=False,
                indexes=named(work, ADA).indexes,
                subjects=(self.subject_id,),
            )

        works = self.chat.desk.on.works
        return await self.chat.listener.erase(self.id, await works.run(self.id, order))

    async def is_answered(self) -> bool:
        """Whether the AI has said anything yet."""

        async def count(work: Work) -> bool:
            return bool((await work.rows(ANSWERED)).scalar_one())

        return await self.chat.desk.on.works.run(self.id, count)


async def keep(does: Callable[[], Awaitable[None]], over: asyncio.Event) -> None:
    more = MORE
    while more:
        more -= over.is_set()
        await does()
        await asyncio.sleep(0)


async def survivors(chat: Chat) -> dict[str, int]:
    """What is left of somebody who writes all the while."""
    talk, over = await Talk.begin(chat), asyncio.Event()
    await until(talk.is_answered)
    async with asyncio.TaskGroup() as tasks:
        for does in (talk.writes, talk.is_linked):
            tasks.create_task(keep(does, over))
        gone = await talk.erases()
        over.set()
    await chat.listener.all_heard(talk.id)
    await until(partial(idle, chat, talk.id))
    assert set(talk.answers[-MORE:]) == {401}, talk.answers
    assert gone["messages"] > 2, gone
    return await chat.desk.on.works.run(talk.id, people_left)


async def idle(chat: Chat, workspace_id: UUID) -> bool:
    """Whether no answer is due, or being thought of."""

    async def count(work: Work) -> bool:
        return not (await work.rows(DUE, {"name": ANSWER.name})).scalar_one()

    return await chat.desk.on.works.run(workspace_id, count)


@pytest.mark.parametrize(
    "runs", [4, pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(400)])]
)
async def test_whoever_writes_all_the_while_leaves_nothing(chat: Chat, runs: int) -> None:
    left: list[dict[str, int]] = []
    while len(left) < runs:
        left += await asyncio.gather(*(survivors(chat) for _ in range(AT_ONCE)))

    assert left == [{}] * runs
