"""A visitor who wants to use a right: noted, told once to others, and the AI goes on."""

import json
from datetime import timedelta
from typing import Any, get_args

import pytest
from sqlalchemy import text

from contactflow.chat.turns.engine import Step
from contactflow.events.conversations import RIGHTS, Right
from contactflow.kernel import Locale, new_id
from contactflow.persistence import Work
from contactflow.testing.ai import Calls, ScriptedAI, says
from services.chat.tests.turns.desk import Desk, authors

PATIENCE = timedelta(seconds=15)  # after that, a newer message no longer begins the turn anew


def asks_for(right: str, **more: str) -> Calls:
    return Calls("open_privacy_request", json.dumps({"right": right, **more}))


async def requests(desk: Desk) -> list[dict[str, Any]]:
    """What others learn."""

    async def recorded(work: Work) -> list[dict[str, Any]]:
        statement = text(
            "SELECT body FROM outbox WHERE type = 'conversation.privacy_requested' ORDER BY id"
        )
        return [row.body for row in await work.rows(statement)]

    return await desk.on.works.run(desk.visitors.workspace_id, recorded)


@pytest.mark.parametrize("right", get_args(Right))
async def test_a_request_is_noted_and_told(desk: Desk, ai: ScriptedAI, right: Right) -> None:
    ai.plan(asks_for(right))
    visitor = await desk.visitor("It is about my data")

    await desk.turn()

    *_, said = await visitor.read()
    assert (said["author"], said["kind"]) == ("system", "text")
    assert "I have noted your request" in said["text"]
    assert await requests(desk) == [
        {
            "conversation_id": str(visitor.conversation_id),
            "subject_id": str(await desk.visitors.subject_of(visitor)),
            "channel": "web",
            "right": right,
        }
    ]


@pytest.mark.parametrize(("locale", "within"), [("en", "one month"), ("fr", "un mois")])
async def test_the_wording_says_by_when_and_stays_as_evidence(
    desk: Desk, ai: ScriptedAI, locale: Locale, within: str
) -> None:
    ai.plan(asks_for("erasure"))
    visitor = await desk.visitor("Erase me", locale=locale)

    await desk.turn()

    *_, said = await visitor.read()
    assert within in said["text"]
    assert await wordings(desk) == [f"privacy_erasure.{locale}.1"]


async def wordings(desk: Desk) -> list[str]:
    async def kept(work: Work) -> list[str]:
        statement = text("SELECT wording_id FROM messages WHERE wording_id LIKE 'privacy%'")
        return [row.wording_id for row in await work.rows(statement)]

    return await desk.on.works.run(desk.visitors.workspace_id, kept)


async def test_the_ai_goes_on_and_knows_what_was_noted(desk: Desk, ai: ScriptedAI) -> None:
    ai.plan(asks_for("access"), says("At 7:30."))
    visitor = await desk.visitor("What do you know of me?")
    await desk.turn()

    await visitor.send("And when do you open?")
    await desk.turn()

    assert await authors(visitor) == ["visitor", "system", "visitor", "agent"]
    assert (await desk.look(visitor))["status"] == "open"
    noted = ai.requests[1].body["messages"][2]
    assert noted["role"] == "assistant"
    assert "I have noted your request" in noted["content"]


async def test_twice_is_told_once_but_answered_twice(desk: Desk, ai: ScriptedAI) -> None:
    ai.plan(asks_for("erasure"), asks_for("erasure"), asks_for("access"))
    visitor = await desk.visitor("Erase me")
    await desk.turn()
    for words in ("Erase me!", "And send me a copy first"):
        await visitor.send(words)
        await desk.turn()

    assert await authors(visitor) == ["visitor", "system"] * 3
    assert [one["right"] for one in await requests(desk)] == ["erasure", "access"]


async def test_another_conversation_is_another_request(desk: Desk, ai: ScriptedAI) -> None:
    ai.plan(asks_for("erasure"), asks_for("erasure"))
    await desk.visitor("Erase me")
    await desk.visitor("Erase me")

    await desk.turn()

    assert len(await requests(desk)) == 2


@pytest.mark.parametrize(
    "more", [{"conversation_id": str(new_id())}, {"subject_id": str(new_id())}, {"right": "all"}]
)
async def test_whose_data_it_is_never_comes_from_the_model(
    desk: Desk, ai: ScriptedAI, more: dict[str, str]
) -> None:
    ai.plan(asks_for(**{"right": "erasure", **more}))
    visitor = await desk.visitor("Erase somebody else")

    await desk.turn()

    assert await requests(desk) == []
    assert (await desk.look(visitor))["status"] == "handed_off"


async def test_a_message_that_came_meanwhile_is_answered_next(desk: Desk, ai: ScriptedAI) -> None:
    ai.plan(asks_for("erasure"), says("At 7:30."))
    visitor = await desk.visitor("Erase me")

    async def more(step: Step) -> None:
        if step is Step.WRITTEN and len(ai.requests) == 1:
            desk.clock.advance(PATIENCE)
            visitor.headers |= desk.visitors.public()
            await visitor.send("And when do you open?")

    await desk.turn(more)
    await desk.turn()

    assert await authors(visitor) == ["visitor", "visitor", "system", "agent"]


@pytest.mark.parametrize("action", ["messages", "handoff", "close"])
async def test_a_late_call_after_a_takeover_is_void(
    desk: Desk, ai: ScriptedAI, action: str
) -> None:
    ai.plan(asks_for("erasure"))
    visitor = await desk.visitor("Erase me")

    async def take_over(step: Step) -> None:
        if step is Step.WRITTEN:
            await desk.act(visitor, action)

    await desk.turn(take_over)

    assert "system" not in await authors(visitor)
    assert await requests(desk) == []


async def test_the_model_is_told_when_to_note_a_request(desk: Desk, ai: ScriptedAI) -> None:
    await desk.visitor("Hello")

    await desk.turn()

    asked = ai.requests[0].body
    assert "call open_privacy_request" in asked["messages"][0]["content"]
    [tool] = [one["function"] for one in asked["tools"] if "privacy" in one["function"]["name"]]
    right = tool["parameters"]["properties"]["right"]
    assert right["enum"] == [*get_args(Right)]
    assert right["description"] == RIGHTS
    assert [*tool["parameters"]["properties"]] == ["right"]


async def test_a_restricted_person_gets_a_human_instead(desk: Desk, ai: ScriptedAI) -> None:
    ai.plan(asks_for("erasure"))
    visitor = await desk.visitor("Erase me")

    async def restricted(step: Step) -> None:
        if step is Step.WRITTEN:
            await desk.on.works.run(desk.visitors.workspace_id, restrict)

    await desk.turn(restricted)

    assert await requests(desk) == []
    assert (await desk.look(visitor))["status"] == "handed_off"


async def restrict(work: Work) -> None:
    await work.rows(text("UPDATE subjects SET restricted_at = now()"))
