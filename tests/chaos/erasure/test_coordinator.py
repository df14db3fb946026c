"""privacy is killed at each step of a request: it goes on, and every step is taken once."""

import pytest

from tests.chaos.erasure.desk import Insisting
from tests.chaos.erasure.erasure import Erasure, begun
from tests.chaos.erasure.lives import Life
from tests.chaos.erasure.steps import Step, long, names
from tests.chaos.failpoints import Failpoints
from tests.chaos.reviving import reviving
from tests.e2e.house import House

DECISIONS = tuple(
    f"{what}:{how_far}"
    for what in ("received", "verified", "approved")
    for how_far in ("written", "committed")
)
"""What the officer asks for; the answer is never given, and they ask again."""

STEPS = (
    "discovering:due",
    "discovering:looked",
    "discovering:written",
    "discovering:committed",
    "executing:due",
    "ledger:due",
    "executing:looked",
    "executing:written",
    "executing:committed",
    "erasure.requested:unsent",
    "erasure.requested:sent",
    "erasure.requested:passed",
    "order:asked",
    "order:told",
    "erasure.participant_completed:read",
    "answer:written",
    "answer:committed",
    "last:written",
    "last:committed",
    "erasure.participant_completed:settled",
    "erasure.participant_completed:done",
    "verifying_erasure:due",
    "verifying_erasure:looked",
    "verifying_erasure:committed",
    "erasure.completed:unsent",
    "erasure.completed:sent",
    "erasure.completed:passed",
)
"""From discovery to the receipt."""

QUICK = ("ledger:appended", "verifying_erasure:written")
"""Of the same: the ledger has what the database does not; the receipt is signed, not stored."""

TWICE = (("ledger:appended", "resumed:written"), ("ledger:appended", "resumed:committed"))
"""And once more, when it goes on with what it finds in the ledger."""

LETTERS = ("letter:due", "letter:taken", "letter:written", "letter:committed")
"""The answer to the person."""


@pytest.mark.parametrize("step", long(*DECISIONS, *LETTERS))
async def test_what_was_asked_of_it_and_what_it_writes_is_done_once(
    house: House,
    failpoints: Failpoints,
    customer: Life,
    officer: Insisting,
    erasures: list[Erasure],
    step: str,
) -> None:
    failpoints.arm("privacy", customer.workspace_id, step)

    async with reviving(house):
        erasures.append(await begun(officer, customer))
        await through(erasures[-1])
        await failpoints.gone_off()

    await erasures[-1].is_once()


@pytest.mark.parametrize("step", [*QUICK, *long(*STEPS, *TWICE)], ids=str)
async def test_a_request_goes_on_from_the_step_at_which_it_died(
    house: House,
    failpoints: Failpoints,
    customer: Life,
    officer: Insisting,
    erasures: list[Erasure],
    step: Step,
) -> None:
    async with reviving(house):
        request = await officer.taken_in(*customer.addresses)
        erasures.append(Erasure(officer, customer, request["id"]))
        failpoints.arm("privacy", erasures[-1].request_id, *names(step))
        await officer.attest(request["id"])
        await through(erasures[-1])
        await failpoints.gone_off()

    await erasures[-1].is_once()


async def through(erasure: Erasure) -> None:
    """From the discovery to the end."""
    await erasure.previewed()
    await erasure.approved()
    await erasure.ended()
