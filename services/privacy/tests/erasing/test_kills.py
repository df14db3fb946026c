"""Privacy is killed at each step of an erasure: it goes on, and everything is there once."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from joserfc.jwk import OKPKey
from sqlalchemy import text

from contactflow.erasure.entries import Entry, Recorded, Verifier
from contactflow.erasure.ledger import Ledger
from contactflow.erasure.objects import open_store
from contactflow.erasure.receipts import published
from contactflow.erasure.receipts import verify as verified
from contactflow.persistence import Works
from contactflow.privacy.audit.verifying import verify
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.serving import serving
from services.privacy.tests.conftest import said
from services.privacy.tests.erasing.doubles import LiesAtFirst, served
from services.privacy.tests.fakes import FakeParticipants

STEPS: Final = 35
"""Intake, discovery, another one that finds more, two rounds with their answers, receipt."""

STORY: Final = (
    "received",
    "verified",
    "discovered",
    "approved",
    "round_requested",
    "round_requested",
    "completed",
)
# Who starts again later than a participant may take for its round says so, and goes on.
AUDIT: Final = text("""
    SELECT request_id, array_agg(replace(action, 'rights_request.', '') ORDER BY seq) AS story
    FROM audit_entries WHERE action <> 'rights_request.stalled' GROUP BY request_id
""")
RECEIPTS: Final = text("SELECT request_id, receipt FROM receipts")
SENT: Final = text("SELECT type, key, body ->> 'round' AS round FROM outbox")
STATES: Final = text("SELECT id, status FROM rights_requests")


class Aftermath:
    """What is there when the last one has lived."""

    def __init__(self, works: Works, workspace_id: UUID, settings: PrivacySettings) -> None:
        self._works, self._workspace_id, self._settings = works, workspace_id, settings
        self.deaths = 0

    async def rows(self, wanted: Any) -> list[Any]:
        return list(await self._works.run(self._workspace_id, lambda work: work.rows(wanted)))

    async def entries(self, clock: FakeClock) -> list[Recorded]:
        key = OKPKey.import_key(self._settings.signing_key.get_secret_value())
        store = open_store(self._settings.object_store_url)
        ledger = Ledger(store, Verifier(key.as_dict(private=False)), clock)
        return [one async for one in ledger.entries()]

    def deleted(self, receipt: dict[str, Any]) -> dict[str, int]:
        """Raises ReceiptError when it is not one of ours."""
        payload = verified(receipt, published([self._settings.terms.key]))["payload"]
        return {one["name"]: one["deleted"].get("things", 0) for one in payload["participants"]}


@pytest.fixture
async def aftermath(
    on: Platform[PrivacySettings], engines: Engines, workspace_id: UUID, tmp_path: Path
) -> AsyncIterator[Aftermath]:
    participants = FakeParticipants()
    participants.every["chat"] = LiesAtFirst("chat")
    async with serving(served(participants)) as url:
        urls = {f"{name}_url": f"{url}/{name}" for name in participants.every}
        plain = said(engines, object_store_url=tmp_path.as_uri(), **urls)
        left = Aftermath(on.works, workspace_id, PrivacySettings.model_validate(plain))
        command = [sys.executable, "-m", "services.privacy.tests.erasing.mortal"]
        command += [json.dumps(plain), str(workspace_id)]
        done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
        left.deaths = len(done.stdout.split())
        yield left


async def test_killed_at_each_commit_every_erasure_is_done_once(
    aftermath: Aftermath, on: Platform[PrivacySettings], clock: FakeClock, workspace_id: UUID
) -> None:
    states = {one.id: one.status for one in await aftermath.rows(STATES)}
    receipts = {one.request_id: one.receipt for one in await aftermath.rows(RECEIPTS)}
    sent = Counter((one.type, one.key, one.round) for one in await aftermath.rows(SENT))
    entries = await aftermath.entries(clock)

    assert aftermath.deaths > STEPS
    assert {*states.values()} == {"completed"}
    assert receipts.keys() == states.keys()
    for receipt in receipts.values():
        assert aftermath.deleted(receipt) == {"gateway": 0, "voice": 0, "chat": 2, "crm": 4}
    rounds = {(of, number) for of in states for number in (1, 2)}
    assert {(one.request_id, one.round) for one in entries} == rounds
    assert sent == Counter(
        [("erasure.requested", of, str(number)) for of, number in rounds]
        + [("erasure.completed", of, None) for of in states]
    )
    stories = {one.request_id: tuple(one.story) for one in await aftermath.rows(AUDIT)}
    assert stories == dict.fromkeys(states, STORY)
    chains = {one.workspace_id: one.fault async for one in verify(on.system)}
    assert chains[workspace_id] is None
    assert len(entries) > len({*map(content, entries)}) == len(rounds)  # twice, where it died there


def content(entry: Entry) -> str:
    """Without its place."""
    return Entry.model_validate(entry.model_dump(include={*Entry.model_fields})).model_dump_json()
