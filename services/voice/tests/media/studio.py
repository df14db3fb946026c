"""A media process inside the test: real sockets, real database, and what calls leave in it."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

import websockets
from sqlalchemy import text
from twilio.request_validator import RequestValidator

from contactflow.kernel import PLATFORM_WORKSPACE_ID, UnavailableError, new_id
from contactflow.messaging import Part
from contactflow.persistence import Work
from contactflow.runtime import Live, Platform
from contactflow.testing.serving import serving
from contactflow.testing.waiting import until
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.media.fakes import Tapes, TwilioApi
from services.voice.tests.players import Telnyx, Twilio
from services.voice.tests.session.caller import Caller, calling
from services.voice.tests.switchboard import TOKEN

MEDIA = "wss://media.example"
CALLS = text("SELECT * FROM calls WHERE carrier_call_id = :sid")
TURNS = text("SELECT speaker, seq FROM turns ORDER BY seq")
FORGET = text("UPDATE places SET call_id = NULL, claimed_at = NULL RETURNING id")
COMPLETED = text("SELECT body FROM outbox WHERE type = 'call.completed'")
STORED = text("SELECT body FROM outbox WHERE type = 'recording.stored'")
RECORDINGS = text("SELECT state, bytes FROM recordings WHERE bytes > 0")
CLAIMED = text("SELECT count(*) FROM places WHERE claimed_at IS NOT NULL")
SLOTS = 2
TAKEN = text("SELECT count(*) FROM places WHERE call_id IS NOT NULL")


@dataclass
class Studio:
    """Where calls come to, at `url`, and what is seen of them from outside."""

    on: Platform[VoiceSettings]
    workspace_id: UUID
    url: str
    api: TwilioApi

    @asynccontextmanager
    async def call(self, twilio: Twilio) -> AsyncIterator[Caller]:
        """Somebody calls, and their carrier comes where it is told to."""
        url = self.socket((await twilio.voice()).text)
        async with calling(url, twilio.sid, signed=self.signed(url)) as caller:
            yield caller

    def signed(self, url: str, token: str = TOKEN) -> dict[str, str]:
        """How Twilio signs a socket there: by the address that it was told."""
        told = url.replace(self._here, MEDIA)
        return {"X-Twilio-Signature": RequestValidator(token).compute_signature(told, {})}

    async def refuses(self, url: str, headers: Mapping[str, str] | None = None) -> bool:
        """Whether a socket is not let in; the carrier signs for it, if nothing else is said."""
        signed = self.signed(url) if headers is None else headers
        try:
            async with websockets.connect(url, additional_headers=signed):
                return False
        except websockets.InvalidStatus as refused:
            return refused.response.status_code == HTTPStatus.FORBIDDEN

    async def is_closed(self, twilio: Twilio) -> str:
        """What a new caller is told when no place is left; nothing while there is one."""
        said = (await replace(twilio, sid=new_id().hex).voice()).text
        return "" if "<Stream" in said else said

    def socket(self, twiml: str) -> str:
        """Where TwiML says that the audio goes."""
        found = re.search(rf'<Stream url="{MEDIA}([^"]+)"', twiml)
        assert found, twiml
        return self._here + found[1]

    @property
    def _here(self) -> str:
        return self.url.replace("http", "ws")

    async def over(self, played: Twilio | Telnyx, longest: float = 15.0) -> Any:
        """The call as it is kept, once it is over."""

        async def ended() -> Any:
            return await self.kept(played, is_over=True)

        return await until(ended, longest=longest)

    async def kept(self, played: Twilio | Telnyx, *, is_over: bool = False) -> Any:
        found = [
            one for one in await self.rows(CALLS, sid=played.sid) if one.ended_at or not is_over
        ]
        return found[0] if found else None

    async def rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        """Nothing while the database is away."""

        async def look(work: Work) -> Sequence[Any]:
            return (await work.rows(statement, values)).all()

        try:
            return await self.on.works.run(self.workspace_id, look)
        except UnavailableError:
            return []

    async def is_free(self) -> bool:
        """Whether every place is."""
        return await self._counted(TAKEN) == 0

    async def is_busy(self) -> bool:
        """Whether both places are taken by sockets."""
        return await self._counted(CLAIMED) == SLOTS

    async def forget_calls(self) -> None:
        """The database believes that nobody calls."""
        await self.on.system.run(PLATFORM_WORKSPACE_ID, lambda work: work.rows(FORGET))

    async def _counted(self, statement: Any) -> int | None:
        async def look(work: Work) -> int:
            return int((await work.rows(statement)).scalar_one())

        try:
            return await self.on.system.run(PLATFORM_WORKSPACE_ID, look)
        except UnavailableError:
            return None


@dataclass
class OwnStudio(Studio):
    """One inside the test."""

    live: Live
    tapes: Tapes

    @property
    def beating(self) -> Part:
        return self.live.parts[0]

    async def leave(self) -> None:
        """As a process does that is told to stop."""
        self.beating.stop()
        await self.live.finished()


@asynccontextmanager
async def a_studio(
    on: Platform[VoiceSettings], workspace_id: UUID, live: Live, tapes: Tapes, api: TwilioApi
) -> AsyncIterator[OwnStudio]:
    async with serving(live.app) as url, asyncio.TaskGroup() as tasks:
        studio = OwnStudio(on, workspace_id, url, api, live, tapes)
        tasks.create_task(studio.beating.run())
        await until(partial(is_open, on))
        try:
            yield studio
        finally:
            studio.beating.stop()


async def is_open(on: Platform[VoiceSettings]) -> bool:
    """Whether there are places."""

    async def look(work: Work) -> bool:
        return bool((await work.rows(text("SELECT id FROM places"))).all())

    return await on.system.run(PLATFORM_WORKSPACE_ID, look)
