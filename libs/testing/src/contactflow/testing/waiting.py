"""Waiting for what another task, process or server does."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")
PAUSE = 0.02


@overload
async def until(condition: Callable[[], Awaitable[T]], *, longest: float = 10.0) -> T: ...
@overload
async def until(condition: Callable[[], T], *, longest: float = 10.0) -> T: ...
async def until(condition: Callable[[], Any], *, longest: float = 10.0) -> Any:
    """Ask again and again until the answer is true, and give it.

    `longest` is in seconds. Raises AssertionError, with the last answer, when they are over.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + longest
    while True:
        said = condition()
        answer = await said if inspect.isawaitable(said) else said
        if answer:
            return answer
        if loop.time() > deadline:
            message = f"not within {longest} s; the last answer was {answer!r}"
            raise AssertionError(message)
        await asyncio.sleep(PAUSE)
