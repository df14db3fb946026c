"""The client against a scripted provider over HTTP: what is sent, and what can go wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from contactflow.ai import (
    Assistant,
    Budget,
    Endpoint,
    Message,
    ModelNonsenseError,
    ModelUnavailableError,
    OpenAIModel,
    Text,
    ToolCall,
    ToolResult,
    User,
)
from contactflow.testing.ai import (
    BreaksOff,
    Calls,
    IsSilent,
    Plan,
    Refuses,
    Says,
    ScriptedAI,
    says,
    scripted_ai,
)
from contactflow.testing.metrics import Measured
from libs.ai.tests.suite import (
    AMPLE,
    BOOK,
    RULES,
    LanguageModelSuite,
    TakesBooking,
    all_of,
    text_of,
)

QUESTION = User("When do you open, asks zebra-canary?")
TIGHT = Budget(first_token=1.5, total=3, tokens=50)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedAI]:
    with scripted_ai() as server:
        yield server


@pytest.fixture
def ai(server: ScriptedAI) -> ScriptedAI:
    server.reset()
    return server


@pytest.fixture
async def model(ai: ScriptedAI) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(Endpoint(ai.base_url, ai.api_key, ai.model, temperature=0))
    yield model
    await model.aclose()


class TestScripted(LanguageModelSuite):
    @pytest.fixture
    def model(self, ai: ScriptedAI, model: OpenAIModel) -> OpenAIModel:
        self.ai = ai
        return model

    def plan(self, *plans: Plan) -> None:
        self.ai.plan(*plans)


async def test_an_answer_is_measured_in_time_and_tokens(
    ai: ScriptedAI, model: OpenAIModel, measured: Measured
) -> None:
    ai.plan(says("At nine."), BreaksOff(("At ni",)))

    await all_of(model, RULES, QUESTION)
    with pytest.raises(ModelUnavailableError):
        await all_of(model, RULES, QUESTION)

    known = {"gen_ai_operation_name": "chat", "gen_ai_request_model": ai.model}
    answers = "gen_ai_client_operation_duration_seconds_count"
    assert measured.since(answers, **known, error_type="") == 1
    assert measured.since(answers, **known, error_type="cut") == 1
    first = "gen_ai_client_operation_time_to_first_chunk_seconds_count"
    assert measured.since(first, **known) == 2
    for kind in ("input", "output"):
        assert measured.since("gen_ai_client_token_usage_sum", **known, gen_ai_token_type=kind) > 0


async def test_the_provider_is_told_to_keep_nothing(ai: ScriptedAI, model: OpenAIModel) -> None:
    ai.plan(says("At nine."), Calls("book_table", '{"day": "Monday", "people": 4}'))

    await all_of(model, RULES, QUESTION)
    _ = [one async for one in model.stream([QUESTION], budget=AMPLE, tools=[BOOK])]

    assert [asked.body["store"] for asked in ai.requests] == [False, False]
    assert not [asked for asked in ai.requests if {"user", "metadata"} & asked.body.keys()]


async def test_a_request_is_all_that_was_agreed(ai: ScriptedAI, model: OpenAIModel) -> None:
    await all_of(model, RULES, QUESTION)

    assert ai.requests[0].body == {
        "model": "scripted",
        "messages": [
            {"role": "system", "content": RULES.text},
            {"role": "user", "content": QUESTION.text},
        ],
        "max_completion_tokens": 100,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
        "store": False,
    }
    assert ai.requests[0].headers["authorization"] == "Bearer scripted"


async def test_a_call_and_its_result_are_told_back(ai: ScriptedAI, model: OpenAIModel) -> None:
    call = ToolCall("call_1", BOOK, TakesBooking(day="Monday", people=4))
    told: list[Message] = [QUESTION, Assistant("", (call,)), ToolResult("call_1", "booked")]

    _ = [one async for one in model.stream(told, budget=AMPLE, tools=[BOOK])]

    _, said, result = ai.requests[0].body["messages"]
    assert json.loads(said["tool_calls"][0]["function"]["arguments"]) == {
        "day": "Monday",
        "people": 4,
    }
    assert result == {"role": "tool", "tool_call_id": "call_1", "content": "booked"}
    assert ai.requests[0].body["tools"][0]["function"]["parameters"]["required"] == [
        "day",
        "people",
    ]


async def test_a_busy_provider_is_asked_again_when_it_says(
    ai: ScriptedAI, model: OpenAIModel
) -> None:
    ai.plan(Refuses(429, retry_after=1), says("At nine."))
    clock = asyncio.get_running_loop().time
    asked_at = clock()

    deltas = await all_of(model, QUESTION, budget=TIGHT)

    assert text_of(deltas) == "At nine."
    assert clock() - asked_at >= 1


async def test_a_provider_that_is_busy_for_too_long_is_not_waited_for(
    ai: ScriptedAI, model: OpenAIModel
) -> None:
    ai.plan(Refuses(429, retry_after=30))
    clock = asyncio.get_running_loop().time
    asked_at = clock()

    with pytest.raises(ModelUnavailableError) as failure:
        await all_of(model, QUESTION, budget=TIGHT)

    assert failure.value.reason == "limited"
    assert clock() - asked_at < 1


@pytest.mark.parametrize(
    ("plan", "reason", "times"),
    [
        (Refuses(500), "failing", 3),
        (Refuses(503), "failing", 3),
        (Refuses(429), "limited", 3),
        (Refuses(401), "refused", 1),
        (Refuses(400), "refused", 1),
        (IsSilent(), "slow", 1),
        (BreaksOff(), "cut", 1),
        (BreaksOff(("We open",)), "cut", 1),
        (BreaksOff(("We open",), quietly=True), "cut", 1),
    ],
)
async def test_a_provider_that_fails_is_unavailable(
    ai: ScriptedAI, model: OpenAIModel, plan: Plan, reason: str, times: int
) -> None:
    ai.otherwise = plan

    with pytest.raises(ModelUnavailableError) as failure:
        await all_of(model, QUESTION, budget=TIGHT)

    assert failure.value.facts == {"reason": reason}
    assert len(ai.requests) == times


async def test_a_provider_that_comes_back_answers(ai: ScriptedAI, model: OpenAIModel) -> None:
    ai.plan(Refuses(500), Refuses(502), says("At nine."))

    assert text_of(await all_of(model, QUESTION)) == "At nine."


async def test_nobody_there_is_unavailable() -> None:
    model = OpenAIModel(Endpoint("http://127.0.0.1:9/v1", "key", "none"))

    with pytest.raises(ModelUnavailableError) as failure:
        await all_of(model, QUESTION)

    assert failure.value.reason == "unreachable"
    await model.aclose()


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (Says(()), "empty"),
        (Says((" ", "\n")), "empty"),
        (Says(("No",), finish="content_filter"), "filtered"),
        (Says(("word ",) * 60), "repeating"),
        (Says(tuple(f"{n} " for n in range(60))), "endless"),
        (Calls("open_safe", "{}"), "unknown_tool"),
        (Calls("book_table", '{"day": "Mon'), "bad_arguments"),
        (Calls("book_table", '{"day": "Monday", "people": "4"}'), "bad_arguments"),
        (Calls("book_table", '{"day": "Monday", "people": 4, "vip": true}'), "bad_arguments"),
    ],
)
async def test_an_answer_that_nobody_should_read_is_nonsense(
    ai: ScriptedAI, model: OpenAIModel, plan: Plan, reason: str
) -> None:
    ai.plan(plan)

    with pytest.raises(ModelNonsenseError) as failure:
        _ = [one async for one in model.stream([QUESTION], budget=TIGHT, tools=[BOOK])]

    assert failure.value.facts == {"reason": reason}


@pytest.mark.parametrize(
    "plan", [Refuses(500), BreaksOff(("canary",)), Calls("book_table", '{"canary": 1}')]
)
async def test_no_word_of_anybody_is_in_an_error(
    ai: ScriptedAI, model: OpenAIModel, plan: Plan
) -> None:
    ai.otherwise = plan

    with pytest.raises((ModelUnavailableError, ModelNonsenseError)) as failure:
        _ = [one async for one in model.stream([QUESTION], budget=TIGHT, tools=[BOOK])]

    assert failure.value.__context__ is None
    assert failure.value.__cause__ is None
    assert "canary" not in repr(failure.value) + str(failure.value.facts)


async def test_who_stops_listening_hangs_up(ai: ScriptedAI, model: OpenAIModel) -> None:
    ai.plan(says("one two three four five", pause=0.2))

    async with aclosing(model.stream([QUESTION], budget=AMPLE)) as deltas:
        first = await anext(deltas)

    assert first == Text("one ")
    assert await asyncio.to_thread(ai.requests[0].left.wait, 2)


async def test_a_cancelled_task_hangs_up(ai: ScriptedAI, model: OpenAIModel) -> None:
    ai.plan(IsSilent())

    async with asyncio.TaskGroup() as group:
        listening = group.create_task(all_of(model, QUESTION))
        while not ai.requests:
            await asyncio.sleep(0.01)
        listening.cancel()

    assert await asyncio.to_thread(ai.requests[0].left.wait, 2)
