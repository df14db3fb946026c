"""Who is written about while they are erased, and afterwards, is gone: crm as it really runs.

Staff write over HTTP, conversations come by Kafka, and so does the erasure, through the consumer.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.participant import PARTICIPANT
from contactflow.crm.worker import reactions
from contactflow.erasure.wire import Order
from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.kafka import Broker
from contactflow.testing.listener import Listener, a_listener, people_left
from contactflow.testing.rounds import named
from contactflow.testing.tokens import Callers
from contactflow.vault import Email, Phone, Vault
from services.crm.tests.conftest import SCOPES
from services.crm.tests.facts import Conversation
from services.crm.tests.fakes import FakeChat, FakeVoice

EARLIER = NOON - timedelta(seconds=1)
"""When the visitor wrote; whatever of it is heard after the erasure is late, and no return."""
MORE = 2
"""So often everybody writes once more when it is over."""
AT_ONCE = 4
STAFF = 3
SPREAD = 0.02
"""Seconds over which they begin: about as long as the erasure takes."""
MOB, ADA = Phone("+33612345678"), Email("ada@example.com")
VISITOR = Visitor("Ada", "fr", frozenset({MOB}), frozenset({Email("eve@example.com")}))


@dataclass(frozen=True)
class Crm:
    """What runs: its tables, its routes, its consumer."""

    works: Works
    vault: Vault
    http: AsyncClient
    callers: Callers
    listener: Listener


@pytest.fixture
async def crm(
    engines: Engines, vault: Vault, app: FastAPI, callers: Callers, clock: FakeClock, broker: Broker
) -> AsyncIterator[Crm]:
    works = Works(engines.app, prepare=vault.unlock)
    known = reactions(vault, FakeChat(VISITOR), FakeVoice())
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with (
        AsyncClient(transport=transport, base_url="http://crm") as http,
        a_listener(broker, works, known, PARTICIPANT, clock) as listener,
    ):
        yield Crm(works, vault, http, callers, listener)


@dataclass
class Firm:
    """A workspace with one person in it, if any. `answers` is what staff were told."""

    crm: Crm
    id: UUID = field(default_factory=new_id)
    answers: list[int] = field(default_factory=list)
    messages: int = 0

    def __post_init__(self) -> None:
        self.talk = Conversation(self.id, EARLIER)
        self.headers = self.crm.callers.user(self.id, *SCOPES)

    async def enters(self) -> None:
        """Staff note the person, by an address that chat does not know."""
        said = {"emails": [ADA.value], "phones": [MOB.value]}
        made = await self.crm.http.post("/v1/contacts", json=said, headers=self.headers)
        self.answers.append(made.status_code)
        if made.status_code == HTTPStatus.CREATED:
            url, headers = f"/v1/contacts/{made.json()['id']}", self.headers | {"If-Match": "*"}
            await self.crm.http.patch(url, json={"name": "Ada L."}, headers=headers)

    async def hears(self) -> None:
        """The person writes in the chat, and is answered."""
        self.messages += 2
        asked, told = self.talk.received(self.messages - 1), self.talk.sent(self.messages)
        await self.crm.listener.tell(self.talk.started(), asked, told, source="chat")

    async def order(self) -> Order:
        """To erase them: crm may know them by what staff or chat know, or not at all."""
        return await self.crm.works.run(self.id, partial(_order, they=self.talk.subject_id))


async def _order(work: Work, *, they: UUID) -> Order:
    return Order(
        request_id=new_id(),
        round=1,
        position=1,
        fenced_at=NOON,
        restricted=False,
        indexes=named(work, ADA, MOB).indexes,
        subjects=(),
        elsewhere={"chat": (they,)},
    )


async def keep(does: Callable[[], Awaitable[None]], over: asyncio.Event) -> None:
    more = MORE
    await asyncio.sleep(random.uniform(0, SPREAD))
    while more:
        more -= over.is_set()
        await does()
        await asyncio.sleep(0)


async def survivors(crm: Crm, *, known: bool) -> dict[str, int]:
    """What is left of somebody who is written about all the while.

    Who is unknown is first written about in the moment in which the erasure begins.
    """
    firm, over = Firm(crm), asyncio.Event()
    await crm.works.run(firm.id, crm.vault.create_key)
    if known:
        await firm.hears()
        await crm.listener.all_heard(firm.id)
        await firm.enters()
    order = await firm.order()
    async with asyncio.TaskGroup() as tasks:
        erasing = tasks.create_task(crm.listener.erase(firm.id, order))
        if not known:
            await crm.listener.has_begun(order.request_id)
        writing = [firm.enters] * STAFF + [firm.hears]
        for does in writing:
            tasks.create_task(keep(does, over))
        gone = await erasing
        over.set()
    await crm.listener.all_heard(firm.id)
    assert firm.answers[-MORE:] == [HTTPStatus.GONE] * MORE, firm.answers
    assert not known or gone["contacts"], gone
    return await crm.works.run(firm.id, people_left)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    "runs", [4, pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(400)])]
)
async def test_whoever_is_written_about_all_the_while_leaves_nothing(
    crm: Crm, runs: int, *, known: bool
) -> None:
    left: list[dict[str, int]] = []
    while len(left) < runs:
        left += await asyncio.gather(*(survivors(crm, known=known) for _ in range(AT_ONCE)))

    assert left == [{}] * runs
