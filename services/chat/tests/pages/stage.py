"""The pages before an API in the shapes of the public one, on which every fault can be played."""

import asyncio
import json
import socket
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from contactflow.chat.channels.errors import ChannelNotFoundError
from contactflow.chat.cors import CorsMiddleware
from contactflow.chat.pages.endpoints import router

KEY = "cf_web_stage"
PREFIX = "/v1/public/web-chat"
DISCLOSURE = {
    "en": "You are chatting with an AI assistant, not with a person.",
    "fr": "Vous échangez avec un assistant IA, et non avec une personne.",
}
BREAK_OFF = "break off"
CUSTOMER = """<!doctype html><html lang="en"><title>Bakery</title>
<link rel="icon" href="data:,"><main><h1>Bakery</h1></main>
<script type="module" src="{host}/widget.js" data-channel="{key}" data-lang="en"></script>"""


@dataclass
class Visit:
    """A conversation, and what its stream still has to do."""

    locale: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    hints: deque[str] = field(default_factory=deque)
    ended: bool = False


class Stage:
    """A visitor's API whose every word the test says. Counts what was asked of it."""

    def __init__(self) -> None:
        self.base_url = ""
        self.refusals: deque[int] = deque()  # statuses for the next messages, which are then lost
        self.swallow = 0  # answers that get lost after their message was stored
        self.late = 0.0  # seconds that it takes them to get lost
        self.asked: Counter[str] = Counter()
        self.places: list[str | None] = []
        self.visits: dict[str, Visit] = {}
        self._numbers = count(1)
        self._by_client: dict[str, dict[str, Any]] = {}

    @property
    def visit(self) -> Visit:
        """The newest."""
        return list(self.visits.values())[-1]

    def say(self, text: str, author: str = "agent") -> None:
        self._store(self.visit, text, author)

    def hint(self, what: str) -> None:
        self.visit.hints.append(what)

    async def channel_name(self, public_key: str) -> str:
        if public_key != KEY:
            raise ChannelNotFoundError
        return "Café Miette"

    def open_session(self, body: dict[str, Any]) -> Response:
        if body["channel_key"] != KEY:
            return problem(404, "channel_not_found")
        token, locale = f"token-{next(self._numbers)}", body["locale"]
        self.visits[token] = Visit(locale)
        said = self._store(self.visits[token], DISCLOSURE[locale], "system", "disclosure")
        session = {"token": token, "conversation_id": said["conversation_id"], "expires_at": None}
        disclosure = {"text": said["text"], "locale": locale}
        return JSONResponse(session | {"disclosure": disclosure}, 201)

    async def receive(self, visit: Visit, body: dict[str, Any]) -> Response:
        if self.refusals:
            return problem(self.refusals.popleft(), "conversation_closed")
        message = self._by_client.get(body["client_message_id"])
        if message is None:
            message = self._store(visit, body["text"], "visitor")
            self._by_client[body["client_message_id"]] = message
        if self.swallow:
            self.swallow -= 1
            await asyncio.sleep(self.late)
            return problem(503, "unavailable")
        return JSONResponse({"message": message}, 202)

    async def stream(self, visit: Visit, place: int) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        while True:
            for message in [one for one in visit.messages if one["seq"] > place]:
                place = message["seq"]
                yield f"id: {place}\nevent: message.created\ndata: {json.dumps(message)}\n\n"
            hint = visit.hints.popleft() if visit.hints else None
            if hint == BREAK_OFF:
                return
            if hint:
                yield f"event: {hint}\ndata: {{}}\n\n"
            await asyncio.sleep(0.05)

    def _store(self, visit: Visit, text: str, author: str, kind: str = "text") -> dict[str, Any]:
        message = {
            "id": f"msg_{next(self._numbers)}",
            "seq": len(visit.messages) + 1,
            "conversation_id": "cnv_1",
            "direction": "inbound" if author == "visitor" else "outbound",
            "author": author,
            "kind": kind,
            "text": text,
            "status": "sent",
            "created_at": datetime.fromtimestamp(time.time(), UTC).isoformat(),
        }
        visit.messages.append(message)
        return message


def problem(status: int, code: str) -> Response:
    return JSONResponse({"code": code, "status": status}, status)


def application(stage: Stage) -> FastAPI:
    app = FastAPI()
    app.state.door = stage
    app.include_router(router)
    app.add_middleware(CorsMiddleware)

    def visit_of(request: Request) -> Visit | None:
        visit = stage.visits.get(request.headers["authorization"].removeprefix("Bearer "))
        return None if visit is None or visit.ended else visit

    @app.post(f"{PREFIX}/sessions")
    async def sessions(request: Request) -> Response:
        stage.asked["sessions"] += 1
        return stage.open_session(await request.json())

    @app.post(f"{PREFIX}/messages")
    async def messages(request: Request) -> Response:
        stage.asked["messages"] += 1
        visit, body = visit_of(request), await request.json()
        return await stage.receive(visit, body) if visit else problem(401, "session_ended")

    @app.get(f"{PREFIX}/events")
    async def events(request: Request) -> Response:
        visit, place = visit_of(request), request.headers.get("last-event-id")
        stage.places.append(place)
        if visit is None:
            return problem(401, "session_ended")
        stream = stage.stream(visit, int(place or 0))
        return StreamingResponse(stream, media_type="text/event-stream")

    @app.get("/customer")
    async def customer() -> Response:
        return HTMLResponse(CUSTOMER.format(host=stage.base_url, key=KEY))

    return app


@contextmanager
def a_stage() -> Iterator[Stage]:
    """A running one, on a free port of 127.0.0.1."""
    stage = Stage()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stage.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            application(stage), log_config=None, log_level="critical", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield stage
        finally:
            server.should_exit = True
            thread.join()
