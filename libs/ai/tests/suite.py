"""What every language model has to do, whoever runs it."""

import asyncio
from contextlib import aclosing

import pytest

from contactflow.ai import (
    Budget,
    Delta,
    End,
    LanguageModel,
    ModelNonsenseError,
    ModelUnavailableError,
    System,
    Text,
    Tool,
    ToolArguments,
    ToolCall,
    User,
)
from contactflow.testing.ai import Calls, IsSilent, Plan, Says, says

AMPLE = Budget(first_token=60, total=120, tokens=100)
RULES = System(
    "You are the receptionist of the bakery Miette. We open at 8:30. Answer in one sentence."
)
COUNTS = (User("Count from 1 to 80, with commas."),)


class TakesBooking(ToolArguments):
    day: str
    people: int


BOOK = Tool(
    "book_table", "Book a table, once the day and the number of people are known.", TakesBooking
)
WANTS_A_TABLE = (
    System("You book tables. Call book_table at once."),
    User("A table for 4 people on Monday, please."),
)


async def all_of(
    model: LanguageModel, *messages: System | User, budget: Budget = AMPLE
) -> list[Delta]:
    return [delta async for delta in model.stream(messages, budget=budget)]


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, Text))


class LanguageModelSuite:
    """A subclass gives the fixtures `model` and, where answers can be planned, `plan`."""

    @pytest.fixture
    def model(self) -> LanguageModel:
        raise NotImplementedError

    def plan(self, *plans: Plan) -> None:
        """What a scripted model is to answer; a real one answers as it likes."""

    async def test_an_answer_comes_in_pieces_and_ends(self, model: LanguageModel) -> None:
        self.plan(says("We open at 8:30 every day."))

        deltas = await all_of(model, RULES, User("When do you open?"))

        assert "8:30" in text_of(deltas)
        assert len(deltas) > 3
        assert [type(delta) for delta in deltas].count(End) == 1
        assert isinstance(deltas[-1], End)

    async def test_the_end_tells_what_was_used(self, model: LanguageModel) -> None:
        self.plan(says("Hello."))

        *_, end = await all_of(model, User("Say hello."))

        assert isinstance(end, End)
        assert end.usage
        assert end.usage.prompt > 0
        assert end.usage.output > 0

    async def test_a_tool_call_comes_with_its_arguments(self, model: LanguageModel) -> None:
        self.plan(Calls("book_table", '{"day": "Monday", "people": 4}'))

        deltas = [one async for one in model.stream(WANTS_A_TABLE, budget=AMPLE, tools=[BOOK])]

        [call] = [delta for delta in deltas if isinstance(delta, ToolCall)]
        assert call.tool is BOOK
        assert call.arguments == TakesBooking(day="Monday", people=4)

    async def test_an_answer_beyond_its_tokens_is_nonsense(self, model: LanguageModel) -> None:
        self.plan(Says(("1, ", "2, ", "3"), finish="length"))

        with pytest.raises(ModelNonsenseError) as failure:
            await all_of(model, *COUNTS, budget=Budget(60, 120, tokens=5))

        assert failure.value.reason == "endless"

    async def test_a_late_first_token_is_a_slow_model(self, model: LanguageModel) -> None:
        self.plan(IsSilent())

        with pytest.raises(ModelUnavailableError) as failure:
            await all_of(model, *COUNTS, budget=Budget(0.005, 120, tokens=100))

        assert failure.value.reason == "slow"

    async def test_an_answer_beyond_its_time_is_a_slow_model(self, model: LanguageModel) -> None:
        self.plan(says("1, 2, 3, 4, 5, 6, 7, 8", pause=0.1))
        budget = Budget(60, 60, tokens=200)
        async with aclosing(model.stream(COUNTS, budget=budget)) as deltas:
            await anext(deltas)  # warm: from now on it takes its usual time

        self.plan(says("1, 2, 3, 4, 5, 6, 7, 8", pause=0.1))
        with pytest.raises(ModelUnavailableError) as failure:
            await all_of(model, *COUNTS, budget=Budget(0.6, 0.6, tokens=200))

        assert failure.value.reason == "slow"

    async def test_a_cancelled_answer_leaves_room_for_the_next(self, model: LanguageModel) -> None:
        self.plan(says("1, 2, 3, 4, 5", pause=0.05), says("Hello."))
        begun = asyncio.Event()

        async def listen() -> None:
            async for _ in model.stream(COUNTS, budget=Budget(60, 120, tokens=300)):
                begun.set()

        async with asyncio.TaskGroup() as group:
            listening = group.create_task(listen())
            await begun.wait()
            listening.cancel()

        assert text_of(await all_of(model, User("Say hello.")))
