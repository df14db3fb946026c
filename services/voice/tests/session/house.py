"""Calls under test: Twilio's socket before the session, a scripted AI behind it, both real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from livekit.agents import inference
from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from contactflow.events.conversations import Right
from contactflow.testing.ai import ScriptedAI
from contactflow.testing.serving import serving
from contactflow.testing.waiting import until
from contactflow.voice.carriers.twilio.media import TwilioAudio
from contactflow.voice.session.agent import Ai, Models
from contactflow.voice.session.call import Call
from contactflow.voice.session.evidence import Proof
from contactflow.voice.session.inline import InlineExecutor
from contactflow.voice.session.phrases import Name, Phrase, Phrases
from contactflow.voice.session.ports import (
    CallerGoneError,
    LineDroppedError,
    LineRefusedError,
    Turn,
)
from contactflow.voice.session.terms import Around, Record, Terms
from services.voice.tests.session.caller import Caller, calling
from services.voice.tests.session.voices import tone

WORDS: dict[Name, str] = {
    "disclosure": "You are talking to an AI.",
    "consent": "May we record? Press 1.",
    "recorded": "This call is recorded.",
    "not_recorded": "Not recorded any more.",
    "thanks": "Thank you.",
    "one_moment": "One moment please.",
    "say_again": "Could you say that again?",
    "still_there": "Are you still there?",
    "goodbye": "Goodbye.",
    "apology": "Something went wrong.",
}


KNOWN = "A callback is open since Monday."


def phrases() -> Phrases:
    """Tones as long as the words."""
    made = {
        name: Phrase(f"{name}/en/1", text, tone(0.03 * len(text))) for name, text in WORDS.items()
    }
    return Phrases("en", made)


async def nothing() -> None:
    """Happens."""


@dataclass
class Kept:
    """What one call left: a store of turns, a sink, a carrier and an office, all in memory."""

    turns: list[Turn] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    stereo: bytes = b""
    did: list[tuple[str, ...]] = field(default_factory=list)
    closed: bool = False
    failing: int = 0
    is_gone: bool = False
    is_stuck: bool = False
    meanwhile: Callable[[], Awaitable[None]] = nothing
    """What happens between the order to transfer and the carrier's answer."""

    async def add(self, turn: Turn) -> None:
        self._reachable()
        self.turns.append(turn)

    async def note(self, proof: Proof) -> None:
        self._reachable()
        self.proofs.append(proof)

    async def write(self, stereo: bytes) -> None:
        self._reachable()
        self.stereo += stereo

    async def aclose(self) -> None:
        self.closed = True

    async def hang_up(self) -> None:
        if self.is_stuck:
            await asyncio.Event().wait()
        self.did.append(("hang_up",))

    async def transfer(self, to: str) -> None:
        self.did.append(("transfer", to))
        await self.meanwhile()

    async def take_message(self, text: str) -> None:
        self.did.append(("message", text))

    async def request_callback(self, text: str, at: datetime | None) -> None:
        self.did.append(("callback", text, str(at)))

    async def look_up(self) -> str:
        self.did.append(("look_up",))
        return KNOWN

    async def open_privacy_request(self, right: Right) -> None:
        self.did.append(("privacy", right))

    def said(self) -> list[tuple[str, str]]:
        return [(turn.speaker, turn.text) for turn in self.turns]

    def _reachable(self) -> None:
        if self.is_gone:
            raise CallerGoneError
        if self.failing:
            self.failing -= 1
            raise ConnectionError


@dataclass
class House:
    """Where calls arrive."""

    ai: ScriptedAI
    url: str = ""
    changed: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    @asynccontextmanager
    async def call(self) -> AsyncIterator[Caller]:
        sid = f"CA{next(self._numbers):032x}"
        self.kept[sid] = Kept()
        async with calling(f"{self.url.replace('http', 'ws')}/media", sid) as caller:
            yield caller

    async def over(self, caller: Caller, longest: float = 15.0) -> Record:
        await until(lambda: caller.sid in self.records, longest=longest)
        return self.records[caller.sid]

    async def answer(self, socket: WebSocket) -> None:
        """As the media process does."""
        await socket.accept()
        try:
            audio = await TwilioAudio.open(socket)
        except (LineRefusedError, LineDroppedError):
            await socket.close(1003)
            return
        kept = self.kept[audio.call_id]
        async with AsyncOpenAI(
            base_url=self.ai.base_url, api_key=self.ai.api_key, max_retries=0, timeout=10
        ) as client:
            hearing = inference.VAD(executor=InlineExecutor(), min_silence_duration=0.25)
            around = Around(kept, kept, kept, kept, kept, client, hearing)
            self.calls[audio.call_id] = call = Call(audio, self._terms(), around)
            self.records[audio.call_id] = await call.run()

    def _terms(self) -> Terms:
        said = Models(self.ai.model)
        return Terms(
            **{"ai": Ai(said, "Be brief.", "It is Monday."), "phrases": phrases(), **self.changed}
        )


@asynccontextmanager
async def a_house(ai: ScriptedAI, **changed: Any) -> AsyncIterator[House]:
    house = House(ai, changed=changed)
    app = Starlette(routes=[WebSocketRoute("/media", house.answer)])
    async with serving(app) as house.url:
        yield house
