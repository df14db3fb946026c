"""What crm's worker lets go of by itself, as it is put together."""

from contactflow.crm.worker import parts
from contactflow.runtime import Settings, platform
from contactflow.testing.chores import cleared
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.environment import NOWHERE, environment


def settings(engines: Engines) -> Settings:
    """As the environment would say it."""
    return Settings.model_validate(
        environment(engines, chat_url=f"http://{NOWHERE}", voice_url=f"http://{NOWHERE}")
    )


async def test_the_worker_clears_what_was_kept_for_a_time(
    engines: Engines, clock: FakeClock
) -> None:
    async with platform("crm", settings(engines), clock) as on:
        assert await cleared(parts(on, on.backbone), on.system) == {
            "crm.idempotency_keys": {"idempotency_keys"},
            "erasure.purge": {"erasure_fences", "erasures"},
            "messaging.housekeeping": {"outbox", "inbox", "jobs"},
        }
