"""Processes that are killed at each step of a conversation, from the browser to the timeline."""

from collections.abc import AsyncIterator

import pytest

from contactflow.kernel import decode
from contactflow.testing.ai import ScriptedAI
from tests.chaos.crowd import Talk
from tests.chaos.failpoints import Failpoints
from tests.chaos.reviving import reviving
from tests.chaos.storm import a_storm
from tests.e2e.house import House
from tests.e2e.people import Business, a_business

BY_THE_AI = 1  # of the talks; the first is a human's
REVIVED = 5.0
"""Seconds more: who died last is hardly back when the clients end, and its partitions are not."""

REQUEST = ("gateway request:taken", "gateway request:answered")
MESSAGE = ("chat message:written", "chat message:committed")
TURN = (
    "chat turn:begun",
    "chat turn:read",
    "chat turn:asked",
    "chat turn:heard",
    "chat turn:written",
    "chat turn:opened",
    "chat turn:locked",
    "chat turn:said",
    "chat turn:stored",
    "chat answer:committed",
)
RELAY = tuple(
    f"chat {event}:{how_far}"
    for event in ("message.received", "message.sent")
    for how_far in ("unsent", "sent", "passed")
)
TIMELINE = tuple(
    f"crm message.received:{how_far}" for how_far in ("read", "applied", "settled", "done")
)
CONTACT = ("crm contact:written", "crm contact:committed")
STEPS = (*REQUEST, *MESSAGE, *TURN, *RELAY, *TIMELINE, *CONTACT)

pytestmark = pytest.mark.long


@pytest.fixture(scope="session")
async def firms(mortals: House) -> AsyncIterator[tuple[Business, Business]]:
    """Two that have nothing to do with each other."""
    async with a_business(mortals.gateway) as nord, a_business(mortals.gateway, name="S") as sued:
        yield nord, sued


@pytest.mark.parametrize("step", STEPS)
async def test_nothing_is_lost_or_doubled_whoever_dies_at_a_step(
    mortals: House,
    firms: tuple[Business, Business],
    failpoints: Failpoints,
    ai: ScriptedAI,
    step: str,
) -> None:
    async with reviving(mortals), a_storm(mortals, firms, patience=REVIVED) as storm:
        await storm.progress(20)
        failpoints.arm(*aimed(step, storm.talks[BY_THE_AI]))
        await failpoints.gone_off()
        await storm.progress(10)


def aimed(step: str, talk: Talk) -> tuple[str, object, str]:
    """Whose failpoint, for whom, and which."""
    service, failpoint = step.split()
    if step in REQUEST:
        return service, "/v1/public/web-chat/messages", failpoint
    if step in CONTACT:
        return service, decode("ws", talk.workspace), failpoint
    return service, decode("cnv", talk.place), failpoint
