"""What LiveKit's states mean for our patience."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from livekit.agents import (
    AgentSession,
    AgentStateChangedEvent,
    APITimeoutError,
    ErrorEvent,
    UserStateChangedEvent,
    UserTranscriptionTimeoutEvent,
)

from contactflow.voice.session.patience import Patience, Side

TALKS_S: Final = 0.5
"""Whose voice goes on so long talks: it takes 0.25 s to be sure that a cough is over."""


class Moods:
    """`talks` is called when the caller does not only cough."""

    def __init__(self, filler: Patience, silence: Patience, talks: Callable[[], None]) -> None:
        self._filler, self._silence, self._talks = filler, silence, talks
        self._talking: asyncio.TimerHandle | None = None
        self._not_understood = asyncio.Event()

    def follow(self, session: AgentSession[Any]) -> None:
        session.on("agent_state_changed", self._agent)
        session.on("user_state_changed", self._caller)
        session.on("user_transcription_timeout", self._not_heard)
        session.on("error", self._failed)

    async def not_understood(self) -> AsyncIterator[None]:
        """The caller said something that gets no answer: no words arrived, or a model failed."""
        while True:
            await self._not_understood.wait()
            self._not_understood.clear()
            yield

    def _agent(self, event: AgentStateChangedEvent) -> None:
        thinks = event.new_state == "thinking"
        self._filler.hold("agent", on=not thinks)
        if thinks:
            self._filler.alive()
        self._lives("agent", quietly=event.new_state == "listening")

    def _caller(self, event: UserStateChangedEvent) -> None:
        self._lives("caller", quietly=event.new_state == "listening")
        if self._talking:
            self._talking.cancel()
        if event.new_state == "speaking":
            self._talking = asyncio.get_running_loop().call_later(TALKS_S, self._talks)

    def _lives(self, who: Side, *, quietly: bool) -> None:
        """Silence is where neither side speaks, nor thinks."""
        self._silence.alive()
        self._silence.hold(who, on=not quietly)

    def _not_heard(self, _: UserTranscriptionTimeoutEvent) -> None:
        self._not_understood.set()

    def _failed(self, event: ErrorEvent) -> None:
        """Speech to text that takes too long was told by `_not_heard`, and before."""
        failed = event.error
        if failed.recoverable or _is_late(failed):
            return
        self._filler.hold("agent")
        self._not_understood.set()


def _is_late(failed: Any) -> bool:
    return failed.type == "stt_error" and isinstance(failed.error, APITimeoutError)
