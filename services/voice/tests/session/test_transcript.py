"""The turns of a call, as they are kept."""

import asyncio
from typing import Any

import pytest
from livekit import rtc
from livekit.agents import ConversationItemAddedEvent
from livekit.agents.llm import AgentHandoff, ChatMessage

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.cards import Cards
from contactflow.voice.session.ports import Latency, Turn
from contactflow.voice.session.transcript import Transcript
from services.voice.tests.session.house import Kept

NOW_MS = 10_000


def transcribed(*items: Any) -> list[Turn]:
    """What is kept once the call is over."""
    kept = Kept()

    async def following() -> None:
        cards = Cards()
        transcript = Transcript(kept, lambda: NOW_MS, cards)
        session: Any = rtc.EventEmitter[str]()
        transcript.follow(session)
        async with asyncio.TaskGroup() as group:
            group.create_task(transcript.run())
            for item in items:
                if isinstance(item, ChatMessage) and item.role == "user":
                    item.content = [cards.redact(item.text_content or "")]
                event = ConversationItemAddedEvent(item=item)
                session.emit("conversation_item_added", event)
            await transcript.aclose()

    in_virtual_time(following())
    return kept.turns


def message(role: Any, text: str, **more: Any) -> ChatMessage:
    return ChatMessage(role=role, content=[text], **more)


def test_who_said_what_is_kept_in_order() -> None:
    turns = transcribed(message("user", "When? "), message("assistant", "At nine."))

    assert [(turn.seq, turn.speaker, turn.text) for turn in turns] == [
        (1, "caller", "When?"),
        (2, "agent", "At nine."),
    ]


def test_what_nobody_said_is_no_turn() -> None:
    handoff = AgentHandoff(old_agent_id=None, new_agent_id="one")

    assert transcribed(handoff, message("user", ""), message("system", "Be brief.")) == []


def test_an_interrupted_turn_says_so() -> None:
    [turn] = transcribed(message("assistant", "At n", interrupted=True))

    assert turn.interrupted


def test_an_answer_has_the_latency_of_both_sides_once() -> None:
    asked = message("user", "When?", metrics={"end_of_turn_delay": 0.5, "transcription_delay": 0.2})
    told = {
        "llm_node_ttft": 0.05, "llm_node_ttfs": 0.06, "tts_node_ttfb": 0.07, "e2e_latency": 0.68,
    }  # fmt: skip

    _, first, second = transcribed(
        asked, message("assistant", "At nine.", metrics=told), message("assistant", "Or ten.")
    )

    assert first.latency == Latency(500, 200, 50, 60, 70, 680)
    assert second.latency == Latency()


def test_times_are_offsets_in_the_call_and_never_before_it() -> None:
    began_long_ago = {"started_speaking_at": 1.0, "stopped_speaking_at": 0.5}

    [turn] = transcribed(message("user", "When?", metrics=began_long_ago))

    assert (turn.started_ms, turn.ended_ms) == (0, 0)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (("It is 4111 1111", "1111 1111.", "Yes"), ["It is [card number]", "[card number]."]),
        (("4111", "1111 1111", "1111"), ["[card number]"] * 3),
        (("It is 0612345678", "Yes."), ["It is 0612345678", "Yes."]),
        (("It is 0612345678",), ["It is 0612345678"]),
    ],
)
def test_digits_wait_until_it_is_known_what_they_are(
    said: tuple[str, ...], kept: list[str]
) -> None:
    turns = transcribed(*(message("user", words) for words in said))

    turns.sort(key=lambda turn: turn.seq)
    assert [turn.text for turn in turns][: len(kept)] == kept
    assert [turn.seq for turn in turns] == list(range(1, len(said) + 1))
