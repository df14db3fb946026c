"""What is new for many streams of one workspace, in two statements for all of them."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, func, select, true

from contactflow.chat.conversations.messages import Message
from contactflow.chat.sessions.model import Session
from contactflow.persistence import Work
from contactflow.vault import Opened, opened, reading

MOST: Final = 20
"""Messages for a stream, in one look. Who has more to catch up with looks again."""
SESSIONS: Any = Session.__table__
ASKED: Any = (
    func.unnest(
        bindparam("sessions", type_=ARRAY(Uuid)),
        bindparam("conversations", type_=ARRAY(Uuid)),
        bindparam("places", type_=ARRAY(Integer)),
    )
    .table_valued("session_id", "conversation_id", "place", with_ordinality="number")
    .render_derived(name="asked")
)
GOING_ON: Any = select(ASKED.c.number).join(SESSIONS, SESSIONS.c.id == ASKED.c.session_id)
LATER: Any = (
    reading(Message)
    .where(Message.conversation_id == ASKED.c.conversation_id, Message.seq > ASKED.c.place)
    .order_by(Message.seq)
    .limit(MOST)
    .lateral("later")
)
NEW: Any = (
    select(LATER, ASKED.c.number)
    .select_from(ASKED.join(LATER, true()))
    .order_by(ASKED.c.number, LATER.c.seq)
)


class Place(NamedTuple):
    """Where a stream is: everything up to there has been seen."""

    session_id: UUID
    conversation_id: UUID
    seq: int


async def new(places: Sequence[Place], work: Work) -> list[list[Opened] | None]:
    """For each what was said after it, oldest first, as rows of Message; None: session gone."""
    sessions, conversations, seqs = zip(*places, strict=True)
    asked = {"sessions": sessions, "conversations": conversations, "places": seqs}
    found: list[list[Opened] | None] = [None] * len(places)
    for row in await work.rows(GOING_ON, asked):
        found[row.number - 1] = []
    for message in await opened(work, Message, NEW, asked):
        if (theirs := found[message.number - 1]) is not None:
            theirs.append(message)
    return found
