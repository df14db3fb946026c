"""The caller's voice, by any speech endpoint of the OpenAI interface."""

from dataclasses import dataclass

import numpy as np
import soxr
from openai import AsyncOpenAI

from tools.phone.handset import RATE

SENT_AT = 24_000  # Hz, as `pcm` is defined
TRIES = 120  # while the local AI loads its voices, a second each


@dataclass(frozen=True)
class Mouth:
    """`voice` may name a language where the endpoint knows such a voice."""

    base_url: str
    key: str
    model: str = "tts-1"
    voice: str = "alloy"

    async def speech(self, text: str) -> bytes:
        """16 bit PCM, 8 kHz. Raises openai.OpenAIError."""
        async with AsyncOpenAI(
            base_url=self.base_url, api_key=self.key, max_retries=TRIES
        ) as client:
            spoken = await client.audio.speech.create(
                input=text, model=self.model, voice=self.voice, response_format="pcm"
            )
        return to_telephone(spoken.content)


def to_telephone(pcm: bytes) -> bytes:
    """From 24 kHz to 8 kHz."""
    wave = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    return bytes(soxr.resample(wave, SENT_AT, RATE).astype("<i2"))
