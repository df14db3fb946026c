"""A conversation: one visitor, an AI agent and staff, and whose turn it is."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, relationship

from contactflow.chat.conversations.errors import ConversationClosedError
from contactflow.chat.conversations.messages import Author, Kind, Message
from contactflow.chat.conversations.pace import Pace
from contactflow.chat.conversations.participants import Participant
from contactflow.chat.conversations.wordings import Occasion, noted, wording
from contactflow.events import conversations as events
from contactflow.kernel import new_id
from contactflow.persistence import Aggregate, Base, references
from contactflow.vault import lives_by, neutral

Status = Literal["open", "handed_off", "closed"]


class Conversation(Aggregate, Base):
    """About nobody: its participant and its messages are the visitor's.

    `seq` is the place of the newest message. `turn` is the token of the AI's turn: it changes
    whenever an answer that is being prepared must not be sent any more. `waiting_since` is when
    the visitor first said what the AI has not answered yet.
    """

    __tablename__ = "conversations"
    __table_args__ = ({"info": lives_by("participants")},)

    channel_id: Mapped[UUID] = neutral()
    channel: Mapped[events.Channel] = neutral(type_=String())
    agent_id: Mapped[UUID] = neutral()
    agent_version: Mapped[int | None] = neutral()
    status: Mapped[Status] = neutral(type_=String())
    seq: Mapped[int] = neutral()
    turn: Mapped[int] = neutral()
    waiting_since: Mapped[datetime | None] = neutral()
    started_at: Mapped[datetime | None] = neutral()
    last_message_at: Mapped[datetime | None] = neutral()
    visitor: Mapped[Participant] = relationship(
        lazy="raise", passive_deletes=True, overlaps="person"
    )

    @classmethod
    def open(cls, visitor: Participant, *, channel_id: UUID, agent_id: UUID, at: datetime) -> Self:
        """An opened widget: the AI is disclosed, nobody has said anything yet."""
        conversation = cls(workspace_id=visitor.workspace_id, id=new_id(), created_at=at)
        conversation.channel_id, conversation.channel = channel_id, "web"
        conversation.agent_id, conversation.status = agent_id, "open"
        conversation.seq = conversation.turn = conversation.version = 0
        conversation.updated_at = at
        visitor.conversation_id = conversation.id
        conversation.visitor = visitor
        return conversation

    def disclose(self, *, at: datetime) -> Message:
        """The first words: that an AI answers here. The wording's id is kept as evidence."""
        said = wording("disclosure", self.visitor.locale)
        return self._say("system", said.text, at=at, kind="disclosure", wording_id=said.id)

    def greet(self, text: str, *, at: datetime) -> Message:
        """What the agent's makers wrote for its first words after the disclosure."""
        return self._say("agent", text, at=at)

    def receive(self, text: str, *, client_key: UUID, pace: Pace, at: datetime) -> Message:
        """The visitor wrote."""
        self._refuse_closed()
        if self.started_at is None:
            self.started_at = at
            self.record(events.ConversationStarted(**self._about()), at=at)
        message = self._say("visitor", text, at=at, client_key=client_key)
        self.record(events.MessageReceived(**self._about(), **self._place(message)), at=at)
        self._wait(pace, at)
        return message

    def awaits(self, turn: int) -> bool:
        """Whether the answer of this turn may still be sent."""
        return self.status == "open" and self.waiting_since is not None and self.turn == turn

    def answer(
        self, text: str, *, version: int, unanswered_since: datetime | None, at: datetime
    ) -> Message:
        """The AI answers; what came too late for this answer waits for the next."""
        self.agent_version = version
        message = self._send("agent", text, at=at)
        self._next_turn(unanswered_since)
        return message

    def note(
        self, right: events.Right, *, again: bool, unanswered_since: datetime | None, at: datetime
    ) -> Message:
        """The visitor wants to use a right: that is noted and said, and the AI goes on.

        Who asks for the same right `again` in this conversation is told once more, and the request
        stays the one that it is: others learn of it once.
        """
        said = noted(right, self.visitor.locale)
        message = self._send("system", said.text, at=at, wording_id=said.id)
        if not again:
            self.record(events.PrivacyRequested(**self._about(), right=right), at=at)
        self._next_turn(unanswered_since)
        return message

    def give_up(self, occasion: Occasion, *, at: datetime) -> Message:
        """The AI does not answer: one sentence says so, and a human goes on."""
        said = wording(occasion, self.visitor.locale)
        message = self._send("system", said.text, at=at, wording_id=said.id)
        self.hand_off("visitor_asked" if occasion == "visitor_asked" else "ai_unavailable", at=at)
        return message

    def reply(self, text: str, *, at: datetime) -> Message:
        """A human answers, and thereby takes over."""
        self._refuse_closed()
        self.hand_off("staff", at=at)
        return self._send("staff", text, at=at)

    def hand_off(self, reason: events.HandoffReason, *, at: datetime) -> None:
        """From here on a human answers; twice is once."""
        self._refuse_closed()
        if self.status == "open":
            self.status = "handed_off"
            self._next_turn(None)
            self.record(events.ConversationHandedOff(**self._about(), reason=reason), at=at)

    def close(self, *, at: datetime) -> None:
        """Nobody writes here any more; twice is once."""
        if self.status != "closed":
            self.status = "closed"
            self._next_turn(None)
            self.record(events.ConversationClosed(**self._about()), at=at)

    def _refuse_closed(self) -> None:
        if self.status == "closed":
            raise ConversationClosedError

    def _wait(self, pace: Pace, at: datetime) -> None:
        """The visitor waits for an answer; the one that is being prepared begins anew."""
        if self.status != "open":
            return
        self.waiting_since = self.waiting_since or at
        if pace.restarts(self.waiting_since, at):
            self.turn += 1

    def _next_turn(self, waiting_since: datetime | None) -> None:
        self.turn += 1
        self.waiting_since = waiting_since

    def _send(self, author: events.Author, text: str, *, at: datetime, **more: Any) -> Message:
        message = self._say(author, text, at=at, **more)
        place = self._place(message)
        self.record(events.MessageSent(**self._about(), **place, author=author), at=at)
        return message

    def _say(
        self, author: Author, text: str, *, at: datetime, kind: Kind = "text", **more: Any
    ) -> Message:
        self.seq += 1
        self.last_message_at = at
        message = Message(conversation_id=self.id, seq=self.seq, created_at=at, **more)
        message.author, message.kind = author, kind
        message.about(self.visitor.person, new_id())
        message.text = text
        return message

    def _about(self) -> dict[str, Any]:
        subject_id = self.visitor.subject_id
        return {"conversation_id": self.id, "subject_id": subject_id, "channel": self.channel}

    def _place(self, message: Message) -> dict[str, Any]:
        """Nobody skips a place, so the newest place is also how many there are."""
        return {"message_id": message.id, "seq": message.seq, "message_count": self.seq}


references(Conversation, "channels", "channel_id")
