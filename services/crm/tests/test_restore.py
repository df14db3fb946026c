"""crm's own tables, dumped before an erasure and restored after it: the person stays erased."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from joserfc.jwk import OKPKey
from obstore.store import MemoryStore

from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.participant import PARTICIPANT
from contactflow.crm.worker import reactions
from contactflow.erasure.discovery import discover
from contactflow.erasure.entries import Entry, Signer, Verifier
from contactflow.erasure.fences import fences
from contactflow.erasure.ledger import LedgerWriter
from contactflow.erasure.residue import residue
from contactflow.erasure.wire import Person
from contactflow.kernel import new_id
from contactflow.messaging import react
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.dumps import dump, restore
from contactflow.testing.postgres import Postgres
from contactflow.testing.rounds import named
from contactflow.vault import Phone, Vault, indexer
from services.crm.tests.facts import Conversation
from services.crm.tests.fakes import FakeChat, FakeVoice

MOB = Phone("+33612345678")
ADA = Visitor("Ada", identities=frozenset({MOB}))


class Copies:
    """crm's database, and an empty one that its backup goes to."""

    def __init__(
        self, urls: tuple[str, str], works: Works, restored: Engines, vault: Vault
    ) -> None:
        self._urls, self.works = urls, works
        self.restored = Works(restored.app, prepare=vault.unlock)
        self.system = Works(restored.system)

    async def dump(self, folder: Path) -> None:
        await dump(self._urls[0], folder / "dump")

    async def restore(self, folder: Path) -> None:
        await restore(self._urls[1], folder / "dump")


@pytest.fixture
async def copies(
    postgres: Postgres, engines: Engines, works: Works, vault: Vault
) -> AsyncIterator[Copies]:
    async with fresh_database(postgres, "crm", "nothing") as restored:
        first, second = (
            postgres.admin_url(str(one.owner.url.database)) for one in (engines, restored)
        )
        yield Copies((first, second), works, restored, vault)


@pytest.fixture
def ledger(clock: FakeClock) -> LedgerWriter:
    key = OKPKey.generate_key("Ed25519")
    signer = Signer(key.as_pem(private=True).decode())
    return LedgerWriter(MemoryStore(), Verifier(key.as_dict(private=False)), clock, signer)


async def entry(work: Work, person: Person, clock: FakeClock) -> Entry:
    """Of their first round, as privacy writes it."""
    hashes = indexer(work.session.info)
    around = fences(hashes, (one.blind for one in person.indexes))
    return Entry(
        request_id=new_id(),
        round=1,
        workspace_id=work.workspace_id,
        fenced_at=clock(),
        fences=tuple(one.said for one in around),
        subjects=person.subjects,
    )


@pytest.fixture
def chatter(vault: Vault, talk: Conversation) -> Callable[[Works], Awaitable[None]]:
    """All that chat tells of a conversation, with what it knew of the visitor then."""
    known = {one.name: one for one in reactions(vault, FakeChat(ADA), FakeVoice())}

    async def tell(works: Works) -> None:
        for fact in (talk.started(), talk.received(), talk.closed()):
            await react(works, known[f"timeline.{fact.body.type}"], fact)

    return tell


async def left(works: Works, workspace_id: UUID, ada: Person) -> dict[str, int]:
    return await works.run(workspace_id, lambda work: residue(work, ada, by="crm"))


async def test_a_backup_from_before_an_erasure_stays_erased(
    copies: Copies,
    ledger: LedgerWriter,
    chatter: Callable[[Works], Awaitable[None]],
    clock: FakeClock,
    workspace_id: UUID,
    tmp_path: Path,
) -> None:
    await chatter(copies.works)
    async with copies.works.begin(workspace_id) as work:
        asked = named(work, MOB)
        ada = (await discover(work, asked, by="crm", links=PARTICIPANT.links)).person
        said = await entry(work, ada, clock)
    await copies.dump(tmp_path)
    await ledger.append(said)

    await copies.restore(tmp_path)
    before = await left(copies.restored, workspace_id, ada)
    await PARTICIPANT.replay(ledger, copies.restored, copies.system, clock).once()
    await chatter(copies.restored)  # Kafka, too, still has it

    assert {"subjects", "contacts", "contact_links", "timeline_items"} <= before.keys()
    assert await left(copies.restored, workspace_id, ada) == {}
