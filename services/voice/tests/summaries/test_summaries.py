"""Summaries: written once by a real endpoint, on real PostgreSQL, kept sealed."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import text

from contactflow.ai import Endpoint, OpenAIModel
from contactflow.events import Fact
from contactflow.events.calls import CallCompleted
from contactflow.kernel import PLATFORM_WORKSPACE_ID, GoneError, decode, encode, new_id
from contactflow.messaging import Jobs
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.ai import Calls, Refuses, Says, ScriptedAI, says, scripted_ai
from contactflow.testing.clock import FakeClock
from contactflow.voice.calls import service
from contactflow.voice.calls.contents import Speaker, Turn
from contactflow.voice.calls.evidence import Ending
from contactflow.voice.calls.model import Call, Line
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.summaries import handlers
from contactflow.voice.summaries.promises import SUMMARIZE, Summarize
from contactflow.voice.summaries.summarizing import TRIES, Summarizing
from services.voice.tests.kept import CALLER
from services.voice.tests.switchboard import NUMBER, Switchboard

ASKED, ANSWERED = "Do you bake on Sundays?", "Yes, from eight."
ABOUT = "The caller asked about Sundays."
SAID: tuple[tuple[Speaker, str], ...] = (("caller", ASKED), ("agent", ANSWERED))
GREETED: tuple[tuple[Speaker, str], ...] = (("agent", "You speak with an AI."),)
SUMMARIZED = text("SELECT body FROM outbox WHERE type = 'call.summarized' AND key = :call_id")
STORED = text("SELECT text FROM summaries UNION ALL SELECT text FROM follow_ups")
WAITING = text("SELECT tries, given_up_at FROM jobs WHERE name = :name")
RESTRICT = text("UPDATE subjects SET restricted_at = now()")
NONSENSE = Calls("summarize", '{"summary": 7}')


def answer(**said: Any) -> Calls:
    fields = {"summary": ABOUT, "intent": "question", "follow_ups": []}
    return Calls("summarize", json.dumps(fields | said))


@dataclass
class Secretary:
    """The worker that summarizes, and staff who ask."""

    on: Platform[VoiceSettings]
    clock: FakeClock
    model: OpenAIModel
    switchboard: Switchboard

    async def ended(self, said: Any = SAID) -> UUID:
        """A call that was just ended, and its event's reaction."""
        call = await self.live(said)
        await self.do(lambda work: self._end(work, call))
        return call

    async def live(self, said: Any = SAID) -> UUID:
        call: Call = await self.do(lambda work: self._answer(work, said))
        return call.id

    async def tell(self, call_id: UUID) -> None:
        """`call.completed` arrives."""
        call: Call = await self.do(lambda work: SqlCalls(work).get(call_id))
        body = CallCompleted(
            call_id=call_id,
            subject_id=call.subject_id,
            direction="inbound",
            status="completed",
            ended_by="caller",
            duration_s=9,
            turn_count=2,
            recorded=False,
        )
        fact = Fact(new_id(), self.switchboard.workspace_id, new_id(), 1, self.clock(), body)
        await self.do(lambda work: handlers.summarize_later(work, fact))

    async def work(self) -> int:
        on = self.on
        job = Summarizing(on.works, self.model, self.clock).job
        return await Jobs(on.works, on.system, [job], clock=self.clock, changes=on.changes).once()

    async def ask(self, call_id: UUID) -> Response:
        url = f"/v1/calls/{encode('call', call_id)}/summary"
        return await self.switchboard.http.get(url, headers=self.switchboard.staff)

    async def rows(self, statement: Any, **values: Any) -> list[Any]:
        async def look(work: Work) -> list[Any]:
            return list((await work.rows(statement, values)).all())

        found: list[Any] = await self.do(look)
        return found

    async def do(self, body: Any) -> Any:
        return await self.on.works.run(self.switchboard.workspace_id, body)

    async def _answer(self, work: Work, said: Any) -> Call:
        board = self.switchboard
        carrier, number = decode("car", board.carrier["id"]), decode("num", board.number["id"])
        agent = decode("agt", board.agent)
        line = Line(carrier, new_id().hex, CALLER, number, NUMBER, agent, "consent")
        call = await service.ring(SqlCalls(work), line, at=self.clock())
        call.answer(1, at=self.clock())
        await work.session.flush()
        for seq, (speaker, words) in enumerate(said):
            turn = Turn(call_id=call.id, seq=seq, speaker=speaker, started_ms=0, ended_ms=9)
            turn.about(call.person, new_id())
            turn.text, turn.interrupted = words, False
            work.session.add(turn)
        return call

    async def _end(self, work: Work, call_id: UUID) -> None:
        call = await SqlCalls(work).get(call_id)
        call.end(Ending("caller"), at=self.clock())


@pytest.fixture(scope="module")
def running() -> Iterator[ScriptedAI]:
    with scripted_ai() as ai:
        yield ai


@pytest.fixture
def ai(running: ScriptedAI) -> ScriptedAI:
    running.reset()
    return running


@pytest.fixture
async def secretary(
    on: Platform[VoiceSettings], clock: FakeClock, ai: ScriptedAI, switchboard: Switchboard
) -> AsyncIterator[Secretary]:
    async def empty(work: Work) -> None:
        await work.rows(text("DELETE FROM jobs"))

    await on.system.run(PLATFORM_WORKSPACE_ID, empty)
    model = OpenAIModel(Endpoint(ai.base_url, ai.api_key, ai.model))
    yield Secretary(on, clock, model, switchboard)
    await model.aclose()


async def test_a_call_is_summarized_once_however_often_it_is_told(
    secretary: Secretary, ai: ScriptedAI
) -> None:
    ai.plan(answer(intent="order", follow_ups=["Keep two loaves."]))
    call = await secretary.ended()
    for _ in range(2):
        await secretary.tell(call)
        await secretary.work()

    shown = (await secretary.ask(call)).json()

    assert (shown["summary"], shown["intent"]) == (ABOUT, "order")
    assert [(one["kind"], one["text"]) for one in shown["follow_ups"]] == [
        ("task", "Keep two loaves.")
    ]
    [event] = await secretary.rows(SUMMARIZED, call_id=call)
    assert b"order" in bytes(str(event.body), "utf8")
    assert len(ai.requests) == 1


async def test_the_model_reads_what_both_said_and_no_number(
    secretary: Secretary, ai: ScriptedAI
) -> None:
    ai.plan(answer())
    await secretary.tell(await secretary.ended())
    await secretary.work()

    said = json.dumps(ai.requests[0].body)
    assert f"caller: {ASKED}\\nagent: {ANSWERED}" in said
    assert CALLER not in said
    assert '"name": "summarize"' in said


async def test_what_is_kept_is_sealed(secretary: Secretary, ai: ScriptedAI) -> None:
    ai.plan(answer(follow_ups=["Keep two loaves."]))
    await secretary.tell(await secretary.ended())
    await secretary.work()

    stored = [row.text for row in await secretary.rows(STORED)]

    assert stored
    assert all(b"Sundays" not in one and b"loaves" not in one for one in stored)


async def test_until_the_model_answers_a_summary_is_pending(
    secretary: Secretary, ai: ScriptedAI, clock: FakeClock
) -> None:
    ai.otherwise = Refuses(429, retry_after=100)
    call = await secretary.ended()
    await secretary.tell(call)
    for _ in range(13):
        assert await secretary.work() == 1
        clock.advance(timedelta(seconds=3))

    waiting = await secretary.ask(call)
    [job] = await secretary.rows(WAITING, name=SUMMARIZE.name)
    ai.otherwise = answer()
    await secretary.work()

    assert (waiting.status_code, waiting.json()["code"]) == (404, "summary_pending")
    assert int(waiting.headers["Retry-After"]) > 0
    assert job.given_up_at is None
    assert (await secretary.ask(call)).json()["summary"] == ABOUT
    assert await secretary.rows(WAITING, name=SUMMARIZE.name) == []


async def test_a_model_that_refuses_is_asked_less_and_less_until_it_does_not(
    secretary: Secretary, ai: ScriptedAI, clock: FakeClock
) -> None:
    ai.otherwise = Refuses(401)
    call = await secretary.ended()
    await secretary.tell(call)
    for _ in range(13):
        await secretary.work()
        clock.advance(timedelta(seconds=3))

    [job] = await secretary.rows(WAITING, name=SUMMARIZE.name)
    asked, ai.otherwise = len(ai.requests), answer()
    clock.advance(timedelta(minutes=1))
    await secretary.work()

    assert asked == job.tries < 6
    assert len(await secretary.rows(SUMMARIZED, call_id=call)) == 1


async def test_a_call_that_goes_on_has_its_summary_pending(secretary: Secretary) -> None:
    assert (await secretary.ask(await secretary.live(GREETED))).json()["code"] == "summary_pending"


async def test_of_a_caller_who_said_nothing_there_is_nothing_to_summarize(
    secretary: Secretary, ai: ScriptedAI
) -> None:
    call = await secretary.ended(GREETED)
    await secretary.tell(call)

    assert await secretary.work() == 1

    none = await secretary.ask(call)
    assert (none.status_code, none.json()["code"]) == (404, "not_found")
    assert "Retry-After" not in none.headers
    assert ai.requests == []


async def test_a_model_that_only_talks_nonsense_leaves_a_call_that_says_what_is_missing(
    secretary: Secretary, ai: ScriptedAI
) -> None:
    ai.otherwise = NONSENSE
    call = await secretary.ended()
    await secretary.tell(call)
    await secretary.work()

    shown: Call = await secretary.do(lambda work: SqlCalls(work).get(call))
    assert shown.missing == ("summary",)
    assert len(ai.requests) == TRIES
    assert (await secretary.ask(call)).json()["code"] == "not_found"


async def test_nonsense_once_is_asked_again(secretary: Secretary, ai: ScriptedAI) -> None:
    ai.plan(NONSENSE, answer())
    call = await secretary.ended()
    await secretary.tell(call)
    await secretary.work()

    assert (await secretary.ask(call)).json()["summary"] == ABOUT


@pytest.mark.parametrize("plan", [says(ABOUT), Says((" ", ABOUT, "\n"))])
async def test_a_model_that_takes_no_tool_is_taken_at_its_word(
    secretary: Secretary, ai: ScriptedAI, plan: Says
) -> None:
    ai.plan(plan)
    call = await secretary.ended()
    await secretary.tell(call)
    await secretary.work()

    shown = (await secretary.ask(call)).json()
    assert (shown["summary"], shown["intent"]) == (ABOUT, "other")


async def test_of_who_wants_their_data_only_stored_nothing_is_made(
    secretary: Secretary, ai: ScriptedAI
) -> None:
    call = await secretary.ended()
    await secretary.tell(call)
    await secretary.rows(text(f"{RESTRICT.text} RETURNING id"))
    await secretary.work()

    assert ai.requests == []
    assert (await secretary.ask(call)).json()["code"] == "not_found"


async def erase(call_id: UUID, work: Work) -> None:
    calls = SqlCalls(work)
    await calls.people.remove((await calls.get(call_id)).person)


async def test_who_was_erased_meanwhile_leaves_no_summary(
    secretary: Secretary, ai: ScriptedAI
) -> None:
    call = await secretary.ended()
    await secretary.tell(call)

    await secretary.do(partial(erase, call))
    await secretary.work()

    assert ai.requests == []
    assert await secretary.rows(WAITING, name=SUMMARIZE.name) == []
    assert await secretary.rows(STORED) == []


async def test_who_is_erased_while_the_model_writes_leaves_none_either(
    secretary: Secretary, ai: ScriptedAI
) -> None:
    ai.plan(answer())
    call = await secretary.ended()
    due = Summarize(workspace_id=secretary.switchboard.workspace_id, call_id=call)
    job = Summarizing(secretary.on.works, secretary.model, secretary.clock).job
    apply = await job.prepare(due)
    await secretary.do(partial(erase, call))

    with pytest.raises(GoneError):
        await secretary.do(lambda work: apply(work, due))

    assert await secretary.rows(STORED) == []
