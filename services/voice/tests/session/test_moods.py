"""When a silence counts as one, in virtual time."""

import asyncio
from typing import Any

import pytest
from livekit.agents import AgentSession, AgentStateChangedEvent, UserStateChangedEvent
from livekit.agents.voice.events import AgentState, UserState

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.moods import Moods
from contactflow.voice.session.patience import Patience

Change = AgentStateChangedEvent | UserStateChangedEvent


def agent(state: AgentState) -> Change:
    return AgentStateChangedEvent(old_state="idle", new_state=state)


def caller(state: UserState) -> Change:
    return UserStateChangedEvent(old_state="away", new_state=state)


def asked(*changes: Change, every_s: float = 1.0, talks: list[float] | None = None) -> list[float]:
    """When a silence of 15 s is asked about, if this happens one by one; when the caller talks."""
    did: list[float] = []
    talks = [] if talks is None else talks

    async def run() -> None:
        loop = asyncio.get_running_loop()

        async def ask() -> None:
            did.append(loop.time())

        silence = Patience(15.0, ask)
        session: AgentSession[Any] = AgentSession()
        Moods(Patience(1.0), silence, lambda: talks.append(loop.time())).follow(session)
        async with asyncio.TaskGroup() as parts:
            waiting = parts.create_task(silence.run())
            for change in changes:
                await asyncio.sleep(every_s)
                session.emit(change.type, change)
            await asyncio.sleep(100)
            waiting.cancel()

    in_virtual_time(run())
    return did


@pytest.mark.parametrize("last", [agent("speaking"), agent("thinking"), caller("speaking")])
def test_who_speaks_or_thinks_is_not_asked(last: Change) -> None:
    assert asked(agent("listening"), caller("listening"), last) == []


def test_silence_begins_when_both_are_quiet() -> None:
    assert asked(agent("speaking"), caller("speaking"), agent("listening")) == []
    assert asked(agent("speaking"), agent("listening"), caller("listening")) == [18.0]


def test_a_word_during_a_long_answer_begins_no_silence() -> None:
    assert asked(agent("speaking"), caller("speaking"), caller("listening")) == []


def test_who_goes_on_speaking_talks_and_who_coughs_does_not() -> None:
    talks: list[float] = []

    asked(caller("speaking"), caller("listening"), every_s=0.4, talks=talks)
    assert talks == []

    asked(caller("speaking"), caller("listening"), talks=talks)
    assert talks == [1.5]
