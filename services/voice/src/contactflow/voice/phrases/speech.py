"""Speech by an OpenAI-compatible endpoint (OpenAI API reference, Create speech)."""

from http import HTTPStatus
from typing import Final

import openai
from openai import AsyncOpenAI

from contactflow.ai.openai import failure_of
from contactflow.kernel import UnavailableError
from contactflow.voice.phrases.errors import SpeechRefusedError

PATIENCE: Final = 60.0  # seconds: nobody waits on the line


class OpenAISpeech:
    """See rendering.Speech. `usual` is the voice of agents that name none."""

    def __init__(self, base_url: str, api_key: str, model: str, *, usual: str) -> None:
        self._model, self._usual = model, usual
        self._client = AsyncOpenAI(
            base_url=base_url, api_key=api_key, max_retries=0, timeout=PATIENCE
        )

    async def say(self, text: str, *, voice: str | None) -> bytes:
        """See Speech."""
        try:
            spoken = await self._client.audio.speech.create(
                model=self._model, voice=voice or self._usual, input=text, response_format="pcm"
            )
        except openai.APIConnectionError as error:
            raise UnavailableError from error
        except openai.APIStatusError as error:
            if _passes(error.status_code):
                raise UnavailableError from error
            raise SpeechRefusedError(error.status_code) from error
        return spoken.content

    async def aclose(self) -> None:
        """Close what is open to the provider."""
        await self._client.close()


def _passes(status: int) -> bool:
    return status == HTTPStatus.REQUEST_TIMEOUT or failure_of(status, "").passing
