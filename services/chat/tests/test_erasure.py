"""Visitors are erased, and those they talked with keep their words: on chat's own tables."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, text, update

from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.participants import Participant
from contactflow.chat.sessions.handlers import forgetting
from contactflow.chat.sessions.model import LIFE, Session
from contactflow.chat.settings import ChatSettings
from contactflow.erasure.queries import deleted
from contactflow.erasure.residue import residue
from contactflow.messaging import Jobs
from contactflow.persistence import Work, Works
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.rounds import erased, named
from contactflow.vault import Email
from services.chat.tests.visitors import Visitor, Visitors

ADA = Email("ada@example.com")
CLAIM = {"name": "Ada", "email": ADA.value}
TABLES = ("subjects", "participants", "messages", "sessions", "conversations")


async def rows(works: Works, workspace_id: UUID) -> dict[str, int]:
    async def look(work: Work) -> dict[str, int]:
        counts = {one: text(f"SELECT count(*) FROM {one}") for one in TABLES}
        return {one: (await work.rows(count)).scalar_one() for one, count in counts.items()}

    return await works.run(workspace_id, look)


async def erase(visitors: Visitors, subject_id: UUID) -> dict[str, int]:
    async def body(work: Work) -> dict[str, int]:
        only = frozenset({subject_id})
        what = await erased(work, ADA, by="chat", subjects=only)
        assert await residue(work, named(work, chat=(subject_id,)), by="chat") == {}
        return await deleted(work, what.request_id)

    return await visitors.works.run(visitors.workspace_id, body)


async def test_an_erased_visitors_conversation_goes_and_their_session_has_ended(
    visitors: Visitors,
) -> None:
    ada = await visitors.come(visitor=CLAIM)
    await ada.send("Hello")
    before = await rows(visitors.works, visitors.workspace_id)

    gone = await erase(visitors, await visitors.subject_of(ada))

    assert gone == before | {"subject_identities": 1}
    assert gone["conversations"] == 1
    refused = await ada.send("Are you there?")
    assert (refused.status_code, refused.json()["code"]) == (401, "session_ended")
    assert await rows(visitors.works, visitors.workspace_id) == dict.fromkeys(TABLES, 0)


async def test_nobody_is_left_to_forget_when_the_session_of_an_erased_visitor_is_over(
    visitors: Visitors, on: Platform[ChatSettings], clock: FakeClock
) -> None:
    ada = await visitors.come(visitor=CLAIM)
    await erase(visitors, await visitors.subject_of(ada))
    due = Jobs(on.works, on.system, [forgetting()], clock=clock, changes=on.changes, slots=1000)

    clock.advance(LIFE)
    await due.once()

    left = text("SELECT code FROM jobs WHERE name = 'chat.visitor.forget'")
    jobs = await on.works.run(visitors.workspace_id, lambda work: work.rows(left))
    assert jobs.all() == []


async def test_erasing_one_of_two_who_talk_leaves_the_words_of_the_other(
    visitors: Visitors,
) -> None:
    ada, eve = await visitors.come(visitor=CLAIM), await visitors.come()
    for visitor in (ada, eve):
        await visitor.send("Hello")
    hers, eves = await visitors.subject_of(ada), await visitors.subject_of(eve)
    await together(visitors, ada, eve)

    gone = await erase(visitors, hers)

    assert "conversations" not in gone
    assert gone["messages"] == 2
    left = await rows(visitors.works, visitors.workspace_id)
    assert left == dict.fromkeys(TABLES, 1) | {"messages": 2}
    assert (await erase(visitors, eves))["conversations"] == 1


async def together(visitors: Visitors, one: Visitor, other: Visitor) -> None:
    """Two conversations become one, as no route does yet."""

    async def move(work: Work) -> None:
        for model in (Participant, Session):
            await work.rows(update(model).where(theirs(model)).values(**here))
        later = {"seq": Message.seq + 100}
        await work.rows(update(Message).where(theirs(Message)).values(**here, **later))
        await work.rows(delete(Conversation).where(Conversation.id == other.conversation_id))

    def theirs(model: Any) -> ColumnElement[bool]:
        return model.conversation_id == other.conversation_id  # type: ignore[no-any-return]

    here = {"conversation_id": one.conversation_id}
    await visitors.works.run(visitors.workspace_id, move)
