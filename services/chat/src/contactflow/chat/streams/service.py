"""Following a conversation from any place in it: nothing is missed, nothing comes twice."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from contactflow.chat.conversations import queries
from contactflow.chat.conversations.hints import TYPING
from contactflow.chat.conversations.schemas import MessageOut
from contactflow.chat.sessions.door import Guest
from contactflow.chat.sessions.model import Session
from contactflow.kernel import Clock, GoneError, UnavailableError
from contactflow.messaging import Changes, Watch
from contactflow.persistence import Work, Works

HEARTBEAT = 15.0  # seconds
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

    Between two looks a stream holds no connection, so a small pool carries thousands.
    """

    def __init__(self, works: Works, changes: Changes, clock: Clock) -> None:
        self._works, self._changes, self._clock = works, changes, clock

    async def follow(self, guest: Guest, place: int) -> AsyncGenerator[Sight, None]:
        """Ends with the session, or when this process is about to stop."""
        with self._changes.watch(guest.conversation_id, Watch(HEARTBEAT)) as watch:
            async for hints in watch:
                more = True
                while more:
                    new = await self._new(guest, place)
                    if new is None:
                        yield Ended()
                        return
                    for message, traceparent in new:
                        place = message.seq
                        yield Said(message, traceparent if self._is_news(message) else None)
                    more = len(new) == queries.MOST
                yield Typing() if TYPING in hints else Alive()

    def _is_news(self, message: MessageOut) -> bool:
        """A page that is opened again reads what was said long ago: that is no part of it."""
        return self._clock() - message.created_at < NEWS

    async def _new(self, guest: Guest, place: int) -> list[queries.Told] | None:
        """None once the session is over; a database that is away is waited for."""
        if self._clock() >= guest.expires_at:
            return None
        try:
            return await self._works.run(guest.workspace_id, partial(look, guest, place))
        except UnavailableError:
            return []
        except GoneError:
            return None


async def look(guest: Guest, place: int, work: Work) -> list[queries.Told] | None:
    """What was said after that place; None once the session is gone."""
    session = select(Session.id).where(Session.id == guest.session_id)
    if (await work.rows(session)).first() is None:
        return None
    return await queries.told_since(work, guest.conversation_id, place)
