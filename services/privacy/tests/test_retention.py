"""What privacy's worker lets go of by itself, as it is put together."""

from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.worker import parts
from contactflow.runtime import Platform
from contactflow.testing.chores import cleared


async def test_the_worker_clears_what_was_kept_for_a_time(on: Platform[PrivacySettings]) -> None:
    assert await cleared(parts(on, on.backbone), on.system) == {
        "privacy.purge": {"idempotency_keys", "rate_limits"},
        "privacy.ledger": set(),  # it lies in the object store
        "messaging.housekeeping": {"outbox", "inbox", "jobs"},
    }
