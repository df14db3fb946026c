"""Some of the services for a benchmark: real engines, chosen processes, real tokens."""

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from contactflow.kernel import new_id, system_clock
from contactflow.runtime.settings import Settings
from contactflow.testing.ai import scripted_ai
from contactflow.testing.plugin import a_broker, a_postgres
from contactflow.testing.settings import home
from contactflow.web import Principal, TokenSigner
from tests.e2e.house import House, an_empty_house
from tools.stack.settings import ROOT

S = TypeVar("S", bound=Settings)


@asynccontextmanager
async def engines() -> AsyncIterator[House]:
    """PostgreSQL, Kafka and a scripted model; no service yet. Gone at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="contactflow-") as folder,
        a_postgres() as postgres,
        a_broker(home(ROOT)) as broker,
        scripted_ai() as ai,
    ):
        async with an_empty_house(Path(folder), postgres, broker, ai) as house:
            house.is_traced = False  # nor are the alternatives
            yield house


def settings(house: House, service: str, kind: type[S]) -> S:
    """What a process of that service reads."""
    return kind.model_validate(
        {name.lower(): value for name, value in house.environment(service).items()}
    )


class Gateway:
    """Signs as the gateway does, for those whom it has let in."""

    def __init__(self, house: House) -> None:
        key = json.dumps(house.around().secrets.services["gateway"]["signing_key"])
        self._signer = TokenSigner("gateway", key, system_clock)

    def headers(self, service: str, who: Principal) -> dict[str, str]:
        """What a request carries; a token lasts a minute."""
        return {"Authorization": f"Bearer {self._signer.sign(service, who)}"}

    def staff(self, service: str, workspace_id: UUID, *scopes: str) -> dict[str, str]:
        """Somebody logged in who may do so much."""
        who = Principal(workspace_id, frozenset(scopes), "user", new_id())
        return self.headers(service, who)
