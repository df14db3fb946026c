"""Making phrases: a durable job per version of an agent that answers a phone number."""

from functools import partial
from typing import Final, Protocol

import numpy as np
import soxr

from contactflow.kernel import UnavailableError
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.runtime.agents import SqlAgents
from contactflow.voice import g711
from contactflow.voice.phrases.errors import SpeechTooShortError
from contactflow.voice.phrases.promises import RENDER, Render
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.voice.session.ports import RATE

SPEAKS: Final = 24_000
A_LETTER_S: Final = 0.02
"""Nobody speaks as fast as that: people take three times as long."""


class Speech(Protocol):
    """A voice. Raises UnavailableError, SpeechRefusedError."""

    async def say(self, text: str, *, voice: str | None) -> bytes:
        """24 kHz, 16 bit, mono PCM."""


class Rendering:
    """Speaks with no transaction open, keeps each phrase in one of its own."""

    def __init__(self, works: Works, speech: Speech) -> None:
        self._works, self._speech = works, speech

    @property
    def job(self) -> Job[Render]:
        return job(RENDER.name, RENDER.arguments, fetch=self._made, apply=_kept)

    async def _made(self, due: Render) -> int:
        """How many were missing. If one fails, those before it are not paid for again."""
        voice, missing = await self._works.run(due.workspace_id, partial(_wanted, due))
        for said, words in missing.items():
            audio = await self._spoken(words, voice)
            await self._works.run(due.workspace_id, partial(_keep, due, said, audio))
        return len(missing)

    async def _spoken(self, words: str, voice: str | None) -> bytes:
        """Raises SpeechTooShortError: what is cut off would be kept for good."""
        audio = to_telephone(await self._speech.say(words, voice=voice))
        if len(audio) < shortest_s(words) * RATE:
            raise SpeechTooShortError
        return audio


async def _wanted(due: Render, work: Work) -> tuple[str | None, dict[str, str]]:
    """The voice, and the words that are missing. UnavailableError: its copy is on its way."""
    agents = SqlAgents(work)
    if await agents.is_deleted(due.agent_id):
        return None, {}
    agent = await agents.of(due.agent_id, due.version)
    if agent is None:
        raise UnavailableError
    return agent.voice, await SqlPhrases(work).missing(agent)


async def _keep(due: Render, said: str, audio: bytes, work: Work) -> None:
    await SqlPhrases(work).keep(due.agent_id, due.version, {said: audio})


async def _kept(_: Work, __: Render, ___: int) -> None:
    """Nothing is left to keep."""


def shortest_s(words: str) -> float:
    """What these words take at least; a greeting may have signs that nobody says."""
    return A_LETTER_S * sum(one.isalnum() for one in words)


def to_telephone(pcm: bytes) -> bytes:
    """24 kHz PCM as 8 kHz mu-law."""
    samples = np.frombuffer(pcm[: len(pcm) - len(pcm) % 2], np.int16)
    return g711.encode(soxr.resample(samples, SPEAKS, RATE, quality="HQ").tobytes())
