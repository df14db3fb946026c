"""What the fences cost an ordinary insert: the same use cases with and without them, in turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import contactflow.chat.worker  # noqa: F401  registers every table
from contactflow.chat.channels.model import Channel
from contactflow.chat.conversations import service as conversations
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.repository import SqlConversations
from contactflow.chat.sessions import service as sessions
from contactflow.chat.sessions.repository import SqlSessions
from contactflow.kernel import new_id, system_clock
from contactflow.persistence import Work, Works
from contactflow.testing.database import fresh_database
from contactflow.testing.postgres import Postgres
from contactflow.vault import RootKey, Subjects, Vault
from contactflow.vault.indexes import BlindIndex

ROUNDS: Final = 61
SECONDS: Final = 1.0
WRITERS: Final = 4
KNOWN: Final = 200
FENCES: Final = text("""
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
    FROM pg_constraint WHERE contype = 'f' AND confrelid = 'subjects'::regclass
""")
Insert = Callable[["House", UUID], Awaitable[None]]


class Unfenced(Subjects):
    """Locks nothing, and asks nobody who was erased."""

    async def _shut(self, _: Collection[BlindIndex]) -> None:
        return


class Target(NamedTuple):
    """Where visitors come in."""

    channel_id: UUID
    agent_id: UUID


@dataclass(frozen=True, slots=True)
class House:
    """A chat of its own, with its fences or without."""

    works: Works
    workspace_id: UUID
    target: Target
    people: type[Subjects]


class Cost(NamedTuple):
    """Inserts a second with and without the fences, round by round."""

    fenced: list[float]
    bare: list[float]

    @property
    def percent(self) -> float:
        """How much longer one takes with them: the median of the rounds, each its own pair."""
        pairs = zip(self.bare, self.fenced, strict=True)
        return (median(bare / fenced for bare, fenced in pairs) - 1) * 100


async def newcomer(house: House, _: UUID) -> None:
    """Somebody opens the chat, and says who they are."""
    await opened(house)


async def message(house: House, conversation_id: UUID) -> None:
    """Somebody who is there writes."""
    async with house.works.begin(house.workspace_id) as work:
        await conversations.receive(
            SqlConversations(work),
            conversation_id=conversation_id,
            text="When do you open on Saturday?",
            client_message_id=new_id().hex,
            pace=Pace(),
            at=system_clock(),
        )


async def measure(postgres: Postgres) -> dict[str, Cost]:
    """Both kinds of insert, as the product does them."""
    async with a_house(postgres, Subjects) as fenced, a_house(postgres, Unfenced) as bare:
        return {
            "a message of somebody known": await _cost(message, fenced, bare),
            "somebody new": await _cost(newcomer, fenced, bare),
        }


async def _cost(insert: Insert, *houses: House) -> Cost:
    """The first round only warms up; who begins changes with each."""
    people = [[await opened(house) for _ in range(KNOWN)] for house in houses]
    rates: list[list[float]] = [[] for _ in houses]
    for number in range(ROUNDS):
        order = [*range(len(houses))]
        for which in order if number % 2 else reversed(order):
            rates[which].append(await _rate(insert, houses[which], people[which]))
    return Cost(*(kept[1:] for kept in rates))


async def _rate(insert: Insert, house: House, people: list[UUID]) -> float:
    """A second, all writers together."""
    end = time.perf_counter() + SECONDS

    async def write(mine: Iterable[UUID]) -> int:
        count = 0
        for count, one in enumerate(cycle(mine)):  # noqa: B007  what it came to
            if time.perf_counter() > end:
                break
            await insert(house, one)
        return count

    shares = (islice(people, number, None, WRITERS) for number in range(WRITERS))
    return sum(await asyncio.gather(*map(write, map(list, shares)))) / SECONDS


async def opened(house: House) -> UUID:
    """The conversation of somebody new."""
    visitor = sessions.Visitor("en", {"name": "Ada", "email": f"{new_id().hex}@example.com"})
    async with house.works.begin(house.workspace_id) as work:
        store = SqlSessions(work)
        store.people = house.people(work)
        begun = await sessions.open_session(
            store, channel=house.target, visitor=visitor, token=new_id().hex, at=system_clock()
        )
        return begun.session.conversation_id


@asynccontextmanager
async def a_house(postgres: Postgres, people: type[Subjects]) -> AsyncIterator[House]:
    """A database as migrations make it; without fences it has no key to `subjects`."""
    async with fresh_database(postgres, "chat", "migrations") as engines:
        if people is Unfenced:
            await _unfence(engines.owner)
        vault, workspace_id = Vault(RootKey(bytes(32)), {1: b"index"}), new_id()
        works = Works(engines.app, prepare=vault.unlock)
        await works.run(workspace_id, vault.create_key)
        async with works.begin(workspace_id) as work:
            target = a_target(work)
        yield House(works, workspace_id, target, people)


def a_target(work: Work) -> Target:
    """A web channel, made in this transaction."""
    channel = Channel.create(
        work.workspace_id, name="Site", agent_id=new_id(), allowed_origins=(), at=system_clock()
    )
    work.session.add(channel)
    return Target(channel.id, channel.agent_id)


async def _unfence(owner: AsyncEngine) -> None:
    async with owner.begin() as connection:
        statements: Any = (await connection.execute(FENCES)).scalars()
        for statement in statements.all():
            await connection.exec_driver_sql(statement)
