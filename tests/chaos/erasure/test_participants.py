"""Services that are killed at each step of their part in an erasure: it is done, and done once."""

import asyncio

import pytest

from contactflow.events.erasures import PARTICIPANTS
from tests.chaos.erasure.desk import Insisting
from tests.chaos.erasure.erasure import Erasure, begun
from tests.chaos.erasure.lives import Life
from tests.chaos.erasure.steps import Step, long, names
from tests.chaos.failpoints import Failpoints
from tests.chaos.faults import told_to_stop
from tests.chaos.reviving import reviving
from tests.e2e.house import House

WORK = (
    "erasure.requested:read",
    "order:asked",
    "order:told",
    "round:begun",
    "round:locked",
    "round:fenced",
    "round:held",
    "round:written",
    "round:committed",
    "erasure.requested:settled",
    "erasure.requested:done",
    "erasure.participant_completed:unsent",
    "erasure.participant_completed:passed",
)
"""From the event to the answer, in a worker."""

QUICK = ("round:deleted", "erasure.participant_completed:sent")
"""Of the same: the two that matter most, the eraser's and the relay's."""

TWICE = (
    ("erasure.requested:read", "round:deleted"),
    ("order:told", "round:committed"),
    ("round:written", "erasure.participant_completed:sent"),
)
"""And once more, by whoever does it again: from the ledger, before it is ready."""

HASTY = "tests.chaos.mortal.hasty.crm"
ANSWERS = ("residue:asked", "residue:counted")
QUESTIONS = ("discovery:asked", "discovery:found")


@pytest.mark.parametrize("step", [*QUICK, *long(*WORK, *TWICE)], ids=str)
async def test_workers_that_die_at_a_step_of_their_work_have_done_it_once(
    house: House, failpoints: Failpoints, theirs: Erasure, holders: Erasure, step: Step
) -> None:
    """Each at the same step, each with rows of its own to delete."""
    for name in theirs.life.subjects:
        failpoints.arm(name, theirs.request_id, *names(step))
    failpoints.arm("gateway", holders.request_id, *names(step))

    async with reviving(house):
        await asyncio.gather(theirs.approved(), holders.approved())
        await asyncio.gather(theirs.ended(), holders.ended())
        await failpoints.gone_off()

    await asyncio.gather(theirs.is_once(), holders.is_once())


@pytest.mark.long
async def test_a_worker_that_dies_when_the_recordings_have_gone_goes_on_with_the_rows(
    house: House, failpoints: Failpoints, theirs: Erasure
) -> None:
    failpoints.arm("voice", theirs.request_id, "round:emptied")

    async with reviving(house):
        await theirs.approved()
        await theirs.ended()
        await failpoints.gone_off()

    await theirs.is_once()


@pytest.mark.long
@pytest.mark.parametrize("step", QUESTIONS)
async def test_services_that_die_while_they_are_asked_whom_they_know_are_asked_again(
    house: House,
    failpoints: Failpoints,
    customer: Life,
    officer: Insisting,
    erasures: list[Erasure],
    step: str,
) -> None:
    for name in PARTICIPANTS:
        failpoints.arm(name, customer.workspace_id, step)

    async with reviving(house):
        erasure = await begun(officer, customer)
        erasures.append(erasure)
        await erasure.previewed()
        await erasure.approved()
        await erasure.ended()
        await failpoints.gone_off()

    await erasure.is_once()


@pytest.mark.long
@pytest.mark.parametrize("step", [*QUESTIONS, *ANSWERS])
async def test_services_that_die_while_they_are_asked_after_the_approval_are_asked_again(
    house: House, failpoints: Failpoints, theirs: Erasure, step: str
) -> None:
    for name in PARTICIPANTS:
        failpoints.arm(name, theirs.life.workspace_id, step)

    async with reviving(house):
        await theirs.approved()
        await theirs.ended()
        await failpoints.gone_off()

    await theirs.is_once()


@pytest.mark.long
async def test_a_build_that_notes_a_round_before_it_is_done_is_caught(
    house: House, failpoints: Failpoints, customer: Life, officer: Insisting
) -> None:
    """Its rows go in another round: nothing is left, and yet it was not done once."""
    theirs = await begun(officer, customer)
    await theirs.previewed()
    await told_to_stop(house, "crm-worker")
    await house.start("crm", "worker", HASTY)
    failpoints.arm("crm", theirs.request_id, "round:fenced")

    async with reviving(house):
        await theirs.approved()
        await theirs.ended()
        await failpoints.gone_off()

    assert not any((await customer.held()).values())
    with pytest.raises(AssertionError, match="'round_requested': 2"):
        await theirs.is_once()
