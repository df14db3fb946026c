"""A service behind the gateway: tells what reached it, streams, stalls, breaks off."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send


@dataclass
class Upstream:
    seen: list[Scope] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def headers(self) -> dict[str, str]:
        return {k.decode(): v.decode() for k, v in self.seen[-1]["headers"]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        self.bodies.append(await _whole(receive))
        if scope["path"].endswith("/events"):
            return await self._stream(receive, send)
        if scope["path"].endswith("/stalled"):
            await asyncio.sleep(2)
        if scope["path"].endswith("/cut"):
            await _start(send, 200, [])
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise RuntimeError
        await _start(send, 201, HEADERS)
        return await send({"type": "http.response.body", "body": b'{"ok": true}'})

    async def _stream(self, receive: Receive, send: Send) -> None:
        await _start(send, 200, [(b"content-type", b"text/event-stream")])
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        async with asyncio.TaskGroup() as tasks:
            going = tasks.create_task(self.go_on.wait())
            while not going.done():
                message = await receive()
                if message["type"] == "http.disconnect":
                    self.ended.set()
                    going.cancel()
                    return


SPAN = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"
HEADERS = [
    (b"content-type", b"application/json"),
    (b"etag", b'"1"'),
    (b"traceparent", SPAN.encode()),
    (b"set-cookie", b"stolen=1"),
    (b"server", b"secret/1.0"),
    (b"location", b"/v1/contacts/con_1"),
]


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message: dict[str, Any] = dict(await receive())
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body
