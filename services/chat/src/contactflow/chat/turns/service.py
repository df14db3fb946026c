"""How a turn comes out."""

from datetime import datetime

from contactflow.chat.conversations.messages import Message
from contactflow.chat.conversations.model import Conversation
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.service import Conversations
from contactflow.chat.turns.plan import Answered, GivenUp, Noted, Outcome


async def settle(
    conversations: Conversations,
    conversation: Conversation,
    *,
    outcome: Outcome,
    pace: Pace,
    at: datetime,
) -> Message | None:
    """Say what came out, unless it may not be said any more; plan the next turn if one waits."""
    if not conversation.awaits(outcome.turn):
        return None
    message = await _said(conversations, conversation, outcome, at)
    conversations.put(message)
    if conversation.waiting_since:
        due = pace.due(conversation.waiting_since, at)
        await conversations.answer_later(conversation, at=due)
    return message


async def _said(
    conversations: Conversations, conversation: Conversation, outcome: Outcome, at: datetime
) -> Message:
    if isinstance(outcome, Answered | Noted) and not conversation.visitor.restricted:
        late = await conversations.unanswered_since(conversation, after=outcome.seq)
        if isinstance(outcome, Answered):
            return conversation.answer(
                outcome.text, version=outcome.version, unanswered_since=late, at=at
            )
        again = await conversations.noted(conversation, outcome.right)
        return conversation.note(outcome.right, again=again, unanswered_since=late, at=at)
    occasion = outcome.occasion if isinstance(outcome, GivenUp) else "ai_unavailable"
    return conversation.give_up(occasion, at=at)
