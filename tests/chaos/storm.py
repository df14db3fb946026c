"""A storm: clients who go on while something is broken, and the reckoning afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from httpx import HTTPError

from contactflow.events.contacts import ContactCreated
from tests.chaos import reading
from tests.chaos.crowd import Clients, Talk, a_talk
from tests.chaos.history import History, Outcome
from tests.chaos.oracle import Seen, Verdict, answered, compare, judge
from tests.e2e.house import House
from tests.e2e.people import Business

SETTLES = 10.0
"""Seconds within which everything is as promised, once nothing is broken any more."""
BACKLOG = 10.0
"""Seconds more where clients went on for half a minute or a whole one, and all of it waited."""
VISITORS = 2  # of each business; one more is served by a human
AGAIN = 0.5
PROMISED = {200, 201, 202}
REFUSED = {503, 409}
"""What a client may be told while something is away; 409 is for a key that is still at work."""
LIMITED = {429}
"""What a visitor is told who writes several times a second for half a minute or longer."""


@dataclass
class Storm:
    """Who talks in it, and what they were told. `begun` counts those that began to write."""

    house: House
    businesses: Sequence[Business]
    clients: Clients
    talks: list[Talk] = field(default_factory=list)

    @property
    def history(self) -> History:
        """Every operation of it."""
        return self.clients.history

    @property
    def statuses(self) -> set[int]:
        """What clients were answered so far."""
        return {status for one in self.history for status in one.statuses}

    async def progress(self, operations: int, longest: float = 30) -> None:
        """Return when so many more were acknowledged: the fault then meets a house at work."""
        enough = self.history.count(Outcome.OK) + operations
        async with asyncio.timeout(longest):
            while self.history.count(Outcome.OK) < enough:
                await asyncio.sleep(0.02)

    async def settles(self, longest: float) -> Verdict | str:
        """What is still wrong after `longest` seconds; nothing as soon as nothing is."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while wrong := await self._seen_now():
            if loop.time() > begun + longest:
                break
            await asyncio.sleep(AGAIN)
        return wrong

    async def _seen_now(self) -> Verdict | str:
        """A house that does not answer has not settled."""
        try:
            return await self.verdict()
        except HTTPError as error:
            return repr(error)

    async def verdict(self) -> Verdict:
        """A full read: conversations, streams, contacts, timelines, topics, dead letters."""
        held = [await reading.messages(talk) for talk in self.talks]
        said = [one for many in held for one in many if one.author in {"visitor", "staff"}]
        books = [one for firm in self.businesses for one in await reading.contacts(firm)]
        ours = [one for one in books if one.text.startswith(self.history.mark)]
        verdict = judge(self.history, [*said, *ours])
        for talk, found in zip(self.talks, held, strict=True):
            by_human = await self._by_human(talk)
            verdict += compare(found, talk.heard) + answered(found, by_human=by_human)
            verdict += await reading.timeline(talk)
        for firm in self.businesses:
            verdict += await reading.visitors(firm, books)
        return verdict + await self._topics([one for many in held for one in many], books)

    async def _by_human(self, talk: Talk) -> bool:
        found = await talk.business.conversation(talk.place)
        return bool(found["status"] == "handed_off")

    async def _topics(self, held: Sequence[Seen], books: Sequence[Seen]) -> Verdict:
        broker, places = self.house.broker, {talk.place for talk in self.talks}
        workspaces = {one.workspace for one in books}
        messages = [
            one for one in await reading.told(broker, *reading.MESSAGES) if one.place in places
        ]
        created = [
            one for one in await reading.told(broker, ContactCreated) if one.workspace in workspaces
        ]
        announced = [one for one in held if one.seq > 1]  # the disclosure is no event
        letters = await reading.dead_letters(broker)
        return compare(announced, messages) + compare(books, created) + letters


@asynccontextmanager
async def a_storm(
    house: House, businesses: Sequence[Business], *, seed: int = 1, patience: float = 0
) -> AsyncIterator[Storm]:
    """Visitors, staff and their lists, at work until the end of the block; listeners go on.

    Afterwards everything has to settle: that is asserted here, after every fault. `patience` are
    seconds more, where what waited is a lot.
    """
    storm = Storm(house, businesses, Clients(History(), random.Random(seed)))
    for business in businesses:
        storm.talks += [await a_talk(business) for _ in range(VISITORS + 1)]
    async with asyncio.TaskGroup() as listening:
        listeners = [listening.create_task(talk.listens()) for talk in storm.talks]
        async with asyncio.TaskGroup() as writing:
            for talk in storm.talks:
                writing.create_task(talk.speaks(storm.clients))
            for talk in storm.talks[:: VISITORS + 1]:
                writing.create_task(talk.is_served(storm.clients))
                writing.create_task(talk.fills_the_book(storm.clients))
            yield storm
            storm.clients.over.set()
        wrong = await storm.settles(SETTLES + patience)
        for listener in listeners:
            listener.cancel()
    for talk in storm.talks:
        await talk.visitor.http.aclose()
    assert not wrong, wrong
