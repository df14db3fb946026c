"""Streams that look together: few transactions, and each gets its own all the same."""

import asyncio
from asyncio import Task, TaskGroup
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import TextClause, text

from contactflow.chat.sessions.door import Door
from contactflow.chat.settings import ChatSettings
from contactflow.chat.streams.looks import Looks
from contactflow.chat.streams.queries import Place
from contactflow.kernel import GoneError, UnavailableError
from contactflow.persistence import Work, Works
from contactflow.runtime import Platform
from contactflow.testing.tokens import Callers
from contactflow.vault import UnsealError
from services.chat.tests.conftest import STAFF
from services.chat.tests.visitors import Visitor, Visitors

FAILED = "failed"
Texts = list[str] | None


class Held(Works):
    """Notes whose units of work begin; each waits until all may go on."""

    def __init__(self, works: Works) -> None:
        super().__init__(works.engine, works.prepare)
        self.begun: list[UUID] = []
        self.faults: list[Exception] = []
        self.all_may_go_on = asyncio.Event()

    @asynccontextmanager
    async def begin(self, workspace_id: UUID) -> AsyncIterator[Work]:
        self.begun.append(workspace_id)
        await self.all_may_go_on.wait()
        if self.faults:
            raise self.faults.pop()
        async with super().begin(workspace_id) as work:
            yield work


class Crowd:
    """Streams that ask, each in a task of its own."""

    def __init__(self, on: Platform[ChatSettings], tasks: TaskGroup) -> None:
        self.works = Held(on.works)
        self.looks = Looks(self.works)
        self._on, self._door, self._tasks = on, Door(on.system), tasks

    async def ask(self, visitor: Visitor, seq: int = 0) -> Task[Texts]:
        """It has asked, and waits."""
        guest = await self._door.guest(visitor.session["token"], at=self._on.clock())
        place = Place(guest.session_id, guest.conversation_id, seq)
        asking = self._tasks.create_task(self._texts(guest.workspace_id, place))
        await asyncio.sleep(0)
        return asking

    async def _texts(self, workspace_id: UUID, place: Place) -> Texts:
        try:
            new = await self.looks.new(workspace_id, place)
            return None if new is None else [row.text for row in new if row.kind == "text"]
        except (UnsealError, RuntimeError):
            return [FAILED]

    async def answers(self, *asking: Task[Texts]) -> list[Texts]:
        """What they get, once all may go on; the disclosure is left out."""
        self.works.all_may_go_on.set()
        return await answers(*asking)


async def answers(*asking: Task[Texts]) -> list[Texts]:
    """What they get."""
    async with asyncio.timeout(10):
        return await asyncio.gather(*asking)


@pytest.fixture
async def crowd(on: Platform[ChatSettings]) -> AsyncIterator[Crowd]:
    async with TaskGroup() as tasks:
        yield Crowd(on, tasks)


async def who_said(visitors: Visitors, *texts: str) -> list[Visitor]:
    """One visitor for each."""
    come = [await visitors.come() for _ in texts]
    for visitor, said in zip(come, texts, strict=True):
        await visitor.send(said)
    return come


async def test_who_comes_while_a_look_runs_shares_the_next(
    crowd: Crowd, visitors: Visitors
) -> None:
    one, *others = await who_said(visitors, "One", "Two", "Three", "Four")

    asking = [await crowd.ask(one)] + [await crowd.ask(other) for other in others]

    assert await crowd.answers(*asking) == [["One"], ["Two"], ["Three"], ["Four"]]
    assert len(crowd.works.begun) == 2


async def test_streams_of_one_conversation_go_on_from_their_own_places(
    crowd: Crowd, visitors: Visitors
) -> None:
    [visitor] = await who_said(visitors, "Hello")
    await visitor.send("Again")

    asking = [await crowd.ask(visitor, seq) for seq in (1, 2, 3, 0)]

    assert await crowd.answers(*asking) == [["Hello", "Again"], ["Again"], [], ["Hello", "Again"]]


async def test_more_than_fit_into_one_look_are_all_answered(
    crowd: Crowd, visitors: Visitors
) -> None:
    crowd.looks = Looks(crowd.works, together=2)
    come = await who_said(visitors, "1", "2", "3", "4", "5")

    asking = [await crowd.ask(visitor) for visitor in come]

    assert await crowd.answers(*asking) == [["1"], ["2"], ["3"], ["4"], ["5"]]
    assert len(crowd.works.begun) == 3


async def test_no_workspace_waits_for_another(
    crowd: Crowd,
    visitors: Visitors,
    http: AsyncClient,
    callers: Callers,
    works: Works,
    other_workspace_id: UUID,
) -> None:
    staff = callers.user(other_workspace_id, *STAFF)
    elsewhere = await Visitors.welcome(
        http, callers, staff, works, other_workspace_id, visitors.gateway
    )
    [here], [there] = await who_said(visitors, "Here"), await who_said(elsewhere, "There")

    asking = [await crowd.ask(one) for one in (here, there)]

    assert crowd.works.begun == [visitors.workspace_id, other_workspace_id]
    assert await crowd.answers(*asking) == [["Here"], ["There"]]


@pytest.mark.parametrize("leaving", [0, 1], ids=["who looks for all", "who waits"])
async def test_who_leaves_leaves_the_others_their_answer(
    crowd: Crowd, visitors: Visitors, leaving: int
) -> None:
    texts = ["One", "Two", "Three"]
    asking = [await crowd.ask(visitor) for visitor in await who_said(visitors, *texts)]

    asking.pop(leaving).cancel()
    texts.pop(leaving)

    assert await crowd.answers(*asking) == [[one] for one in texts]


async def test_a_session_that_is_gone_ends_no_other_stream(
    crowd: Crowd, visitors: Visitors, works: Works
) -> None:
    come = await who_said(visitors, "One", "Two", "Three")
    asking = [await crowd.ask(visitor) for visitor in come]

    erased = await visitors.subject_of(come[1])
    await works.run(visitors.workspace_id, lambda work: change(work, ERASE, erased))

    assert await crowd.answers(*asking) == [["One"], None, ["Three"]]


async def test_a_message_that_cannot_be_opened_is_in_nobody_s_way(
    crowd: Crowd, visitors: Visitors, works: Works
) -> None:
    come = await who_said(visitors, "One", "Two", "Three")
    first, second, third = [await crowd.ask(visitor) for visitor in come]

    damaged = await visitors.subject_of(come[1])
    await works.run(visitors.workspace_id, lambda work: change(work, DAMAGE, damaged))

    assert await crowd.answers(first, second, third) == [["One"], [FAILED], ["Three"]]


async def test_a_database_that_is_away_tells_nobody_anything_and_ends_no_stream(
    crowd: Crowd, visitors: Visitors
) -> None:
    come = await who_said(visitors, "One", "Two", "Three")
    crowd.works.faults = [UnavailableError(), UnavailableError()]

    away = await crowd.answers(*[await crowd.ask(visitor) for visitor in come])
    back = await crowd.answers(*[await crowd.ask(visitor) for visitor in come])

    assert away == [[], [], []]
    assert back == [["One"], ["Two"], ["Three"]]


async def test_a_database_that_says_nothing_is_as_good_as_away(
    crowd: Crowd, visitors: Visitors
) -> None:
    crowd.looks = Looks(crowd.works, patience=1.0)
    come = await who_said(visitors, "One", "Two")

    silent = await answers(*[await crowd.ask(visitor) for visitor in come])
    back = await crowd.answers(*[await crowd.ask(visitor) for visitor in come])

    assert silent == [[], []]
    assert back == [["One"], ["Two"]]


async def test_a_workspace_that_is_closed_ends_every_stream(
    crowd: Crowd, visitors: Visitors
) -> None:
    come = await who_said(visitors, "One", "Two", "Three")
    crowd.works.faults = [GoneError(), GoneError()]

    asking = [await crowd.ask(visitor) for visitor in come]

    assert await crowd.answers(*asking) == [None, None, None]


async def test_after_an_error_the_next_looks_for_the_others(
    crowd: Crowd, visitors: Visitors
) -> None:
    come = await who_said(visitors, "One", "Two", "Three")
    crowd.works.faults = [RuntimeError()]

    asking = [await crowd.ask(visitor) for visitor in come]

    assert await crowd.answers(*asking) == [[FAILED], ["Two"], ["Three"]]


ERASE = text("DELETE FROM subjects WHERE id = :subject_id")
DAMAGE = text("UPDATE subjects SET wrapped_key = '\\x00' WHERE id = :subject_id")


async def change(work: Work, statement: TextClause, subject_id: UUID) -> None:
    await work.rows(statement, {"subject_id": subject_id})
