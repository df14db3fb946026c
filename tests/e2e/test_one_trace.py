"""A turn of a conversation is one trace, from the browser's request to the browser's stream."""

import asyncio
import secrets
from collections import Counter
from contextlib import aclosing

from contactflow.kernel import new_id
from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.collector import Span
from contactflow.testing.waiting import until
from tests.e2e.house import House
from tests.e2e.people import Business, Visitor

STEPS = Counter(
    [
        ("gateway-api", "POST /v1/public/web-chat"),
        ("chat-api", "POST /v1/public/web-chat/messages"),
        ("chat-worker", "publish message.received"),
        ("chat-worker", "job chat.turn.answer"),
        ("chat-worker", "chat"),
        ("chat-worker", "publish message.sent"),
        ("chat-api", "deliver message.created"),  # the question, as the page shows it
        ("chat-api", "deliver message.created"),  # the answer
    ]
)
"""What the trace must have, besides what crm does about it."""


async def test_a_turn_is_one_trace_from_the_browser_back_to_it(
    house: House, business: Business, ai: ScriptedAI
) -> None:
    ai.plan(says("We open at 9:30."))
    visitor = await business.visitor()
    trace, browser = secrets.token_hex(16), secrets.token_hex(8)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(answered(visitor))
        header = {"traceparent": f"00-{trace}-{browser}-01"}
        said = {"text": "When do you open?", "client_message_id": str(new_id())}
        path = "/v1/public/web-chat/messages"
        await visitor.http.post(path, json=said, headers=visitor.headers | header)

    ours = await until(lambda: whole(house, trace, browser), longest=40)
    assert [one.process for one in ours if one.parent == browser] == ["gateway-api"]
    assert ai.requests[-1].headers["traceparent"].split("-")[1] == trace
    [asked] = [one for one in ours if one.name == "chat"]
    assert ai.requests[-1].headers["traceparent"].split("-")[2] == asked.id


async def answered(visitor: Visitor) -> None:
    """The page looks all the while."""
    async with asyncio.timeout(60), aclosing(visitor.stream()) as stream:
        async for message in stream:
            if message["author"] == "agent":
                return


def whole(house: House, trace: str, browser: str) -> list[Span]:
    """The spans of that trace, once every step has told of itself and of what began it; else none.

    Each process tells in its own time: what it did may be known before what it was asked.
    """
    ours = [one for one in house.traces.spans if one.trace == trace]
    steps = Counter((one.process, one.name) for one in ours)
    reacts = any(one.process == "crm-worker" and one.name.startswith("apply ") for one in ours)
    beginnings = {one.parent for one in ours} - {one.id for one in ours}
    return ours if steps >= STEPS and reacts and beginnings == {browser} else []
