"""A media process, a carrier in front of it, a scripted AI behind it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from httpx import AsyncClient
from obstore.store import LocalStore
from sqlalchemy import text

from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock, system_clock
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.ai import ScriptedAI
from contactflow.testing.serving import serving
from contactflow.voice.live import live
from contactflow.voice.recordings.sink import Recordings
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.media.fakes import Book, Tapes, TelnyxApi, TwilioApi
from services.voice.tests.media.studio import MEDIA, SLOTS, OwnStudio, Studio, a_studio
from services.voice.tests.players import Twilio
from services.voice.tests.switchboard import Switchboard


@pytest.fixture
def clock() -> Clock:
    """Calls take their time."""
    return system_clock


@pytest.fixture
async def emptied(on: Platform[VoiceSettings]) -> AsyncIterator[None]:
    """No places of others, and nothing promised to them."""

    async def empty(work: Work) -> None:
        for table in ("places", "jobs"):
            await work.rows(text(f"DELETE FROM {table}"))

    await on.system.run(PLATFORM_WORKSPACE_ID, empty)
    yield
    await on.system.run(PLATFORM_WORKSPACE_ID, empty)


@pytest.fixture
def twilio(http: AsyncClient, switchboard: Switchboard) -> Twilio:
    return Twilio(http, switchboard.carrier["id"])


@pytest.fixture
async def api() -> TwilioApi:
    return TwilioApi()


@pytest.fixture
async def telnyx_api() -> TelnyxApi:
    return TelnyxApi()


@pytest.fixture
async def on_air(
    on: Platform[VoiceSettings], ai: ScriptedAI, api: TwilioApi, telnyx_api: TelnyxApi
) -> AsyncIterator[Platform[VoiceSettings]]:
    """What the process stands on."""
    async with serving(api.app) as url, serving(telnyx_api.app) as telnyx_url:
        told = {
            "media_public_url": MEDIA,
            "media_slots": SLOTS,
            "media_drain": 0.5,
            "openai_base_url": ai.base_url,
            "openai_model": ai.model,
            "twilio_api_url": url,
            "telnyx_api_url": telnyx_url,
        }
        yield replace(on, settings=on.settings.model_copy(update=told))


@pytest.fixture
async def studio(
    on_air: Platform[VoiceSettings], workspace_id: UUID, emptied: None, api: TwilioApi
) -> AsyncIterator[OwnStudio]:
    tapes = Tapes()
    async with a_studio(on_air, workspace_id, live(on_air, Book, tapes), tapes, api) as studio:
        yield studio


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Where recordings are kept."""
    return tmp_path


@pytest.fixture
async def recording(
    on_air: Platform[VoiceSettings], workspace_id: UUID, emptied: None, api: TwilioApi, shelf: Path
) -> AsyncIterator[Studio]:
    """A studio that keeps what it records as in production."""
    live_ = live(on_air, Book, Recordings(on_air.works, LocalStore(shelf), on_air.clock))
    async with a_studio(on_air, workspace_id, live_, Tapes(), api) as studio:
        yield studio
