"""A worker that answers, on real PostgreSQL and a scripted model over real HTTP."""

from collections.abc import AsyncIterator, Iterator

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.ai import Endpoint, OpenAIModel
from contactflow.chat.settings import ChatSettings
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Work
from contactflow.runtime import Platform
from contactflow.testing.ai import ScriptedAI, scripted_ai
from contactflow.testing.clock import FakeClock
from services.chat.tests.turns.desk import Desk
from services.chat.tests.visitors import Visitors


@pytest.fixture(scope="session")
def scripted() -> Iterator[ScriptedAI]:
    with scripted_ai() as ai:
        yield ai


@pytest.fixture
def ai(scripted: ScriptedAI) -> ScriptedAI:
    scripted.reset()
    return scripted


@pytest.fixture
async def model(ai: ScriptedAI) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(Endpoint(ai.base_url, ai.api_key, ai.model, temperature=0))
    yield model
    await model.aclose()


@pytest.fixture
async def desk(
    *,
    on: Platform[ChatSettings],
    clock: FakeClock,
    model: OpenAIModel,
    visitors: Visitors,
    http: AsyncClient,
    staff: dict[str, str],
) -> Desk:
    await on.system.run(PLATFORM_WORKSPACE_ID, quiet)
    return Desk(on, clock, model, visitors, http, staff)


async def quiet(work: Work) -> None:
    """Nothing is left to do of another test's conversations."""
    await work.rows(text("DELETE FROM jobs"))
