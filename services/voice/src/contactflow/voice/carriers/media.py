"""A carrier's media WebSocket as the line of a call; what is the same whatever the carrier."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from contactflow.voice import g711
from contactflow.voice.session.ports import (
    FRAME_BYTES,
    Heard,
    Key,
    LineDroppedError,
    LineRefusedError,
    Played,
    Voice,
)

MU_LAW_FRAME: Final = FRAME_BYTES // 2
MOST_MU_LAW: Final = 8_000
"""One second in one frame; carriers send 20 ms."""
MOST_BAD: Final = 50
"""Frames without sense before the call ends."""
TOO_LONG: Final = 1009
"""How a WebSocket is closed whose other side sent more than is let in (RFC 6455, 7.4.1)."""
PREAMBLE: Final = 3
"""Frames until the carrier must have said which call this is."""
STARTS_S: Final = 5.0
"""Seconds until it must have: a socket holds a place from the beginning."""


class _Payload(BaseModel):
    payload: str = Field(max_length=2 * MOST_MU_LAW)
    track: str = "inbound"


class _Digit(BaseModel):
    digit: str = Field(pattern=r"^[0-9*#A-D]$")


class _Name(BaseModel):
    name: str = Field(max_length=100)


class Connected(BaseModel):
    """The socket is open; which call it is comes next."""

    event: Literal["connected"]


class Media(BaseModel):
    """Some of the caller's audio."""

    event: Literal["media"]
    media: _Payload


class Dtmf(BaseModel):
    """A key that was pressed."""

    event: Literal["dtmf"]
    dtmf: _Digit


class Mark(BaseModel):
    """What came before this mark was played, or dropped."""

    event: Literal["mark"]
    mark: _Name


class Stop(BaseModel):
    """The call is over."""

    event: Literal["stop"]


_LATER: Final[TypeAdapter[Any]] = TypeAdapter(
    Annotated[Media | Dtmf | Mark | Stop, Field(discriminator="event")]
)


class MediaSocket:
    """CallAudio over one accepted media WebSocket.

    `start` is what the carrier calls its first message of substance; a subclass says how it looks,
    which call it names, and what goes with every frame to the carrier.
    """

    start: ClassVar[TypeAdapter[Any]]

    def __init__(self, socket: WebSocket, call_id: str, envelope: Mapping[str, str]) -> None:
        self._socket, self.call_id, self._envelope = socket, call_id, envelope
        self._rest, self._bad = b"", 0

    @classmethod
    def of(cls, socket: WebSocket, started: Any) -> Self:
        """The line of the call that `started` names."""
        raise NotImplementedError

    @classmethod
    async def open(cls, socket: WebSocket) -> Self:
        """Waits for the start of the stream. Raises LineRefusedError, LineDroppedError."""
        try:
            async with asyncio.timeout(STARTS_S):
                return await cls._started(socket)
        except TimeoutError:
            raise LineRefusedError("start_expected") from None

    @classmethod
    async def _started(cls, socket: WebSocket) -> Self:
        for _ in range(PREAMBLE):
            message = _read(cls.start, await _receive(socket))
            if not isinstance(message, Connected):
                return cls.of(socket, message)
        raise LineRefusedError("start_expected")

    async def hear(self) -> AsyncIterator[Heard]:
        """See CallAudio."""
        while not isinstance(message := await self._next(), Stop):
            for heard in self._heard(message):
                yield heard

    async def play(self, pcm: bytes) -> None:
        """See CallAudio."""
        payload = base64.b64encode(g711.encode(pcm)).decode()
        await self._send({"event": "media", "media": {"payload": payload}})

    async def mark(self, name: str) -> None:
        """See CallAudio."""
        await self._send({"event": "mark", "mark": {"name": name}})

    async def clear(self) -> None:
        """See CallAudio."""
        await self._send({"event": "clear"})

    async def aclose(self) -> None:
        """See CallAudio."""
        try:
            await self._socket.close()
        except (RuntimeError, WebSocketDisconnect):
            """The other side was first."""

    async def _next(self) -> Any:
        """None makes no sense; with many more such messages than voice the call ends."""
        text = await _receive(self._socket)
        try:
            return _read(_LATER, text)
        except LineRefusedError:
            self._complain()
            return None

    def _complain(self) -> None:
        self._bad += 1
        if self._bad > MOST_BAD:
            raise LineRefusedError("not_the_protocol")

    def _heard(self, message: Any) -> list[Heard]:
        match message:
            case Media():
                return [Voice(pcm) for pcm in self._frames(message.media)]
            case Dtmf():
                return [Key(message.dtmf.digit)]
            case Mark():
                return [Played(message.mark.name)]
            case _:
                return []

    def _frames(self, media: _Payload) -> list[bytes]:
        """Whole frames of PCM; what is left waits for the next message."""
        if not media.track.startswith("inbound"):
            return []
        try:
            self._rest += base64.b64decode(media.payload, validate=True)
        except ValueError:
            self._complain()
            return []
        self._bad = max(0, self._bad - 1)
        whole = len(self._rest) - len(self._rest) % MU_LAW_FRAME
        pcm, self._rest = g711.decode(self._rest[:whole]), self._rest[whole:]
        return [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            await self._socket.send_text(json.dumps({**message, **self._envelope}))
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise LineDroppedError from gone


def _read(kind: TypeAdapter[Any], text: str) -> Any:
    try:
        return kind.validate_json(text)
    except ValidationError:
        raise LineRefusedError("not_the_protocol") from None


async def _receive(socket: WebSocket) -> str:
    """A text frame; bytes, which no carrier sends, are one that makes no sense."""
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        if received.get("code") == TOO_LONG:  # the server has closed it: nobody gets a word more
            raise LineRefusedError("message_too_long")
        raise LineDroppedError
    return received.get("text") or ""
