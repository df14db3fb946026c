"""What the agent may do besides talking, as tools of its model."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Final, Protocol

from livekit.agents import RunContext, function_tool
from livekit.agents.llm import ChatMessage
from pydantic import Field

from contactflow.events.conversations import RIGHTS, Right

NOT_NOW = "This did not work. Say so, and offer to take a message."
SPOKEN_S: Final = 8.0
"""How long an act that ends the conversation waits for what the model says with it."""


class Desk(Protocol):
    """What the agent may do to its own call. What cannot be done now is False, or None."""

    def heard(self, message: ChatMessage) -> bool:
        """Whether it was an answer to the call, and no question to the model."""
        ...

    @property
    def has_human(self) -> bool:
        """Whether somebody can take over."""
        ...

    async def end_call(self, *, parted: bool) -> None:
        """`parted`: the agent has had its last word already."""
        ...

    async def hand_over(self) -> bool: ...

    async def report_minor(self) -> None: ...

    async def take_message(self, text: str) -> bool: ...

    async def request_callback(self, text: str, at: datetime | None) -> bool: ...

    async def look_up(self) -> str | None: ...

    async def open_privacy_request(self, right: Right) -> bool: ...


def tools(desk: Desk) -> list[Any]:
    """Those that make sense in this call; the docstrings are for the model."""
    return [*_ending(desk), *_office(desk)]


def _ending(desk: Desk) -> Iterator[Any]:
    @function_tool
    async def end_call(context: RunContext[Any]) -> None:
        """End the call, once the caller has said goodbye."""
        await _spoken(context)
        await desk.end_call(parted=_has_answered(context))

    yield end_call

    @function_tool
    async def report_minor() -> str:
        """Report that the caller seems to be a child: the call is not recorded any more."""
        await desk.report_minor()
        return "noted"

    yield report_minor

    if desk.has_human:

        @function_tool
        async def handover_to_human(context: RunContext[Any]) -> str:
            """Put the caller through to a person, when they ask for one or need one."""
            await _spoken(context)
            return await _done(desk.hand_over())

        yield handover_to_human


def _office(desk: Desk) -> Iterator[Any]:
    @function_tool
    async def take_message(text: str) -> str:
        """Leave a message of the caller for the business, in the caller's words."""
        return await _done(desk.take_message(text))

    yield take_message

    @function_tool
    async def request_callback(text: str, at: str = "") -> str:
        """Note that the caller wants to be called back; `at` is a time in ISO 8601, if said."""
        return await _done(desk.request_callback(text, _moment(at)))

    yield request_callback

    @function_tool
    async def look_up_caller() -> str:
        """Look up whether this caller left messages or asked for callbacks, and when."""
        return await desk.look_up() or NOT_NOW

    yield look_up_caller

    @function_tool
    async def open_privacy_request(right: Annotated[Right, Field(description=RIGHTS)]) -> str:
        """Open a privacy request, when the caller asks to see, correct or delete their data."""
        return await _done(desk.open_privacy_request(right))

    yield open_privacy_request


async def _spoken(context: RunContext[Any]) -> None:
    """What the model says in the same answer was heard by the caller, or takes too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SPOKEN_S):
            await context.wait_for_playout()


def _has_answered(context: RunContext[Any]) -> bool:
    """Whether the caller has heard the model since they spoke last."""
    return any(
        isinstance(said, ChatMessage) and bool(said.text_content) and not said.interrupted
        for said in context.speech_handle.chat_items
    )


async def _done(doing: Awaitable[bool]) -> str:
    return "done" if await doing else NOT_NOW


def _moment(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return None
