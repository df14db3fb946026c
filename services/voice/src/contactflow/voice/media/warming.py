"""What is slow the first time is done once, before somebody calls."""

import logging

import openai
from livekit import rtc
from livekit.agents import inference
from openai import AsyncOpenAI

from contactflow.runtime.memory import settle
from contactflow.voice.session.inline import InlineExecutor
from contactflow.voice.session.livekit_io import HEARS

log = logging.getLogger(__name__)


class Warming:
    """A part that is over soon. Whatever does not answer is no reason not to take calls."""

    def __init__(self, client: AsyncOpenAI, model: str) -> None:
        self._client, self._model = client, model

    def stop(self) -> None:
        """It ends by itself."""

    async def run(self) -> None:
        await self._listen()
        await self._ask()
        settle()  # with 20 calls a full collection then takes 40 ms instead of 150

    async def _listen(self) -> None:
        stream = inference.VAD(executor=InlineExecutor()).stream()
        stream.push_frame(rtc.AudioFrame(bytes(2 * HEARS), HEARS, 1, HEARS))
        stream.end_input()
        async for _ in stream:
            """A second of silence."""
        await stream.aclose()

    async def _ask(self) -> None:
        try:
            await self._client.chat.completions.create(
                model=self._model,
                messages=[{"role": "user", "content": "Hello."}],
                max_tokens=1,
                store=False,
            )
        except openai.OpenAIError as error:
            log.warning("media.model_is_cold", extra={"error": type(error).__name__})
