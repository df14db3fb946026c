"""The AI's turn, on real PostgreSQL and a scripted model over real HTTP."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.ai import Endpoint, OpenAIModel
from contactflow.chat.turns.engine import Step
from contactflow.chat.turns.prompt import UNANSWERED
from contactflow.persistence import Work
from contactflow.runtime.agents import SqlAgents
from contactflow.testing.agents import bo
from contactflow.testing.ai import BreaksOff, Calls, IsSilent, Plan, Refuses, Says, ScriptedAI, says
from contactflow.testing.metrics import Measured
from services.chat.tests.turns.desk import SHORT, Desk, authors
from services.chat.tests.visitors import Visitor


async def test_the_ai_answers_in_the_conversation(
    desk: Desk, ai: ScriptedAI, measured: Measured
) -> None:
    ai.plan(says("We open at 7:30."))
    visitor = await desk.visitor("When do you open?")

    await desk.turn()

    *_, answer = await visitor.read()
    assert (answer["author"], answer["text"]) == ("agent", "We open at 7:30.")
    assert (await desk.look(visitor))["agent"]["version"] == 1
    told = "contactflow_turn_duration_seconds_count"
    assert measured.since(told, channel="chat", outcome="answered") == 1


async def test_the_visitor_sees_that_the_ai_writes(desk: Desk) -> None:
    hints: list[tuple[UUID, str]] = []
    visitor = await desk.visitor("Hello")

    await desk.turn(hint=lambda *hint: hints.append(hint))

    assert hints == [(visitor.conversation_id, "typing")]


async def test_a_burst_gets_one_answer(desk: Desk, ai: ScriptedAI) -> None:
    visitor = await desk.visitor("Hello", "I have", "a question")

    assert await desk.turn() == 1

    assert await authors(visitor) == ["visitor"] * 3 + ["agent"]
    assert len(ai.requests) == 1


async def test_the_model_is_told_who_it_is_and_what_was_said(desk: Desk, ai: ScriptedAI) -> None:
    await desk.visitor("When do you open?", locale="fr")

    await desk.turn()

    system, question = ai.requests[0].body["messages"]
    assert "The bakery opens at 7:30." in system["content"]
    assert "Answer in French" in system["content"]
    assert question == {"role": "user", "content": "When do you open?"}
    assert ai.requests[0].body["store"] is False


@pytest.mark.parametrize(
    ("spoken", "language"), [(("en", "fr"), "French"), (("en",), "English"), (("fr",), "French")]
)
async def test_the_agent_answers_in_a_language_it_speaks(
    desk: Desk, ai: ScriptedAI, spoken: tuple[str, ...], language: str
) -> None:
    newer = bo(desk.visitors.agent_id, version=2, languages=spoken)
    await desk.on.works.run(desk.visitors.workspace_id, lambda work: SqlAgents(work).keep(newer))
    await desk.visitor("Bonjour", locale="fr")

    await desk.turn()

    assert f"Answer in {language}" in ai.requests[0].body["messages"][0]["content"]


async def test_the_prompt_begins_with_the_same_bytes_each_turn(desk: Desk, ai: ScriptedAI) -> None:
    visitor = await desk.visitor("One")
    await desk.turn()
    await visitor.send("Two")
    await desk.turn()

    first, second = (one.body["messages"] for one in ai.requests)
    assert second[: len(first)] == first


async def test_a_newer_message_restarts_the_pending_answer(desk: Desk, ai: ScriptedAI) -> None:
    visitor = await desk.visitor("One")

    async def more(step: Step) -> None:
        if step is Step.WRITTEN and len(ai.requests) == 1:
            await visitor.send("Two")

    await desk.turn(more)
    await desk.turn()

    assert await authors(visitor) == ["visitor", "visitor", "agent"]
    assert [one["content"] for one in ai.requests[1].body["messages"][1:]] == ["One", "Two"]


async def test_after_the_limit_the_pending_answer_is_sent_and_the_next_follows(
    desk: Desk, ai: ScriptedAI
) -> None:
    visitor = await desk.visitor("One")

    async def late(step: Step) -> None:
        if step is Step.WRITTEN and len(ai.requests) == 1:
            desk.clock.advance(timedelta(seconds=15))
            visitor.headers |= desk.visitors.public()
            await visitor.send("Two")

    await desk.turn(late)
    await desk.turn()

    assert await authors(visitor) == ["visitor", "visitor", "agent", "agent"]
    assert ai.requests[1].body["messages"][-1] == {"role": "system", "content": UNANSWERED}


@pytest.mark.usefixtures("announced")
async def test_a_pointless_answer_is_given_up_early(desk: Desk, ai: ScriptedAI) -> None:
    ai.plan(IsSilent())
    visitor = await desk.visitor("One")

    async def overtaken(step: Step) -> None:
        if step is Step.ASKED:
            await desk.act(visitor, "handoff")

    await desk.turn(overtaken)

    assert ai.requests == [] or ai.requests[0].left.wait(2)
    assert await authors(visitor) == ["visitor"]


FAILURES: dict[str, tuple[Plan, ...]] = {
    "down": (Refuses(500),) * 3,
    "refusing": (Refuses(401),),
    "overrun": (Refuses(429),) * 3,
    "slow": (IsSilent(),),
    "slow in the middle": (Says(("Well", " then"), pause=1.5),),
    "half a stream": (BreaksOff(("We open",)),),
    "empty": (Says(()),),
    "blank": (Says((" ", "\n")),),
    "endless": (Says(("x y z ", "a b c ") * 200),),
    "repeating": (Says(("again ",) * 100),),
    "cut off by its limit": (Says(("We",), finish="length"),),
    "a tool nobody offered": (Calls("delete_everything", "{}"),),
    "arguments that do not fit": (Calls("handover_to_human", '{"to": "Ada"}'),),
    "broken arguments": (Calls("handover_to_human", "{"),),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_model_that_fails_leaves_one_sentence_and_a_human(
    desk: Desk, ai: ScriptedAI, failure: str
) -> None:
    ai.plan(*FAILURES[failure])
    visitor = await desk.visitor("Hello", locale="fr")

    await desk.turn(budget=SHORT)
    await desk.turn(budget=SHORT)

    assert await told(visitor) == ["Je ne peux pas répondre pour le moment."]
    assert (await desk.look(visitor))["status"] == "handed_off"
    assert await events(desk) == ["message.sent", "conversation.handed_off"]


async def told(visitor: Visitor) -> list[str]:
    """The first sentences of what the visitor was told."""
    said = [one for one in await visitor.read(cursor=1) if one["direction"] == "outbound"]
    return [one["text"].split(".")[0] + "." for one in said]


async def events(desk: Desk) -> list[str]:
    """Types of what was told to others, after the visitor's own."""

    async def recorded(work: Work) -> list[Any]:
        statement = text("SELECT type FROM outbox ORDER BY aggregate_version OFFSET 2")
        return [row.type for row in await work.rows(statement)]

    return await desk.on.works.run(desk.visitors.workspace_id, recorded)


async def test_a_model_that_is_not_there_leaves_one_sentence_and_a_human(desk: Desk) -> None:
    nowhere = OpenAIModel(Endpoint("http://127.0.0.1:1/v1", "none", "none"))
    visitor = await desk.visitor("Hello", locale="en")

    await desk.turn(model=nowhere)
    await nowhere.aclose()

    assert await told(visitor) == ["I cannot answer that right now."]
    assert (await desk.look(visitor))["status"] == "handed_off"


async def test_whoever_asks_for_a_human_gets_one(desk: Desk, ai: ScriptedAI) -> None:
    ai.plan(Calls("handover_to_human", "{}"))
    visitor = await desk.visitor("A human, please", locale="fr")

    await desk.turn()

    assert await told(visitor) == ["Je transmets votre demande : quelqu’un vous répondra ici."]
    assert (await desk.look(visitor))["status"] == "handed_off"


async def test_an_agent_without_that_tool_hands_nobody_over(desk: Desk, ai: ScriptedAI) -> None:
    newer = bo(desk.visitors.agent_id, version=2, tools=())
    await desk.on.works.run(desk.visitors.workspace_id, lambda work: SqlAgents(work).keep(newer))
    await desk.visitor("A human, please")

    await desk.turn()

    [asked] = ai.requests
    assert "handover_to_human" not in asked.body["messages"][0]["content"]
    assert [one["function"]["name"] for one in asked.body["tools"]] == ["open_privacy_request"]


async def test_an_agent_that_never_came_leaves_one_sentence_and_a_human(desk: Desk) -> None:
    visitor = await desk.visitor("Hello")
    await forget(desk, "agent_versions")

    await desk.turn()
    assert await authors(visitor) == ["visitor"]
    desk.clock.advance(timedelta(seconds=20))
    await desk.turn()

    visitor.headers |= desk.visitors.public()
    assert await authors(visitor) == ["visitor", "system"]


async def test_a_deleted_agent_leaves_one_sentence_and_a_human_at_once(
    desk: Desk, ai: ScriptedAI
) -> None:
    visitor = await desk.visitor("Hello", locale="fr")
    await desk.turn()
    await retire(desk)

    await visitor.send("And on Sundays?")
    await desk.turn()

    assert len(ai.requests) == 1
    assert (await told(visitor))[1:] == ["Je ne peux pas répondre pour le moment."]
    assert (await desk.look(visitor))["status"] == "handed_off"


async def test_a_new_visitor_of_a_deleted_agent_gets_no_word_of_it_but_a_human(
    desk: Desk, ai: ScriptedAI
) -> None:
    greets = bo(desk.visitors.agent_id, version=2, greeting="Hello, I am Bo.")
    await desk.on.works.run(desk.visitors.workspace_id, lambda work: SqlAgents(work).keep(greets))
    await retire(desk)
    visitor = await desk.visitor("Hello")

    await desk.turn()

    assert ai.requests == []
    assert [one["author"] for one in await visitor.read()] == ["system", "visitor", "system"]
    assert await told(visitor) == ["I cannot answer that right now."]
    assert (await desk.look(visitor))["status"] == "handed_off"
    assert await events(desk) == ["message.sent", "conversation.handed_off"]


async def test_an_answer_that_is_being_written_when_its_agent_is_deleted_is_sent(
    desk: Desk,
) -> None:
    visitor = await desk.visitor("Hello")

    async def deleted(step: Step) -> None:
        if step is Step.ASKED:
            await retire(desk)

    await desk.turn(deleted)

    assert await authors(visitor) == ["visitor", "agent"]


async def retire(desk: Desk) -> None:
    """Its agent was deleted."""
    agent_id = desk.visitors.agent_id
    await desk.on.works.run(
        desk.visitors.workspace_id, lambda work: SqlAgents(work).retire(agent_id)
    )


async def forget(desk: Desk, table: str) -> None:
    async def gone(work: Work) -> None:
        await work.rows(text(f"DELETE FROM {table}"))

    await desk.on.works.run(desk.visitors.workspace_id, gone)


async def test_the_ai_does_not_process_a_restricted_person(desk: Desk, ai: ScriptedAI) -> None:
    visitor = await desk.visitor("Hello")
    await restrict(desk)

    await desk.turn()

    assert ai.requests == []
    assert await authors(visitor) == ["visitor", "system"]
    assert (await desk.look(visitor))["status"] == "handed_off"


async def test_a_person_restricted_while_the_ai_writes_gets_no_answer_of_it(desk: Desk) -> None:
    visitor = await desk.visitor("Hello")

    async def restricted(step: Step) -> None:
        if step is Step.WRITTEN:
            await restrict(desk)

    await desk.turn(restricted)

    assert await authors(visitor) == ["visitor", "system"]


async def restrict(desk: Desk) -> None:
    async def now(work: Work) -> None:
        await work.rows(text("UPDATE subjects SET restricted_at = now()"))

    await desk.on.works.run(desk.visitors.workspace_id, now)


@pytest.mark.parametrize("what", [["subjects"], ["subjects", "conversations"]])
@pytest.mark.parametrize("step", [Step.BEGUN, Step.READ, Step.WRITTEN])
async def test_an_answer_to_somebody_erased_is_dropped(
    desk: Desk, step: Step, what: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    await desk.visitor("Hello")
    caplog.set_level(logging.INFO, "contactflow.messaging")

    async def erased(now: Step) -> None:
        if now is step:
            for table in what:
                await forget(desk, table)

    await desk.turn(erased)

    assert await desk.turn() == 0
    assert [one.message for one in caplog.records if "job" in one.message] == ["job.dropped"]
    assert await count(desk, "messages") == 0


async def count(desk: Desk, table: str) -> int:
    async def rows(work: Work) -> int:
        return len((await work.rows(text(f"SELECT id FROM {table}"))).all())

    return await desk.on.works.run(desk.visitors.workspace_id, rows)
