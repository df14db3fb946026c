"""What can be done with sessions, on ports in memory."""

from datetime import datetime

import pytest

from contactflow.chat.sessions import service
from contactflow.chat.sessions.door import Entrance
from contactflow.chat.sessions.model import LIFE
from contactflow.chat.sessions.service import Opened, Visitor
from contactflow.kernel import hashed_token, new_id
from contactflow.testing.agents import bo
from services.chat.tests.fakes import InMemorySessions

ADA = Visitor("fr", {"name": "Ada", "email": "ada@example.com"})


@pytest.fixture
def channel() -> Entrance:
    return Entrance(new_id(), new_id(), new_id(), ())


async def opened(sessions: InMemorySessions, channel: Entrance, at: datetime) -> Opened:
    return await service.open_session(sessions, channel=channel, visitor=ADA, token="t", at=at)


async def test_a_session_begins_with_the_disclosure(channel: Entrance, at: datetime) -> None:
    sessions = InMemorySessions()

    session, disclosure = await opened(sessions, channel, at)

    assert sessions.conversations.messages == [disclosure]
    assert (disclosure.seq, disclosure.kind) == (1, "disclosure")
    assert (session.expires_at, session.token_hash) == (at + LIFE, hashed_token("t"))


async def test_a_greeting_comes_after_the_disclosure(channel: Entrance, at: datetime) -> None:
    sessions = InMemorySessions()
    await sessions.agents.keep(bo(channel.agent_id, greeting="Salut"))

    await opened(sessions, channel, at)

    assert [one.kind for one in sessions.conversations.messages] == ["disclosure", "text"]
    assert sessions.conversations.messages[1].text == "Salut"


async def test_two_visitors_who_claim_the_same_are_two_people(
    channel: Entrance, at: datetime
) -> None:
    sessions = InMemorySessions()

    first, second = [await opened(sessions, channel, at) for _ in range(2)]

    assert first.session.subject_id != second.session.subject_id


async def test_a_visitor_is_forgotten_when_their_session_is_over(
    channel: Entrance, at: datetime
) -> None:
    sessions = InMemorySessions()

    session, _ = await opened(sessions, channel, at)

    assert sessions.forgotten_at == {session.conversation_id: at + LIFE}
