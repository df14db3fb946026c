"""A conversation to test with."""

from datetime import UTC, datetime

import pytest

from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.participants import Participant
from contactflow.kernel import new_id
from contactflow.testing.people import a_person

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def conversation(at: datetime) -> Conversation:
    """Opened, disclosed, nothing said yet."""
    visitor = Participant.of(a_person(), locale="fr")
    opened = Conversation.open(visitor, channel_id=new_id(), agent_id=new_id(), at=at)
    opened.disclose(at=at)
    return opened
