"""A language model behind the OpenAI chat completions interface, whoever speaks it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

import openai
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionChunk

from contactflow.ai.answer import Answer
from contactflow.ai.errors import ModelUnavailableError, Unavailable
from contactflow.ai.language import Budget, Delta, Message
from contactflow.ai.tools import Tool
from contactflow.ai.watching import Watching
from contactflow.ai.wire import request

BACK_OFF = (0.25, 0.5)  # seconds before the second try, and before the third
CONNECT = 5.0  # seconds
TOO_MANY, BROKEN = 429, 500

Chunks = AsyncStream[ChatCompletionChunk]


@dataclass(frozen=True)
class Endpoint:
    """Where a model answers. `temperature` None leaves it to the provider."""

    base_url: str
    api_key: str
    model: str
    temperature: float | None = None


@dataclass(frozen=True)
class Failure:
    """Why nobody answered, whether that passes, and after how many seconds."""

    reason: Unavailable
    passing: bool = False
    after: float | None = None


class OpenAIModel:
    """Asks with `store=false` and without a name for who asks.

    A question that nobody has begun to answer is asked again, up to three times within the budget
    for the first token, after the time that `Retry-After` (RFC 9110) names. Once a piece was given,
    a failure is a failure.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._model = endpoint.model
        self._options: dict[str, Any] = {"model": endpoint.model}
        if endpoint.temperature is not None:
            self._options["temperature"] = endpoint.temperature
        self._client = AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            max_retries=0,
            timeout=openai.Timeout(None, connect=CONNECT),
        )

    async def stream(
        self, messages: Sequence[Message], *, budget: Budget, tools: Sequence[Tool[Any]] = ()
    ) -> AsyncGenerator[Delta, None]:
        """As `LanguageModel.stream`."""
        asked_at = asyncio.get_running_loop().time()
        body = request(messages, budget=budget, tools=tools) | self._options
        last = asked_at + budget.total
        first = min(last, asked_at + budget.first_token)
        answer = Answer(budget, tools)
        with Watching(self._model) as watching:
            body |= {"extra_headers": watching.headers}
            async with await self._opened(body, first) as chunks:
                while chunk := await _next(chunks, last if answer.pieces else first):
                    for text in answer.take(chunk):
                        watching.spoke()
                        yield text
            for delta in answer.end():
                yield delta
            watching.ended(answer.usage)

    async def aclose(self) -> None:
        """Close what is open to the provider."""
        await self._client.close()

    async def _opened(
        self, body: dict[str, Any], deadline: float, pauses: tuple[float, ...] = BACK_OFF
    ) -> Chunks:
        outcome = await self._attempt(body, deadline)
        if not isinstance(outcome, Failure):
            return outcome
        if not (outcome.passing and pauses):
            raise ModelUnavailableError(outcome.reason)
        pause = outcome.after or pauses[0]
        if asyncio.get_running_loop().time() + pause >= deadline:
            raise ModelUnavailableError(outcome.reason)
        await asyncio.sleep(pause)
        return await self._opened(body, deadline, pauses[1:])

    async def _attempt(self, body: dict[str, Any], deadline: float) -> Chunks | Failure:
        try:
            async with asyncio.timeout_at(deadline):
                chunks: Chunks = await self._client.chat.completions.create(**body)
                return chunks
        except TimeoutError:
            return Failure("slow")
        except openai.APIStatusError as error:
            return failure_of(error.status_code, error.response.headers.get("retry-after", ""))
        except openai.APIError:
            return Failure("unreachable", passing=True)


async def _next(chunks: Chunks, deadline: float) -> ChatCompletionChunk | None:
    """The next chunk, None after the last. What the provider wrote stays out of the error."""
    reason: Unavailable = "cut"
    try:
        async with asyncio.timeout_at(deadline):
            return await anext(chunks, None)
    except TimeoutError:
        reason = "slow"
    except (openai.APIError, ValueError):
        pass
    raise ModelUnavailableError(reason)


def failure_of(status: int, retry_after: str) -> Failure:
    """What a refusal means. `Retry-After` is read in seconds; its other form, a date, is not."""
    after = float(retry_after) if retry_after.isdecimal() else None
    if status == TOO_MANY:
        return Failure("limited", passing=True, after=after)
    return Failure("failing", passing=True, after=after) if status >= BROKEN else Failure("refused")
