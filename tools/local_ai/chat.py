"""The chat completions interface before the language model."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from tools.local_ai.calls import Sorter
from tools.local_ai.engine import Engine
from tools.local_ai.errors import answered, loading
from tools.local_ai.weights import NAME

WARM_UP = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1, "stream": True}
GONE: dict[str, Any] = {"error": {"code": 499, "message": "nobody waits for an answer"}}
PASSED_ON = ("messages", "tools", "temperature", "top_p", "seed", "stop", "stream_options")


class Chat:
    """Answers 503 until the model is warm."""

    def __init__(self, model: Path) -> None:
        self._path = model
        self._engine: Engine | None = None
        self._turn = asyncio.Lock()

    @property
    def is_warm(self) -> bool:
        return self._engine is not None

    async def warm_up(self) -> None:
        engine = await asyncio.to_thread(Engine, self._path)
        async for _ in engine.answer(WARM_UP):
            pass
        self._engine = engine

    async def complete(self, request: Request) -> Response:
        if self._engine is None:
            return loading()
        asked = await request.json()
        chunks = self._answer(self._engine, request, asked)
        first: dict[str, Any] = await anext(chunks, GONE)
        if "error" in first:
            await chunks.aclose()
            return answered(first["error"].get("code", 500), first["error"])
        if asked.get("stream"):
            return StreamingResponse(_lines(first, chunks), media_type="text/event-stream")
        return JSONResponse(whole([first] + [chunk async for chunk in chunks]))

    async def _answer(self, engine: Engine, request: Request, asked: dict[str, Any]) -> Any:
        """Sorted chunks; who comes second waits, and costs nothing when they leave meanwhile."""
        sorter = Sorter({tool["function"]["name"] for tool in asked.get("tools") or ()})
        async with self._turn:
            if await request.is_disconnected():
                return
            async with aclosing(engine.answer(request_of(asked))) as chunks:
                async for chunk in chunks:
                    for one in sort(chunk, sorter):
                        yield one


def request_of(asked: dict[str, Any]) -> dict[str, Any]:
    """What the engine is told: its own words, and no more than it understands."""
    known = {name: asked[name] for name in PASSED_ON if asked.get(name) is not None}
    limit = asked.get("max_completion_tokens") or asked.get("max_tokens")
    limited = {"max_tokens": limit} if limit else {}
    return known | limited | {"stream": True, "cache_prompt": True}


def sort(chunk: dict[str, Any], sorter: Sorter) -> list[dict[str, Any]]:
    """A chunk of the engine as one or two of the interface."""
    if not chunk.get("choices"):
        return [chunk if "error" in chunk else chunk | {"model": NAME}]
    [choice] = chunk["choices"]
    text = sorter.take(choice["delta"].get("content") or "")
    said = [with_choice(chunk, {"content": text})] if text else []
    if not choice.get("finish_reason"):
        return said
    rest, calls = sorter.end()
    said += [with_choice(chunk, {"content": rest})] if rest else []
    said += [with_choice(chunk, {"tool_calls": calls})] if calls else []
    return [*said, with_choice(chunk, {}, "tool_calls" if calls else choice["finish_reason"])]


def with_choice(
    chunk: dict[str, Any], delta: dict[str, Any], finish: str | None = None
) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant"} | delta, "finish_reason": finish}
    return chunk | {"model": NAME, "choices": [choice]}


def whole(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """A streamed answer as one."""
    deltas = [one["delta"] for chunk in chunks for one in chunk.get("choices", ())]
    calls = [call for delta in deltas for call in delta.get("tool_calls", ())]
    text = "".join(delta.get("content", "") for delta in deltas)
    message = {"role": "assistant", "content": text} | ({"tool_calls": calls} if calls else {})
    finish = [one["finish_reason"] for chunk in chunks for one in chunk.get("choices", ())][-1]
    choice = {"index": 0, "message": message, "finish_reason": finish}
    usage = next((chunk["usage"] for chunk in reversed(chunks) if chunk.get("usage")), None)
    return chunks[0] | {"object": "chat.completion", "choices": [choice], "usage": usage}


async def _lines(first: dict[str, Any], rest: Any) -> AsyncIterator[str]:
    async with aclosing(rest):
        yield f"data: {json.dumps(first)}\n\n"
        async for chunk in rest:
            yield f"data: {json.dumps(chunk)}\n\n"
        yield "data: [DONE]\n\n"
