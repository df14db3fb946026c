"""Commands to carriers: what is the same whichever carrier it is."""

import asyncio
from collections.abc import Awaitable, Collection
from http import HTTPStatus
from typing import Final

import httpx

from contactflow.kernel import UnavailableError

WHOLE_S: Final = 5.0
"""Of a command, from connecting to the last of its answer."""
TIMEOUT: Final = httpx.Timeout(WHOLE_S, connect=2.0)
"""Of each of its steps: httpx bounds no whole."""


class RefusedCommandError(Exception):
    """The carrier does not do what we say: the key, or the command, is wrong."""

    code = "refused_command"


async def told(
    carrier: str, command: Awaitable[httpx.Response], *, done: Collection[int] = ()
) -> None:
    """Raises UnavailableError, RefusedCommandError; not for what says that it is done already."""
    try:
        async with asyncio.timeout(WHOLE_S):
            answer = await command
    except (httpx.TransportError, TimeoutError):
        raise UnavailableError(service=carrier) from None
    if answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise UnavailableError(service=carrier)
    if answer.is_error and answer.status_code not in done:
        raise RefusedCommandError
