"""Who has which key, for how long, on real PostgreSQL."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text, update

from contactflow.kernel import GoneError, UnavailableError, new_id
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.vault import (
    Email,
    Keyring,
    RootKey,
    Subjects,
    UnsealError,
    Vault,
    indexer,
    keyring,
)
from contactflow.vault.indexes import BlindIndex
from contactflow.vault.keys import WorkspaceKey

ADA = Email.parse("ada@example.com")
DESTROY = update(WorkspaceKey).values(wrapped=None)


class CountingStore(RootKey):
    """Counts how often it is asked."""

    asked = 0

    async def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        self.asked += 1
        return await super().unwrap(wrapped, bound_to)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore(bytes(32))


@pytest.fixture
def vault(store: CountingStore, clock: FakeClock) -> Vault:
    return Vault(store, {1: b"index"}, clock)


async def ring(work: Work) -> Keyring:
    return keyring(work.session.info)


def test_a_root_key_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        RootKey(bytes(31))


async def test_the_store_is_asked_once_a_minute(
    works: Works, workspace_id: UUID, store: CountingStore, clock: FakeClock
) -> None:
    await works.run(workspace_id, ring)
    clock.advance(timedelta(seconds=59))
    await works.run(workspace_id, ring)
    assert store.asked == 1

    clock.advance(timedelta(seconds=1))
    await works.run(workspace_id, ring)

    assert store.asked == 2


async def test_what_is_dropped_is_asked_for_again(
    works: Works, workspace_id: UUID, store: CountingStore, vault: Vault
) -> None:
    await works.run(workspace_id, ring)

    vault.forget(workspace_id)
    await works.run(workspace_id, ring)

    assert store.asked == 2


async def test_a_workspace_without_a_key_is_waited_for(works: Works) -> None:
    with pytest.raises(UnavailableError) as waiting:
        await works.run(new_id(), ring)

    assert waiting.value.code == "workspace_not_ready"


async def test_a_workspace_whose_keys_were_destroyed_is_gone_for_good(
    works: Works, workspace_id: UUID, vault: Vault
) -> None:
    await works.run(workspace_id, lambda work: work.rows(DESTROY))
    await works.run(workspace_id, vault.create_key)
    vault.forget(workspace_id)

    with pytest.raises(GoneError) as gone:
        await works.run(workspace_id, ring)

    assert gone.value.code == "workspace_closed"


async def test_a_key_is_made_once(
    works: Works, workspace_id: UUID, vault: Vault, clock: FakeClock
) -> None:
    person = await works.run(workspace_id, lambda work: Subjects(work).find_or_create([ADA]))
    sealed = person.key.seal(b"Ada", b"here")

    await works.run(workspace_id, vault.create_key)
    clock.advance(timedelta(minutes=2))

    found = await works.run(workspace_id, lambda work: Subjects(work).find([ADA]))
    assert found
    assert found.key.open(sealed, b"here") == b"Ada"


async def test_a_key_that_was_rolled_back_is_not_remembered(works: Works, vault: Vault) -> None:
    workspace_id = new_id()

    async def make_and_fail(work: Work) -> None:
        await vault.create_key(work)
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011  nothing else raises it here
        await works.run(workspace_id, make_and_fail)

    with pytest.raises(UnavailableError):
        await works.run(workspace_id, ring)


async def test_another_root_key_opens_no_workspace(
    engines: Engines, works: Works, workspace_id: UUID
) -> None:
    stranger = Vault(RootKey(bytes([1] * 32)), {1: b"index"})

    with pytest.raises(UnsealError):
        await Works(engines.app, prepare=stranger.unlock).run(workspace_id, ring)


async def test_a_workspaces_key_opens_no_other_workspace(
    works: Works, workspace_id: UUID, other_workspace_id: UUID, vault: Vault
) -> None:
    stored = text("SELECT wrapped FROM workspace_keys")
    key = (await works.run(workspace_id, lambda work: work.rows(stored))).scalar_one()
    swapped = update(WorkspaceKey).values(wrapped=key)
    await works.run(other_workspace_id, lambda work: work.rows(swapped))
    vault.forget(other_workspace_id)

    with pytest.raises(UnsealError):
        await works.run(other_workspace_id, ring)


async def test_whoever_is_sought_is_hashed_alike_without_a_key(works: Works, vault: Vault) -> None:
    workspace_id = new_id()

    async def hashed(work: Work) -> list[BlindIndex]:
        return indexer(work.session.info).indexes([ADA])

    before = await works.run(workspace_id, hashed)
    await works.run(workspace_id, vault.create_key)

    assert await works.run(workspace_id, hashed) == before


async def test_a_new_index_version_still_finds_who_was_stored_under_the_old(
    engines: Engines, works: Works, workspace_id: UUID, clock: FakeClock
) -> None:
    ada = await works.run(workspace_id, lambda work: Subjects(work).find_or_create([ADA]))
    both = Vault(RootKey(bytes(32)), {1: b"index", 2: b"newer"}, clock)
    newer = Works(engines.app, prepare=both.unlock)

    async def renew(work: Work) -> None:
        people = Subjects(work)
        found = await people.find([ADA])
        assert found
        await people.identify(found, [ADA])

    await newer.run(workspace_id, renew)

    only_new = Works(engines.app, prepare=Vault(RootKey(bytes(32)), {2: b"newer"}, clock).unlock)
    found = await only_new.run(workspace_id, lambda work: Subjects(work).find([ADA]))
    assert found
    assert found.id == ada.id


async def test_a_secret_of_the_workspace_opens_where_it_was_sealed_only(
    works: Works, workspace_id: UUID, vault: Vault
) -> None:
    await works.run(workspace_id, vault.create_key)
    known, row_id = await works.run(workspace_id, ring), new_id()

    sealed = known.seal(b"token", "thing.secret", row_id)

    assert b"token" not in sealed
    assert known.open(sealed, "thing.secret", row_id) == b"token"
    for field_id, other in (("thing.other", row_id), ("thing.secret", new_id())):
        with pytest.raises(UnsealError):
            known.open(sealed, field_id, other)
    with pytest.raises(UnsealError):
        known.open(b"\0\0\0\x09" + sealed[4:], "thing.secret", row_id)
