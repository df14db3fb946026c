"""The rules of a conversation."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from contactflow.chat.conversations.errors import ConversationClosedError
from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.participants import Participant
from contactflow.kernel import new_id
from contactflow.testing.people import a_person


def write(conversation: Conversation, at: datetime, text: str = "Bonjour") -> Message:
    return conversation.receive(text, client_key=new_id(), pace=Pace(), at=at)


def types(conversation: Conversation) -> list[str]:
    return [event.type for event, *_ in conversation.recorded()]


def test_the_first_item_discloses_the_ai_in_the_visitors_language(at: datetime) -> None:
    visitor = Participant.of(a_person(), locale="fr")
    opened = Conversation.open(visitor, channel_id=new_id(), agent_id=new_id(), at=at)

    first = opened.disclose(at=at)

    assert (first.seq, first.kind, first.wording_id) == (1, "disclosure", "disclosure.fr.1")
    assert "assistant IA" in (first.text or "")


def test_an_opened_widget_tells_nobody(conversation: Conversation) -> None:
    assert types(conversation) == []


def test_a_conversation_starts_with_the_first_message(
    conversation: Conversation, at: datetime
) -> None:
    write(conversation, at)
    write(conversation, at)

    assert types(conversation) == ["conversation.started", "message.received", "message.received"]


def test_a_message_belongs_to_the_visitor_and_tells_its_place(
    conversation: Conversation, at: datetime
) -> None:
    message = write(conversation, at)

    _, (event, version, _) = conversation.recorded()
    assert message.subject_id == conversation.visitor.subject_id
    assert (event.seq, event.message_count, version) == (2, 2, 2)  # type: ignore[attr-defined]


def test_a_newer_message_makes_the_pending_answer_unsendable(
    conversation: Conversation, at: datetime
) -> None:
    write(conversation, at)
    pending = conversation.turn

    write(conversation, at + timedelta(seconds=3))

    assert not conversation.awaits(pending)
    assert conversation.awaits(conversation.turn)


def test_after_the_limit_a_newer_message_waits_for_the_next_answer(
    conversation: Conversation, at: datetime
) -> None:
    write(conversation, at)
    pending = conversation.turn

    write(conversation, at + timedelta(seconds=15))

    assert conversation.awaits(pending)


def test_an_answer_ends_the_turn(conversation: Conversation, at: datetime) -> None:
    write(conversation, at)
    turn = conversation.turn

    answer = conversation.answer("Oui", version=3, unanswered_since=None, at=at)

    assert not conversation.awaits(turn)
    assert not conversation.awaits(conversation.turn)
    assert (answer.author, conversation.agent_version) == ("agent", 3)


HUMANS: dict[str, Callable[[Conversation, datetime], object]] = {
    "reply": lambda conversation, at: conversation.reply("Me voici", at=at),
    "hand off": lambda conversation, at: conversation.hand_off("staff", at=at),
    "close": lambda conversation, at: conversation.close(at=at),
}


@pytest.mark.parametrize("human", HUMANS)
def test_a_human_makes_the_pending_answer_unsendable(
    conversation: Conversation, at: datetime, human: str
) -> None:
    write(conversation, at)
    turn = conversation.turn

    HUMANS[human](conversation, at)

    assert not conversation.awaits(turn)
    assert not conversation.awaits(conversation.turn)


def test_after_a_takeover_a_message_waits_for_no_ai(
    conversation: Conversation, at: datetime
) -> None:
    conversation.reply("Me voici", at=at)

    write(conversation, at)

    assert conversation.waiting_since is None
    assert not conversation.awaits(conversation.turn)


@pytest.mark.parametrize("human", ["hand off", "close"])
def test_twice_is_once(conversation: Conversation, at: datetime, human: str) -> None:
    HUMANS[human](conversation, at)
    conversation.recorded()

    HUMANS[human](conversation, at)

    assert types(conversation) == []


def test_who_gives_up_says_so_and_hands_over(conversation: Conversation, at: datetime) -> None:
    write(conversation, at)
    conversation.recorded()

    said = conversation.give_up("ai_unavailable", at=at)

    assert types(conversation) == ["message.sent", "conversation.handed_off"]
    assert (said.author, said.wording_id) == ("system", "ai_unavailable.fr.1")
    assert conversation.status == "handed_off"


def test_a_right_is_told_once_and_the_ai_goes_on(conversation: Conversation, at: datetime) -> None:
    write(conversation, at)
    turn = conversation.turn
    conversation.recorded()

    said = conversation.note("erasure", again=False, unanswered_since=None, at=at)
    conversation.note("erasure", again=True, unanswered_since=None, at=at)

    assert types(conversation) == ["message.sent", "conversation.privacy_requested", "message.sent"]
    assert (said.author, said.wording_id) == ("system", "privacy_erasure.fr.1")
    assert (conversation.status, conversation.awaits(turn)) == ("open", False)


@pytest.mark.parametrize("human", ["reply", "hand off"])
def test_nobody_writes_in_a_closed_conversation(
    conversation: Conversation, at: datetime, human: str
) -> None:
    conversation.close(at=at)

    with pytest.raises(ConversationClosedError):
        write(conversation, at)
    with pytest.raises(ConversationClosedError):
        HUMANS[human](conversation, at)
