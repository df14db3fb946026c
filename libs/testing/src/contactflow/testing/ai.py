"""An OpenAI-compatible server over real HTTP that answers as a test planned it."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from contactflow.testing.ports import listening
from contactflow.testing.speech import ConnectionGoesError, ScriptedSpeech

STARTS_WITHIN = 10.0  # seconds


@dataclass(frozen=True)
class Says:
    """A text in pieces, `pause` seconds before each; `finish` is the provider's reason to end."""

    pieces: tuple[str, ...]
    pause: float = 0.0
    finish: str = "stop"


@dataclass(frozen=True)
class Calls:
    """One tool call; `arguments` is the JSON as the model wrote it, right or wrong.

    `pieces` are said before it, in the same answer.
    """

    tool: str
    arguments: str
    pieces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refuses:
    """An error status, told in text that must not get anywhere."""

    status: int
    retry_after: int | None = None


@dataclass(frozen=True)
class IsSilent:
    """Takes the question and says nothing for that many seconds."""

    seconds: float = 60.0


@dataclass(frozen=True)
class BreaksOff:
    """Some pieces, then the connection goes; or, `quietly`, a stream that just ends too early."""

    pieces: tuple[str, ...] = ()
    quietly: bool = False


Plan = Says | Calls | Refuses | IsSilent | BreaksOff


def says(text: str, *, pause: float = 0.0) -> Says:
    """A text word by word."""
    return Says(tuple(text.replace(" ", " \0").split("\0")), pause)


@dataclass
class Asked:
    """A request as it came. `left` is set when the client went before the end."""

    body: dict[str, Any]
    headers: Mapping[str, str]
    left: Event = field(default_factory=Event)
    answered: Event = field(default_factory=Event)


class ScriptedAI:
    """Answers each request with the next plan, and with `otherwise` when none is left."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.api_key = "scripted"
        self.model = "scripted"
        self.speech = ScriptedSpeech()
        self.otherwise: Plan = says("Happy to help.")
        self.requests: list[Asked] = []
        self.read_ahead: list[Asked] = []
        """Requests for a single token: prompts that are to be known before the first question."""
        self._plans: deque[Plan] = deque()

    def plan(self, *plans: Plan) -> None:
        self._plans.extend(plans)

    def reset(self) -> None:
        """As new, for the next test."""
        self._plans.clear()
        self.requests.clear()
        self.read_ahead.clear()
        self.speech.reset()
        self.otherwise = says("Happy to help.")

    async def answer(self, request: Request) -> Response:
        asked = Asked(await request.json(), dict(request.headers))
        if 1 in {asked.body.get("max_completion_tokens"), asked.body.get("max_tokens")}:
            self.read_ahead.append(asked)
            return StreamingResponse(_watched(asked, Says(())), media_type="text/event-stream")
        self.requests.append(asked)
        plan = self._plans.popleft() if self._plans else self.otherwise
        if isinstance(plan, Refuses):
            return _refusal(plan)
        return StreamingResponse(_watched(asked, plan), media_type="text/event-stream")


def _refusal(plan: Refuses) -> Response:
    headers = {} if plan.retry_after is None else {"Retry-After": str(plan.retry_after)}
    error = {"error": {"message": "the provider's own words", "type": "error", "code": None}}
    return JSONResponse(error, plan.status, headers)


async def _watched(asked: Asked, plan: Plan) -> AsyncIterator[str]:
    try:
        async for line in _stream(plan):
            yield line
        asked.answered.set()
    finally:
        if not asked.answered.is_set():
            asked.left.set()


async def _stream(plan: Plan) -> AsyncIterator[str]:
    if isinstance(plan, IsSilent):
        await asyncio.sleep(plan.seconds)
    for piece in plan.pieces if isinstance(plan, Says | BreaksOff | Calls) else ():
        await asyncio.sleep(plan.pause if isinstance(plan, Says) else 0)
        yield _line({"delta": {"content": piece}})
    if isinstance(plan, Calls):
        yield _call(plan)
    if isinstance(plan, BreaksOff):
        if plan.quietly:
            return
        raise ConnectionGoesError
    finish = plan.finish if isinstance(plan, Says) else "tool_calls"
    yield _line({"delta": {}, "finish_reason": finish})
    yield _line(usage={"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10})
    yield "data: [DONE]\n\n"


def _call(plan: Calls) -> str:
    function = {"name": plan.tool, "arguments": plan.arguments}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    return _line({"delta": {"tool_calls": [call]}})


def _line(*choices: dict[str, Any], usage: dict[str, int] | None = None) -> str:
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "finish_reason": None} | choice for choice in choices],
        "usage": usage,
    }
    return f"data: {json.dumps(chunk)}\n\n"


@contextmanager
def scripted_ai() -> Iterator[ScriptedAI]:
    """A running one, on a free port of 127.0.0.1; other processes reach it too."""
    with listening() as listener:
        ai = ScriptedAI(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        chat = Route("/v1/chat/completions", ai.answer, methods=["POST"])
        app = Starlette(routes=[chat, *ai.speech.routes])
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, log_level="critical", timeout_graceful_shutdown=1)
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        _wait_for(server)
        try:
            yield ai
        finally:
            server.should_exit = True
            thread.join()


def _wait_for(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the scripted AI does not start")
        time.sleep(0.01)
