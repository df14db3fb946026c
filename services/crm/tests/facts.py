"""Facts as chat tells them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contactflow.events import Event, Fact
from contactflow.events.conversations import (
    ConversationClosed,
    ConversationHandedOff,
    ConversationStarted,
    MessageReceived,
    MessageSent,
)
from contactflow.kernel import new_id


class Conversation:
    """One visitor's conversation, as its events tell it."""

    def __init__(self, workspace_id: UUID, at: datetime) -> None:
        self.id, self.subject_id = new_id(), new_id()
        self.workspace_id, self._at = workspace_id, at

    def started(self) -> Fact[Any]:
        return self._fact(1, ConversationStarted)

    def received(self, number: int = 1) -> Fact[Any]:
        message = {"message_id": new_id(), "seq": number, "message_count": number}
        return self._fact(1 + number, MessageReceived, **message)

    def sent(self, number: int = 2) -> Fact[Any]:
        message = {"message_id": new_id(), "seq": number, "message_count": number}
        return self._fact(1 + number, MessageSent, **message, author="agent")

    def handed_off(self) -> Fact[Any]:
        return self._fact(8, ConversationHandedOff, reason="staff")

    def closed(self) -> Fact[Any]:
        return self._fact(9, ConversationClosed)

    def _fact(self, version: int, event: type[Event], **more: Any) -> Fact[Any]:
        ids = {"conversation_id": self.id, "subject_id": self.subject_id}
        body = event.model_validate({**ids, "channel": "web", **more})
        return Fact(new_id(), self.workspace_id, self.id, version, self._at, body)
