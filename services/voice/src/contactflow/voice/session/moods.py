"""What LiveKit's states mean for our patience."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from livekit.agents import (
    AgentSession,
    AgentStateChangedEvent,
    ErrorEvent,
    UserStateChangedEvent,
    UserTranscriptionTimeoutEvent,
)

from contactflow.voice.session.patience import Patience


class Moods:
    def __init__(self, filler: Patience, silence: Patience) -> None:
        self._filler, self._silence = filler, silence
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
        if event.new_state == "thinking":
            self._filler.alive()
            self._silence.hold()
        else:
            self._filler.hold()
            self._quiet_if(event.new_state == "listening")

    def _caller(self, event: UserStateChangedEvent) -> None:
        self._quiet_if(event.new_state == "listening")

    def _quiet_if(self, quiet: bool) -> None:  # noqa: FBT001
        if quiet:
            self._silence.alive()
        else:
            self._silence.hold()

    def _not_heard(self, _: UserTranscriptionTimeoutEvent) -> None:
        self._not_understood.set()

    def _failed(self, event: ErrorEvent) -> None:
        if not event.error.recoverable:
            self._filler.hold()
            self._not_understood.set()
