"""A language model that does what models do on a bad day."""

import pytest

from contactflow.testing.ai import BreaksOff, Calls, IsSilent, Plan, Refuses, Says, ScriptedAI
from tests.chaos.storm import a_storm
from tests.e2e.house import House
from tests.e2e.people import Business

PATIENCE = 12.0  # seconds that a visitor waits for the first word of an answer

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Refuses(429, retry_after=1), id="refuses-for-now"),
        pytest.param(Refuses(500), id="fails"),
        pytest.param(IsSilent(), id="hangs"),
        pytest.param(BreaksOff(("We open ", "at ")), id="breaks-off"),
        pytest.param(BreaksOff(("We open ", "at "), quietly=True), id="ends-too-early"),
        pytest.param(Calls("no_such_tool", "{]"), id="asks-for-nonsense"),
        pytest.param(Says(("",)), id="says-nothing"),
    ],
)
async def test_every_visitor_is_answered_or_gets_a_human_whatever_the_model_does(
    house: House, businesses: tuple[Business, Business], ai: ScriptedAI, plan: Plan
) -> None:
    patience = PATIENCE if isinstance(plan, IsSilent) else 0
    ai.otherwise = plan
    async with a_storm(house, businesses, patience=patience) as storm:
        await storm.progress(10)

    shown = [one.text for talk in storm.talks for one in talk.heard if one.author == "agent"]
    assert "the provider's own words" not in "".join(shown)
    assert not any(text.strip() in {"", "We open at"} for text in shown)
