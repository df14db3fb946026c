"""Where a live call is kept: each thing that it tells is a unit of work."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from contactflow.events.conversations import Right
from contactflow.kernel import Clock, GoneError
from contactflow.persistence import Work, Works
from contactflow.voice.calls import queries, service
from contactflow.voice.calls.contents import Asked, Said, Waits
from contactflow.voice.calls.errors import CallNotFoundError
from contactflow.voice.calls.evidence import Disclosure, Ending, Evidence
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.session.disclosure import Disclosed
from contactflow.voice.session.evidence import Proof
from contactflow.voice.session.ports import CallerGoneError, Latency, Turn

NOTHING = "Nothing is noted about this caller."


class Stores:
    """The session's Turns, Evidence and Office for one call. Each raises CallerGoneError."""

    def __init__(self, works: Works, clock: Clock, workspace_id: UUID, call_id: UUID) -> None:
        self._works, self._clock = works, clock
        self._workspace_id, self._call_id = workspace_id, call_id

    async def add(self, turn: Turn) -> None:
        """See ports.Turns."""
        await self._tell(service.keep_turn, said=_said(turn))

    async def note(self, proof: Proof) -> None:
        """See evidence.Evidence."""
        await self._tell(service.note, evidence=evidence(proof))

    async def take_message(self, text: str) -> None:
        """See ports.Office."""
        await self._tell(service.follow_up, asked=Asked("message", text))

    async def request_callback(self, text: str, at: datetime | None) -> None:
        """A time without a zone is none: the words say what the caller meant."""
        known = at if at and at.tzinfo else None
        await self._tell(service.follow_up, asked=Asked("callback", text, known))

    async def look_up(self) -> str:
        """See ports.Office. Not the words: who shows a number need not be its owner."""
        noted = partial(queries.noted, call_id=self._call_id)
        lines = [_line(one) for one in await self._works.run(self._workspace_id, noted)]
        return "\n".join(lines) or NOTHING

    async def open_privacy_request(self, right: Right) -> None:
        """See ports.Office."""
        await self._tell(service.request_privacy, right=right)

    async def end(self, ending: Ending) -> None:
        """The call is over."""
        await self._tell(service.end, ending=ending)

    async def _tell(self, use_case: Callable[..., Awaitable[None]], **what: Any) -> None:
        async def told(work: Work) -> None:
            await use_case(SqlCalls(work), call_id=self._call_id, at=self._clock(), **what)

        try:
            await self._works.run(self._workspace_id, told)
        except (CallNotFoundError, GoneError) as error:
            raise CallerGoneError from error


def evidence(proof: Proof) -> Evidence:
    agreed = proof.consent
    told = _disclosure(proof.disclosed) if proof.disclosed else None
    return Evidence(told, *agreed, proof.minor_at_ms, proof.handed_over)


def _disclosure(said: Disclosed) -> Disclosure:
    return Disclosure(
        said.wording_id,
        said.locale,
        at_ms=said.began_ms,
        played_ms=said.played_ms,
        confirmed=said.confirmed,
    )


def _said(turn: Turn) -> Said:
    return Said(
        turn.seq,
        turn.speaker,
        turn.text,
        turn.started_ms,
        turn.ended_ms,
        turn.interrupted,
        _waits(turn.latency),
    )


def _waits(latency: Latency) -> Waits:
    return Waits(
        end_of_speech_ms=_whole(latency.end_of_speech),
        speech_to_text_ms=_whole(latency.speech_to_text),
        first_token_ms=_whole(latency.first_token),
        first_sentence_ms=_whole(latency.first_sentence),
        first_audio_ms=_whole(latency.first_audio),
        latency_ms=_whole(latency.total),
    )


def _whole(ms: float | None) -> int | None:
    return None if ms is None else round(ms)


def _line(asked: Any) -> str:
    due = f", for {asked.callback_at:%Y-%m-%d %H:%M} UTC" if asked.callback_at else ""
    return f"{asked.kind} of {asked.created_at:%Y-%m-%d}{due}"
