"""Twilio's media WebSocket, from the carrier's end (Media Streams, bidirectional)."""

import asyncio
import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from websockets import ClientConnection, ConnectionClosed

from tools.phone.handset import FRAME_S, Handset
from tools.phone.mulaw import decoded, encoded

FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}


class MediaStream:
    """A handset on a socket: 20 ms each way in real time, marks when they are reached."""

    def __init__(
        self, socket: ClientConnection, handset: Handset, about: Mapping[str, Any]
    ) -> None:
        self._socket = socket
        self._handset = handset
        self._about = about
        self._sid = about["streamSid"]
        self._numbers = count(1)
        self._chunks = count(1)
        self.clears: list[float] = []

    async def run(self) -> None:
        """Returns when the other side has closed the socket."""
        with suppress(ConnectionClosed):
            await self._socket.send(
                json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})
            )
            told = {**self._about, "tracks": ["inbound"], "mediaFormat": FORMAT}
            await self._send("start", told)
        async with asyncio.TaskGroup() as group:
            talking = group.create_task(self._talk())
            await self._listen()
            talking.cancel()

    async def stop(self) -> None:
        """The call has ended at the carrier's."""
        with suppress(ConnectionClosed):
            known = {name: self._about[name] for name in ("accountSid", "callSid")}
            await self._send("stop", known)

    async def _talk(self) -> None:
        """By the clock, not by sleeping: a late tick is caught up with."""
        clock = asyncio.get_running_loop()
        due = clock.time()
        with suppress(ConnectionClosed):
            while True:
                await self._tick()
                due += FRAME_S
                await asyncio.sleep(max(0.0, due - clock.time()))

    async def _tick(self) -> None:
        at = round(self._handset.seconds * 1000)
        said, reached = await self._handset.tick()
        payload = base64.b64encode(encoded(said)).decode()
        media = {"track": "inbound", "chunk": str(next(self._chunks)), "timestamp": str(at)}
        await self._send("media", media | {"payload": payload})
        while self._handset.keys:
            key = self._handset.keys.popleft()
            await self._send("dtmf", {"track": "inbound_track", "digit": key})
        await self._echo(reached)

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            async for raw in self._socket:
                await self._got(json.loads(raw))

    async def _got(self, message: dict[str, Any]) -> None:
        match message:
            case {"streamSid": sid} if sid != self._sid:
                return
            case {"event": "media", "media": {"payload": str(payload)}}:
                self._handset.play(decoded(base64.b64decode(payload)))
            case {"event": "mark", "mark": {"name": str(name)}}:
                await self._echo(self._handset.mark(name))
            case {"event": "clear"}:
                self.clears.append(self._handset.seconds)
                await self._echo(self._handset.clear())

    async def _echo(self, marks: list[str]) -> None:
        for name in marks:
            await self._send("mark", {"name": name})

    async def _send(self, event: str, told: Mapping[str, Any]) -> None:
        number = str(next(self._numbers))
        message = {"event": event, "sequenceNumber": number, event: told, "streamSid": self._sid}
        await self._socket.send(json.dumps(message))
