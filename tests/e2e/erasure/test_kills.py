"""Whatever process is killed at whatever step, an erasure completes once."""

import asyncio

import pytest

from tests.e2e.erasure.rights import Known, Officer
from tests.e2e.house import House

PARTICIPANTS = ("gateway", "chat", "crm", "voice")
MOMENTS = (0.02, 0.15)
"""Seconds after the approval, over which its steps are spread."""


async def awaiting(officer: Officer, known: Known) -> str:
    request = await officer.asked(known.email)
    await officer.until(request["id"], "awaiting_approval")
    return str(request["id"])


async def completed_once(officer: Officer, request_id: str) -> None:
    await officer.until(request_id, "completed")
    payload = (await officer.get(request_id, "/receipt"))["payload"]
    deleted = {one["name"]: one["deleted"] for one in payload["participants"]}
    assert deleted["crm"]["contacts"] == 1
    assert deleted["chat"]["messages"] >= 3
    assert all(one["residue"] == 0 for one in payload["participants"])


@pytest.mark.parametrize("participant", PARTICIPANTS)
async def test_a_participant_whose_worker_is_down_is_named_and_waited_for(
    house: House, officer: Officer, known: Known, participant: str
) -> None:
    request_id = await awaiting(officer, known)
    house.kill(f"{participant}-worker")

    await officer.approve(request_id)
    stalled = await officer.until(request_id, "stalled")
    await house.start(participant, "worker")

    assert stalled["stalled"]["participant"] == participant
    await completed_once(officer, request_id)


@pytest.mark.parametrize("participant", ["chat", "crm"])
async def test_a_participant_that_cannot_be_asked_is_named_and_waited_for(
    house: House, officer: Officer, known: Known, participant: str
) -> None:
    house.kill(f"{participant}-api")

    request = await officer.asked(known.email)
    stalled = await officer.until(request["id"], "stalled")
    await house.start(participant, "api")

    assert stalled["stalled"]["participant"] == participant
    await officer.until(request["id"], "awaiting_approval")
    await officer.approve(request["id"])
    await completed_once(officer, request["id"])


@pytest.mark.parametrize("name", ["privacy", *PARTICIPANTS])
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_worker_that_dies_at_any_step_goes_on(
    house: House, officer: Officer, known: Known, name: str, moment: float
) -> None:
    request_id = await awaiting(officer, known)

    await officer.approve(request_id)
    await asyncio.sleep(moment)
    house.kill(f"{name}-worker")
    await house.start(name, "worker")

    await completed_once(officer, request_id)


async def test_the_service_that_leads_it_may_die_while_it_asks(
    house: House, officer: Officer, known: Known
) -> None:
    request = await officer.asked(known.email)
    house.kill("privacy-worker")
    house.kill("privacy-api")
    await asyncio.gather(house.start("privacy", "worker"), house.start("privacy", "api"))

    await officer.until(request["id"], "awaiting_approval")
    await officer.approve(request["id"])
    await completed_once(officer, request["id"])
