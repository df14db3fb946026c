"""What voice's worker lets go of by itself, as it is put together."""

from contactflow.runtime import Platform
from contactflow.testing.chores import cleared
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.worker import parts


async def test_the_worker_clears_what_was_kept_for_a_time(on: Platform[VoiceSettings]) -> None:
    assert await cleared(parts(on, on.backbone), on.system) == {
        "voice.purge": {"carrier_webhooks", "idempotency_keys", "rate_limits"},
        "voice.calls.close_lost": {"places"},
        "voice.recordings.sweep": set(),
        "voice.phrases.renew_all": set(),
        "erasure.purge": {"erasure_fences", "erasures"},
        "messaging.housekeeping": {"outbox", "inbox", "jobs"},
    }
