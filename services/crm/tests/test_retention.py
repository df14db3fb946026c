"""What crm's worker lets go of by itself, as it is put together."""

import base64
import json

from joserfc.jwk import OKPKey

from contactflow.crm.worker import parts
from contactflow.runtime import Settings, platform
from contactflow.testing.chores import cleared
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines


def settings(engines: Engines) -> Settings:
    """As the environment would say it."""
    secret = base64.b64encode(bytes(32)).decode()
    said = {
        "database_url": engines.urls.app,
        "system_database_url": engines.urls.system,
        "root_key": secret,
        "index_secrets": json.dumps({"1": secret}),
        "signing_key": OKPKey.generate_key("Ed25519").as_pem(private=True).decode(),
        "trusted_keys": "{}",
        "object_store_url": "memory:///",
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "chat_url": "http://127.0.0.1:1",
        "voice_url": "http://127.0.0.1:1",
    }
    return Settings.model_validate(said)


async def test_the_worker_clears_what_was_kept_for_a_time(
    engines: Engines, clock: FakeClock
) -> None:
    async with platform("crm", settings(engines), clock) as on:
        assert await cleared(parts(on, on.backbone), on.system) == {
            "crm.idempotency_keys": {"idempotency_keys"},
            "erasure.purge": {"erasure_fences", "erasures"},
            "messaging.housekeeping": {"outbox", "inbox", "jobs"},
        }
