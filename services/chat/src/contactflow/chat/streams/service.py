"""Following a conversation from any place in it: nothing is missed, nothing comes twice."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta

from contactflow.chat.conversations.hints import TYPING
from contactflow.chat.conversations.schemas import MessageOut
from contactflow.chat.sessions.door import Guest
from contactflow.chat.streams import queries
from contactflow.chat.streams.looks import Looks
from contactflow.chat.streams.queries import Place
from contactflow.kernel import Clock
from contactflow.messaging import Changes, Watch
from contactflow.persistence import Works
from contactflow.vault import Opened

HEARTBEAT = 15.0  # seconds
TICK = 1.0  # so often, at most, all idle streams together ask the database whether there is news
NEWS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A message, at its place; while it is news, with the trace that it was said in."""

    message: MessageOut
    traceparent: str | None = None


class Typing:
    """Somebody is answering. Not stored: whoever is not there now misses nothing."""


class Alive:
    """Nothing new; the connection is still of use."""


class Ended:
    """The session is over: the visitor may open a new one."""


Sight = Said | Typing | Alive | Ended


class Streams:
    """Announcements only wake: what is new stands in the table, after the visitor's place.

    Between two looks a stream holds no connection, so a small pool carries thousands; who wakes
    together looks together.
    """

    def __init__(self, works: Works, changes: Changes, clock: Clock) -> None:
        self._looks, self._changes, self._clock = Looks(works), changes, clock

    async def follow(self, guest: Guest, seq: int) -> AsyncGenerator[Sight, None]:
        """Ends with the session, or when this process is about to stop."""
        with self._changes.watch(guest.conversation_id, Watch(HEARTBEAT, tick=TICK)) as watch:
            async for hints in watch:
                more = True
                while more:
                    said = await self._said(guest, seq)
                    if said is None:
                        yield Ended()
                        return
                    for one in said:
                        seq = one.message.seq
                        yield one
                    more = len(said) == queries.MOST
                yield Typing() if TYPING in hints else Alive()

    async def _said(self, guest: Guest, seq: int) -> list[Said] | None:
        """What is new, opened: no stream keeps a key while it waits. None: the session is over."""
        if self._clock() >= guest.expires_at:
            return None
        place = Place(guest.session_id, guest.conversation_id, seq)
        new = await self._looks.new(guest.workspace_id, place)
        if new is None:
            return None
        return [Said(MessageOut.model_validate(row), self._trace(row)) for row in new]

    def _trace(self, row: Opened) -> str | None:
        """A page that is opened again reads what was said long ago: that is no part of it."""
        is_news = self._clock() - row.created_at < NEWS
        return row.traceparent if is_news else None
