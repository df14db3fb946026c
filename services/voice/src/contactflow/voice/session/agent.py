"""The AI of a call: LiveKit's session over OpenAI-compatible endpoints."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from livekit import rtc
from livekit.agents import (
    NOT_GIVEN,
    Agent,
    AgentSession,
    APIConnectOptions,
    ModelSettings,
    StopResponse,
    TurnHandlingOptions,
    stt,
    vad,
)
from livekit.agents.llm import ChatContext, ChatMessage
from livekit.agents.voice.agent_session import SessionConnectOptions
from openai import AsyncOpenAI

from contactflow.kernel import Locale
from contactflow.voice.session.cards import Cards
from contactflow.voice.session.counting import count
from contactflow.voice.session.language import LanguageModel
from contactflow.voice.session.memory import scrub_all
from contactflow.voice.session.speech import Ears, Mouth
from contactflow.voice.session.tools import Desk, tools

FAILURES: Final = 1
"""Turns that a model may fail in a row before the call ends."""


@dataclass(frozen=True, slots=True)
class Models:
    """What the endpoint calls its models, and the voice to speak with.

    `temperature` None leaves it to the provider.
    """

    language: str
    hears: str = "whisper-1"
    speaks: str = "tts-1"
    voice: str = "alloy"
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Ai:
    """Who answers, in which language, with which models.

    `prompt` is the same in many calls, `situation` is this one's.
    """

    models: Models
    prompt: str
    situation: str = ""
    locale: Locale = "en"


@dataclass(frozen=True, slots=True)
class Timing:
    """What is traded between answering fast and letting people finish; seconds.

    A model that is silent for `model_s` is asked once more; speech to text is not: by then the
    caller was asked to say it again.
    """

    endpointing_s: float = 0.5
    barge_in_s: float = 0.16
    false_barge_in_s: float | None = 0.8
    not_understood_s: float = 4.0
    model_s: float = 9.0


class Receptionist(Agent):
    """Nothing that looks like a card number gets past its ears."""

    def __init__(self, ai: Ai, desk: Desk, cards: Cards) -> None:
        context = ChatContext.empty()
        context.add_message(role="system", content=ai.situation)
        super().__init__(instructions=ai.prompt, chat_ctx=context, tools=tools(desk))
        self._desk, self._cards = desk, cards

    async def stt_node(
        self, audio: AsyncIterable[rtc.AudioFrame], model_settings: ModelSettings
    ) -> AsyncIterator[stt.SpeechEvent]:
        """Transcripts without card numbers: before the model, the record and any log."""
        async for event in Agent.default.stt_node(self, audio, model_settings):
            for said in event.alternatives:
                said.text = self._cards.redact(said.text)
            yield event

    async def on_user_turn_completed(self, turns: ChatContext, new_message: ChatMessage) -> None:
        """An answer to "may we record?" is not a question to the model.

        What was heard in pieces, or turns ago, may be known for a card number only now.
        """
        scrub_all([*turns.items, new_message], self._cards.scrub)
        if self._desk.heard(new_message):
            raise StopResponse


def agent_session(
    ai: Ai, timing: Timing, client: AsyncOpenAI, voice_activity: vad.VAD
) -> AgentSession[Any]:
    """Plug-ins are one call's own, their client is not: a shared plug-in's errors reach all."""
    models = ai.models
    return AgentSession(
        stt=Ears(model=models.hears, language=ai.locale, use_realtime=False, client=client),
        llm=language_model(models, client),
        tts=Mouth(model=models.speaks, voice=models.voice, response_format="pcm", client=client),
        vad=voice_activity,
        turn_handling=_turns(timing),
        conn_options=_patience(timing.model_s),
        aec_warmup_duration=None,
        user_away_timeout=None,
        transcription_timeout=timing.not_understood_s,
        session_close_transcript_timeout=2.0,
    )


def language_model(models: Models, client: AsyncOpenAI) -> LanguageModel:
    """`store` false goes by `extra_body`: the plug-in's own option sends nothing (1.8)."""
    made = LanguageModel(
        model=models.language,
        temperature=NOT_GIVEN if models.temperature is None else models.temperature,
        extra_body={"store": False},
        client=client,
    )
    made.on("metrics_collected", count)
    return made


def _patience(model_s: float) -> SessionConnectOptions:
    once = APIConnectOptions(max_retry=1, retry_interval=0.2, timeout=model_s)
    return SessionConnectOptions(
        stt_conn_options=once,
        llm_conn_options=once,
        tts_conn_options=once,
        max_unrecoverable_errors=FAILURES,
    )


def _turns(timing: Timing) -> TurnHandlingOptions:
    """No preemptive generation: it would send words to the model before they are looked at."""
    return {
        "turn_detection": "vad",
        "endpointing": {"min_delay": timing.endpointing_s, "max_delay": 3.0},
        "interruption": {
            "mode": "vad",
            "min_duration": timing.barge_in_s,
            "false_interruption_timeout": timing.false_barge_in_s,
            "resume_false_interruption": timing.false_barge_in_s is not None,
        },
        "preemptive_generation": {"enabled": False},
    }
