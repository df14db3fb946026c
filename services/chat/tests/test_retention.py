"""What chat's worker lets go of by itself, as it is put together."""

from contactflow.chat.settings import ChatSettings
from contactflow.chat.worker import parts
from contactflow.runtime import Platform
from contactflow.testing.chores import cleared


async def test_the_worker_clears_what_was_kept_for_a_time(on: Platform[ChatSettings]) -> None:
    assert await cleared(parts(on, on.backbone), on.system) == {
        "chat.purge": {"sessions", "idempotency_keys", "rate_limits"},
        "erasure.purge": {"erasure_fences", "erasures"},
        "messaging.housekeeping": {"outbox", "inbox", "jobs"},
    }
