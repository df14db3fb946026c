"""What may arrive as a body: JSON, not too much of it, nothing that breaks what reads it."""

import asyncio
import json
import math
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final, NoReturn

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.web.errors import RequestTimeoutError
from contactflow.web.problems import problem
from contactflow.web.requests import header

LIMIT: Final = 256 * 1024
DEPTH: Final = 32
ARRIVES: Final = 30.0  # seconds: 70 kbit/s for the longest body


class BodyTooLargeError(Exception):
    """More bytes than allowed."""


class InvalidJsonError(ValueError):
    """Not JSON, or JSON that PostgreSQL, UTF-8 or the stack could not hold."""


class BodyMiddleware:
    """Reads the whole body, at most `limit` bytes, and lets nothing but sound JSON through.

    It lies in front of the retry, so that what is kept for a replay is bounded. Answers 413
    before it has read more than the limit, 415 for other media types, 400 for wrong JSON, 408 for
    what is not there after `within` seconds, however steadily it drips.
    """

    def __init__(self, app: ASGIApp, limit: int = LIMIT, within: float = ARRIVES) -> None:
        self._app, self._limit, self._within = app, limit, within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is sound, with its body in one piece."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            body = await whole(scope, receive, limit=self._limit, within=self._within)
            if body and not _is_json(scope):
                refusal = HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"
            else:
                sound(body)
                return await self._app(scope, replaying(body, receive), send)
        except RequestTimeoutError as late:
            refusal = HTTPStatus.REQUEST_TIMEOUT, late.code
        except BodyTooLargeError:
            return await too_large(scope, self._limit)(scope, receive, send)
        except InvalidJsonError:
            refusal = HTTPStatus.BAD_REQUEST, "invalid_json"
        return await problem(scope, *refusal)(scope, receive, send)


async def whole(
    scope: Scope, receive: Receive, *, limit: int = LIMIT, within: float = ARRIVES
) -> bytes:
    """The body in one piece.

    Raises BodyTooLargeError before it has read more than the limit, RequestTimeoutError when it is
    not there after `within` seconds, however steadily it drips.
    """
    if _announced(scope) > limit:
        raise BodyTooLargeError
    try:
        async with asyncio.timeout(within):
            return await _arrived(receive, limit)
    except TimeoutError:
        raise RequestTimeoutError from None


async def _arrived(receive: Receive, limit: int) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise BodyTooLargeError
    return bytes(body)


def too_large(scope: Scope, limit: int) -> Response:
    """413 that says how many bytes would have been taken."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return problem(scope, status, "body_too_large", limit_bytes=limit)


def replaying(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body in one message, then what `receive` says (a disconnect)."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again


def sound(body: bytes) -> None:
    """Raises InvalidJsonError unless the body is empty or JSON that everything behind can hold.

    No duplicate keys (readers would differ in which one counts), no NaN, no NUL (PostgreSQL has
    none), no lone surrogates (UTF-8 has none), at most 32 levels.
    """
    if not body:
        return
    try:
        read = json.loads(
            body.decode(), object_pairs_hook=_single, parse_constant=_refused, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise InvalidJsonError from error
    level: list[Any] = [read]
    for _ in range(DEPTH):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise InvalidJsonError


def _inside(one: Any) -> Iterable[Any]:
    if isinstance(one, str):
        if "\0" in one or any("\ud800" <= letter <= "\udfff" for letter in one):
            raise InvalidJsonError
        return ()
    if isinstance(one, dict):
        return _both(one)
    return one if isinstance(one, list) else ()


def _both(one: dict[str, Any]) -> Iterator[Any]:
    yield from one.keys()
    yield from one.values()


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InvalidJsonError
    return found


def _finite(written: str) -> float:
    if not math.isfinite(read := float(written)):
        raise InvalidJsonError
    return read


def _refused(_: str) -> NoReturn:
    raise InvalidJsonError


def _announced(scope: Scope) -> int:
    said = header(scope, "content-length")
    return int(said) if said.isdecimal() else 0


def _is_json(scope: Scope) -> bool:
    return header(scope, "content-type").partition(";")[0].strip().lower() == "application/json"
