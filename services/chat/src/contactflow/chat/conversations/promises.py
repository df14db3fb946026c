"""What a conversation promises for later: an answer of the AI."""

from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class AnswerTurn(BaseModel):
    """Which conversation waits; everything else is looked up when it is due."""

    workspace_id: UUID
    conversation_id: UUID


ANSWER = Promise("chat.turn.answer", AnswerTurn)
