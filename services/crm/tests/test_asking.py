"""One question, however many want to know."""

import asyncio
from uuid import UUID

import pytest

from contactflow.crm.asking import Shared
from contactflow.kernel import UnavailableError, new_id
from contactflow.testing.waiting import until


class Chat:
    """Answers when it is let; each answer is another."""

    def __init__(self) -> None:
        self.asked: list[UUID] = []
        self.go_on = asyncio.Event()
        self.is_down = False

    async def visitor(self, _: UUID, subject_id: UUID) -> int:
        self.asked.append(subject_id)
        number = len(self.asked)
        await self.go_on.wait()
        if self.is_down:
            raise UnavailableError
        return number


async def test_who_asks_at_the_same_moment_shares_an_answer_no_older_than_the_question() -> None:
    chat, workspace_id, ada = Chat(), new_id(), new_id()
    ask = Shared(chat.visitor)

    async with asyncio.TaskGroup() as tasks:
        together = [tasks.create_task(ask(workspace_id, ada)) for _ in range(3)]
        await until(lambda: chat.asked)
        later = tasks.create_task(ask(workspace_id, ada))
        await until(lambda: len(chat.asked) == 2)
        chat.go_on.set()

    assert [one.result() for one in together] == [1, 1, 1]
    assert later.result() == 2


async def test_each_person_of_each_workspace_is_a_question_of_their_own() -> None:
    chat, mine, theirs, ada, bob = Chat(), new_id(), new_id(), new_id(), new_id()
    ask = Shared(chat.visitor)

    async with asyncio.TaskGroup() as tasks:
        for workspace_id, subject_id in ((mine, ada), (mine, bob), (theirs, ada)):
            tasks.create_task(ask(workspace_id, subject_id))
        await until(lambda: len(chat.asked) == 3)
        chat.go_on.set()

    assert sorted(chat.asked) == sorted([ada, bob, ada])


async def test_who_waits_asks_when_the_one_who_asked_was_called_off() -> None:
    chat, workspace_id, ada = Chat(), new_id(), new_id()
    ask = Shared(chat.visitor)

    async with asyncio.TaskGroup() as tasks:
        first, second = (tasks.create_task(ask(workspace_id, ada)) for _ in range(2))
        await until(lambda: chat.asked)
        first.cancel()
        await until(lambda: len(chat.asked) == 2)
        chat.go_on.set()

    assert second.result() == 2


async def test_an_error_is_not_kept() -> None:
    chat, workspace_id, ada = Chat(), new_id(), new_id()
    ask = Shared(chat.visitor)
    chat.is_down = True
    chat.go_on.set()
    with pytest.raises(UnavailableError):
        await ask(workspace_id, ada)
    chat.is_down = False

    assert await ask(workspace_id, ada) == 2
