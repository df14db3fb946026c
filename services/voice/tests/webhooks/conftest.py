"""Carriers that call us, and a media process with places."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.kernel import PLATFORM_WORKSPACE_ID, new_id
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.voice.places.repository import House
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.players import Telnyx, Twilio
from services.voice.tests.switchboard import Switchboard

MEDIA = "wss://media.example"


@pytest.fixture
async def house(on: Platform[VoiceSettings], clock: FakeClock) -> AsyncIterator[House]:
    """Two places."""

    async def empty(work: Work) -> None:
        await work.rows(text("DELETE FROM places"))

    house = House(new_id(), MEDIA, 2)
    await on.system.run(PLATFORM_WORKSPACE_ID, empty)
    await on.system.run(PLATFORM_WORKSPACE_ID, lambda work: house.beat(work, at=clock()))
    yield house
    await on.system.run(PLATFORM_WORKSPACE_ID, empty)


@pytest.fixture
def twilio(http: AsyncClient, switchboard: Switchboard, house: House) -> Twilio:
    return Twilio(http, switchboard.carrier["id"])


@pytest.fixture
async def telnyx(switchboard: Switchboard, house: House, clock: FakeClock) -> Telnyx:
    return await Telnyx.connect(switchboard, clock)
