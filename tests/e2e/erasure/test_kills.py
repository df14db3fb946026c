"""Processes that are down while somebody is erased: it waits for them, says so, and completes.

Each step at which one may die is in tests/chaos/erasure.
"""

import asyncio

import pytest

from contactflow.kernel import decode
from tests.e2e.erasure.rights import Known, Officer
from tests.e2e.house import House, rows

PARTICIPANTS = ("gateway", "chat", "crm", "voice")
CONTACT = "SELECT count(*) FROM contacts WHERE id = $1"
MESSAGES = "SELECT count(*) FROM messages WHERE conversation_id = $1"


async def awaiting(officer: Officer, known: Known) -> str:
    request = await officer.asked(known.email)
    await officer.until(request["id"], "awaiting_approval")
    return str(request["id"])


async def completed_once(house: House, officer: Officer, known: Known, request_id: str) -> None:
    await officer.until(request_id, "completed")
    payload = (await officer.get(request_id, "/receipt"))["payload"]
    deleted = {one["name"]: one["deleted"] for one in payload["participants"]}
    assert deleted["crm"]["contacts"] == 1
    assert deleted["chat"]["messages"] >= 3
    assert not await rows(house, "crm", CONTACT, decode("con", known.contact_id))
    assert not await rows(house, "chat", MESSAGES, decode("cnv", known.visitor.conversation_id))


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
    await completed_once(house, officer, known, request_id)


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
    await completed_once(house, officer, known, request["id"])


async def test_the_service_that_leads_it_may_die_while_it_asks(
    house: House, officer: Officer, known: Known
) -> None:
    request = await officer.asked(known.email)
    house.kill("privacy-worker")
    house.kill("privacy-api")
    await asyncio.gather(house.start("privacy", "worker"), house.start("privacy", "api"))

    await officer.until(request["id"], "awaiting_approval")
    await officer.approve(request["id"])
    await completed_once(house, officer, known, request["id"])
