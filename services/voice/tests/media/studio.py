"""A media process inside the test: real sockets, real database, and what calls leave in it."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from contactflow.kernel import PLATFORM_WORKSPACE_ID, UnavailableError
from contactflow.persistence import Work
from contactflow.runtime import Live, Platform
from contactflow.testing.serving import serving
from contactflow.testing.waiting import until
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.media.fakes import Tapes, TwilioApi
from services.voice.tests.players import Twilio
from services.voice.tests.session.caller import Caller, calling

MEDIA = "wss://media.example"
CALLS = text("SELECT * FROM calls WHERE carrier_call_id = :sid")
COMPLETED = text("SELECT body FROM outbox WHERE type = 'call.completed'")
TAKEN = text("SELECT count(*) FROM places WHERE call_id IS NOT NULL")


@dataclass
class Studio:
    on: Platform[VoiceSettings]
    workspace_id: Any
    live: Live
    url: str
    tapes: Tapes
    api: TwilioApi
    calls: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def call(self, twilio: Twilio) -> AsyncIterator[Caller]:
        """Somebody calls, and their carrier comes where it is told to."""
        answer = await twilio.voice()
        async with calling(self.socket(answer.text), twilio.sid) as caller:
            yield caller

    def socket(self, twiml: str) -> str:
        """Where TwiML says that the audio goes."""
        found = re.search(rf'<Stream url="{MEDIA}([^"]+)"', twiml)
        assert found, twiml
        return self.url.replace("http", "ws") + found[1]

    async def over(self, twilio: Twilio, longest: float = 15.0) -> Any:
        """The call as it is kept, once it is over."""

        async def ended() -> Any:
            return await self.kept(twilio, is_over=True)

        return await until(ended, longest=longest)

    async def kept(self, twilio: Twilio, *, is_over: bool = False) -> Any:
        found = [
            one for one in await self.rows(CALLS, sid=twilio.sid) if one.ended_at or not is_over
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

    async def taken(self) -> int:
        """How many places are."""

        async def look(work: Work) -> int:
            return int((await work.rows(TAKEN)).scalar_one())

        return await self.on.system.run(PLATFORM_WORKSPACE_ID, look)

    async def is_free(self) -> bool:
        return not await self.taken()


@asynccontextmanager
async def a_studio(
    on: Platform[VoiceSettings], workspace_id: Any, live: Live, tapes: Tapes, api: TwilioApi
) -> AsyncIterator[Studio]:
    """Runs as a process does, until it has told its parts to stop and they have."""
    beating = live.parts[0]
    async with serving(live.app) as url, asyncio.TaskGroup() as tasks:
        tasks.create_task(beating.run())
        studio = Studio(on, workspace_id, live, url, tapes, api)
        await until(lambda: _is_open(studio))
        try:
            yield studio
        finally:
            beating.stop()


async def _is_open(studio: Studio) -> bool:
    async def look(work: Work) -> bool:
        return bool((await work.rows(text("SELECT id FROM places"))).all())

    return await studio.on.system.run(PLATFORM_WORKSPACE_ID, look)
