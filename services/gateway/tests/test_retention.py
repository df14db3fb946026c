"""What gateway's worker lets go of by itself, as it is put together."""

from contactflow.gateway.settings import GatewaySettings
from contactflow.gateway.worker import parts
from contactflow.runtime import platform
from contactflow.testing.chores import cleared
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.environment import NOWHERE, environment


def settings(engines: Engines) -> GatewaySettings:
    """As the environment would say it."""
    return GatewaySettings.model_validate(
        environment(engines, smtp_url=f"smtp://{NOWHERE}", mail_from="no-reply@cf.example")
    )


async def test_the_worker_clears_what_was_kept_for_a_time(
    engines: Engines, clock: FakeClock
) -> None:
    counted = {"idempotency_keys", "rate_limits"}
    async with platform("gateway", settings(engines), clock) as on:
        assert await cleared(parts(on, on.backbone), on.system) == {
            "gateway.purge": {"emails", "sessions", "client_salts", *counted},
            "erasure.purge": {"erasure_fences", "erasures"},
            "messaging.housekeeping": {"outbox", "inbox", "jobs"},
        }
