"""The ears and the mouth of the scripted AI: hears what a test planned, speaks in tones."""

import asyncio
import math
import struct
from collections import deque
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

RATE = 24_000
LETTER = 0.03
"""Seconds that a letter is spoken, unless a test says otherwise."""
PIECE = 9_600
PITCH = 300
"""Hz."""
CYCLE = b"".join(
    struct.pack("<h", round(6000 * math.sin(2 * math.pi * at * PITCH / RATE)))
    for at in range(RATE // PITCH)
)
"""At 24 kHz."""


class ConnectionGoesError(Exception):
    """Raised inside a response, it takes the connection with it."""


class ScriptedSpeech:
    """Each transcription is the next of `words`; when none is left, `otherwise`.

    `delay` is in seconds, before each answer; so is `letter`, how long one of them is spoken.
    `breaks_off` cuts the next speech in the middle; `stalls` is how long each one pauses there.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.words: deque[str] = deque()
        self.otherwise = ""
        self.delay = 0.05
        self.letter = LETTER
        self.breaks_off = False
        self.stalls = 0.0
        self.heard: list[bytes] = []
        self.spoken: list[str] = []

    def hears(self, *words: str) -> None:
        self.words.extend(words)

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/v1/audio/transcriptions", self.transcribe, methods=["POST"]),
            Route("/v1/audio/speech", self.speak, methods=["POST"]),
        ]

    async def transcribe(self, request: Request) -> Response:
        self.heard.append(await request.body())
        text = self.words.popleft() if self.words else self.otherwise
        await asyncio.sleep(self.delay)
        return JSONResponse({"text": text})

    async def speak(self, request: Request) -> Response:
        asked = await request.json()
        self.spoken.append(asked["input"])
        headers = {"x-request-id": "scripted"}
        return StreamingResponse(
            self._sound(asked["input"]), media_type="audio/pcm", headers=headers
        )

    async def _sound(self, text: str) -> AsyncIterator[bytes]:
        breaks_off, self.breaks_off = self.breaks_off, False
        stalls = self.stalls
        await asyncio.sleep(self.delay)
        pcm = tone(len(text) * self.letter)
        for at in range(0, len(pcm), PIECE):
            if breaks_off and at > len(pcm) / 2:
                raise ConnectionGoesError
            if at > len(pcm) / 2:
                await asyncio.sleep(stalls)
                stalls = 0.0
            yield pcm[at : at + PIECE]


def tone(seconds: float) -> bytes:
    """Of `PITCH`, 24 kHz, 16 bit, mono."""
    samples = round(seconds * RATE)
    return (CYCLE * (samples * PITCH // RATE + 1))[: 2 * samples]
