"""The model itself: llama.cpp in this process, one answer at a time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import xllamacpp

CONTEXT = 8192  # tokens
PROMPT_CACHE = 256  # MiB, for the prompts of other conversations
WORKS_ALONE = 1  # threads: two fall behind one as soon as anything else computes
READS_WITH = 2  # threads


class Engine:
    """Loads when it is made, which takes seconds."""

    def __init__(self, model: Path) -> None:
        self._server = xllamacpp.Server(_parameters(model))

    async def answer(self, request: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Chunks of a streamed answer. Closing the iterator stops the model at its next token."""
        loop, left = asyncio.get_running_loop(), Event()
        chunks: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

        def put(chunk: dict[str, Any] | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)

        def on_chunk(some: Any) -> bool:
            for one in some if isinstance(some, list) else [some]:
                put(one)
            return left.is_set()

        def work() -> None:
            try:
                self._server.handle_chat_completions(request, on_chunk)
            except Exception as failure:  # noqa: BLE001  whatever it is, the listener has to know
                put({"error": {"message": type(failure).__name__, "type": "server_error"}})
            put(None)

        Thread(target=work, daemon=True).start()
        try:
            while (chunk := await chunks.get()) is not None:
                yield chunk
        finally:
            left.set()


def _parameters(model: Path) -> Any:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.verbosity = 0
    parameters.cache_ram_mib = PROMPT_CACHE
    parameters.ui = False
    for threads, number in (
        (parameters.cpuparams, WORKS_ALONE),
        (parameters.cpuparams_batch, READS_WITH),
    ):
        threads.n_threads = number
        threads.poll = 0
    return parameters
