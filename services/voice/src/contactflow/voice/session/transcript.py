"""The turns of a call, kept as they happen."""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from livekit.agents import AgentSession, ConversationItemAddedEvent
from livekit.agents.llm import ChatMessage
from livekit.agents.llm.chat_context import MetricsReport

from contactflow.telemetry import metrics
from contactflow.voice.session.cards import Cards, has_number
from contactflow.voice.session.keeper import Keeper
from contactflow.voice.session.ports import Latency, Speaker, Turn, Turns

UNKNOWN = Latency()


class Transcript:
    """Turns by LiveKit, and phrases by `said`. Kept by number; one that waits comes later."""

    def __init__(self, turns: Turns, offset_ms: Callable[[], int], cards: Cards) -> None:
        self._kept, self._offset_ms, self._cards = Keeper(turns.add), offset_ms, cards
        self._numbers = count(1)
        self._caller = MetricsReport()
        self._held: list[Turn] = []

    def follow(self, session: AgentSession[Any]) -> None:
        session.on("conversation_item_added", self._added)

    def said(self, text: str, *, began_ms: int, played_ms: int, interrupted: bool = False) -> None:
        """A phrase that no model made."""
        self._keep("agent", text, (began_ms, began_ms + played_ms), cut=interrupted)

    def heard(self, message: ChatMessage) -> None:
        """A turn of the caller."""
        self._caller = message.metrics
        self._keep("caller", message.text_content or "", span(message, self._offset_ms()))

    async def run(self) -> None:
        await self._kept.run()

    async def aclose(self) -> None:
        self._let_go()
        await self._kept.aclose()

    def _added(self, event: ConversationItemAddedEvent) -> None:
        """Also told of items without a role, and of messages without a text."""
        item = event.item
        if not isinstance(item, ChatMessage) or not item.text_content:
            return
        if item.role == "user":
            self.heard(item)
        elif item.role == "assistant":
            cut, latency = item.interrupted, split(self._caller, item.metrics)
            text, here = self._cards.told(item.text_content), span(item, self._offset_ms())
            if latency.total is not None:
                answered = {"channel": "voice", "outcome": "answered"}
                metrics.TURN_DURATION.record(latency.total / 1000, answered)
            self._keep("agent", text, here, cut=cut, latency=latency)
            self._caller = MetricsReport()

    def _keep(
        self,
        speaker: Speaker,
        text: str,
        span: tuple[int, int],
        *,
        cut: bool = False,
        latency: Latency = UNKNOWN,
    ) -> None:
        turn = Turn(next(self._numbers), speaker, text.strip(), *span, cut, latency)
        if not self._cards.is_open:
            self._let_go()
        if self._cards.is_open and has_number(turn.text):
            self._held.append(turn)
        else:
            self._kept.keep(replace(turn, text=self._cards.scrub(turn.text)))

    def _let_go(self) -> None:
        """Of turns with digits, what no card number was made of since."""
        for held in self._held:
            self._kept.keep(replace(held, text=self._cards.scrub(held.text)))
        self._held = []


def span(message: ChatMessage, offset_ms: int) -> tuple[int, int]:
    """When it was said. LiveKit says wall-clock times; the record says offsets in the call."""
    now = time.time()
    began = message.metrics.get("started_speaking_at", now)
    ended = message.metrics.get("stopped_speaking_at", now)
    offsets = (offset_ms - round((now - at) * 1000) for at in (began, max(began, ended)))
    first, last = (max(0, at) for at in offsets)
    return first, last


def split(caller: MetricsReport, agent: MetricsReport) -> Latency:
    """`speech_to_text` lies inside `end_of_speech`: the parts do not add up to the total."""
    return Latency(
        end_of_speech=_ms(caller.get("end_of_turn_delay")),
        speech_to_text=_ms(caller.get("transcription_delay")),
        first_token=_ms(agent.get("llm_node_ttft")),
        first_sentence=_ms(agent.get("llm_node_ttfs")),
        first_audio=_ms(agent.get("tts_node_ttfb")),
        total=_ms(agent.get("e2e_latency")),
    )


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
