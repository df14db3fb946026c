"""A caller behind a carrier: a media socket in real time, and ears with notes."""

import asyncio
import base64
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import websockets

from contactflow.voice import g711
from services.voice.tests.session.voices import is_loud, pitches, speech

FRAME_S = 0.02
QUIET = bytes(320)
QUIET_FRAMES = 30


@dataclass
class Caller:
    """Speaks and listens 20 ms at a time; plays what it is sent as a telephone would.

    The carrier is Twilio.
    """

    socket: websockets.ClientConnection
    sid: str
    mouth: deque[bytes] = field(default_factory=deque)
    ear: deque[tuple[str, bytes]] = field(default_factory=deque)
    heard: list[tuple[float, bytes]] = field(default_factory=list)
    loud: list[bool] = field(default_factory=list)
    clears: list[float] = field(default_factory=list)
    last_word: float = 0.0
    deepest: int = 0
    is_over: bool = False

    async def send(self, **message: object) -> None:
        await self.socket.send(json.dumps({"streamSid": "MZ1", **message}))

    async def start(self, **changed: object) -> None:
        layout = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1, **changed}
        await self.socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        about = {"streamSid": "MZ1", "callSid": self.sid, "tracks": ["inbound"]}
        await self.send(event="start", start={**about, "mediaFormat": layout})

    async def talk(self) -> None:
        due = time.perf_counter()
        with suppress(websockets.ConnectionClosed):
            while not self.is_over:
                await self._one_frame()
                due += FRAME_S
                await asyncio.sleep(max(0.0, due - time.perf_counter()))

    async def listen(self) -> None:
        with suppress(websockets.ConnectionClosed):
            async for raw in self.socket:
                await self._got(json.loads(raw))

    def say(self, name: str) -> None:
        self.utter(speech(name))

    def utter(self, pcm: bytes) -> None:
        pcm += bytes(-len(pcm) % len(QUIET))
        self.mouth.extend(pcm[at : at + len(QUIET)] for at in range(0, len(pcm), len(QUIET)))

    async def press(self, digit: str) -> None:
        await self.send(event="dtmf", dtmf={"track": "inbound_track", "digit": digit})

    async def hang_up(self) -> None:
        await self.send(event="stop", stop={"accountSid": "AC1", "callSid": self.sid})
        self.is_over = True

    def drop(self) -> None:
        self.is_over = True
        self.socket.transport.abort()

    async def hears_voice(self, longest: float = 12.0) -> None:
        async with asyncio.timeout(longest):
            while not (self.loud and self.loud[-1]):
                await asyncio.sleep(FRAME_S)

    async def hears_silence(self, longest: float = 15.0) -> None:
        """0.6 s of it, and nothing left to say."""
        async with asyncio.timeout(longest):
            while self.mouth or not self._is_quiet():
                await asyncio.sleep(FRAME_S)

    async def answered(self) -> None:
        """Something was said to us, and is over."""
        await self.hears_voice()
        await self.hears_silence()

    async def agree(self) -> None:
        """Hear how the call begins, agree to be recorded, and hear that out, too."""
        await self.answered()
        await self.press("1")
        await self.answered()

    async def ask(self, name: str) -> float:
        """Seconds from the last sound said to the first sound heard."""
        self.say(name)
        while self.mouth:
            await asyncio.sleep(FRAME_S)
        await asyncio.sleep(0.15)
        asked = self.last_word
        await self.hears_voice()
        return next(
            at - asked
            for (at, _), loud in zip(self.heard, self.loud, strict=False)
            if at > asked + 0.15 and loud
        )

    def pitches(self, *known: int, since: int = 0) -> list[int]:
        """Which of these tones was heard, each 100 ms that were not quiet."""
        return pitches(b"".join(pcm or QUIET for _, pcm in self.heard[since:]), *known)

    def _is_quiet(self) -> bool:
        last = self.loud[-QUIET_FRAMES:]
        return len(last) == QUIET_FRAMES and not any(last)

    async def _one_frame(self) -> None:
        pcm = self.mouth.popleft() if self.mouth else QUIET
        if is_loud(pcm):
            self.last_word = time.time()
        payload = base64.b64encode(g711.encode(pcm)).decode()
        await self.send(event="media", media={"track": "inbound", "payload": payload})
        await self._hear_one()

    async def _hear_one(self) -> None:
        while self.ear and self.ear[0][0] == "mark":
            await self._echo(self.ear.popleft()[1].decode())
        pcm = self.ear.popleft()[1] if self.ear else b""
        self.heard.append((time.time(), pcm))
        self.loud.append(is_loud(pcm))

    async def _echo(self, name: str) -> None:
        await self.send(event="mark", mark={"name": name})

    async def _got(self, message: dict[str, Any]) -> None:
        match message:
            case {"event": "media", "media": {"payload": str(payload)}}:
                self.ear.append(("media", g711.decode(base64.b64decode(payload))))
                self.deepest = max(self.deepest, len(self.ear))
            case {"event": "mark", "mark": {"name": str(name)}}:
                self.ear.append(("mark", name.encode()))
            case {"event": "clear"}:
                await self._clear()

    async def _clear(self) -> None:
        self.clears.append(time.time())
        waiting, self.ear = [name for kind, name in self.ear if kind == "mark"], deque()
        for name in waiting:
            await self._echo(name.decode())


class TelnyxCaller(Caller):
    """Behind Telnyx, which names its streams and calls in another way."""

    async def send(self, **message: object) -> None:
        await self.socket.send(json.dumps({"stream_id": "32de0dea", **message}))

    async def start(self, **changed: object) -> None:
        layout = {"encoding": "PCMU", "sample_rate": 8000, "channels": 1, **changed}
        await self.socket.send('{"event":"connected","version":"1.0.0"}')
        about = {"user_id": "1", "call_control_id": self.sid, "client_state": None}
        await self.send(event="start", start={**about, "media_format": layout})

    async def hang_up(self) -> None:
        await self.send(event="stop", stop={"user_id": "1", "call_control_id": self.sid})
        self.is_over = True


@asynccontextmanager
async def calling(
    url: str, sid: str, behind: type[Caller] = Caller, *, signed: Mapping[str, str] | None = None
) -> AsyncIterator[Caller]:
    """Somebody on the line; at the end they have left. `signed`: headers of the handshake."""
    async with websockets.connect(url, compression=None, additional_headers=signed) as socket:
        caller = behind(socket, sid)
        await caller.start()
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(caller.listen())
            talking = group.create_task(caller.talk())
            try:
                yield caller
            finally:
                caller.is_over = True
                with suppress(TimeoutError):
                    async with asyncio.timeout(15):
                        await listening
                talking.cancel()
                listening.cancel()
