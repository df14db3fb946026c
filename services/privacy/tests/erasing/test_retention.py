"""The ledger lets go of what is over, by a chore of privacy's own."""

from datetime import timedelta

from joserfc.jwk import OKPKey
from obstore.store import MemoryStore

from contactflow.erasure.entries import Entry, Signer, Verifier
from contactflow.erasure.ledger import KEPT, LedgerWriter
from contactflow.kernel import new_id
from contactflow.messaging import Changes, Jobs
from contactflow.privacy.erasing.retention import purging
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from services.privacy.tests.erasing.world import World


async def test_what_is_over_is_let_go_of_but_the_newest(
    on: Platform[PrivacySettings], world: World, clock: FakeClock
) -> None:
    key = OKPKey.generate_key("Ed25519")
    signer, verifier = (
        Signer(key.as_pem(private=True).decode()),
        Verifier(key.as_dict(private=False)),
    )
    ledger = LedgerWriter(MemoryStore(), verifier, clock, signer)
    for _ in range(3):
        entry = Entry(
            request_id=new_id(),
            round=1,
            workspace_id=new_id(),
            fenced_at=clock(),
            fences=(),
            subjects={},
        )
        await ledger.append(entry)
    changes = Changes(on.system.engine)
    jobs = Jobs(on.works, on.system, [purging(ledger)], clock=clock, changes=changes)

    clock.advance(KEPT + timedelta(days=2))
    while await jobs.once():
        pass

    assert [one.position async for one in ledger.entries()] == [3]
