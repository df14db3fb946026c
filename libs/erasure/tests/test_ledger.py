"""The ledger of erasures: what is appended is found again, and damage is seen."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey
from obstore.store import LocalStore, MemoryStore, ObjectStore

from contactflow.erasure.entries import DamagedLedgerError, Entry, Recorded, Signer, Verifier
from contactflow.erasure.ledger import KEPT, MARGIN, Ledger, LedgerWriter
from contactflow.erasure.objects import open_store
from contactflow.erasure.wire import Index
from contactflow.kernel import UnavailableError, new_id
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.disks import Disk
from contactflow.web.tokens import PublicKeys

FIRST, SECOND, THIRD = (f"erasure-ledger/{one:012}.jws" for one in (1, 2, 3))


def an_entry() -> Entry:
    return Entry(
        request_id=new_id(),
        round=1,
        workspace_id=new_id(),
        fenced_at=NOON,
        fences=(Index(kind="email", version=1, digest="00ff"),),
        subjects={"crm": (new_id(),)},
    )


def a_key() -> tuple[Signer, dict[str, Any]]:
    key = OKPKey.generate_key("Ed25519")
    return Signer(key.as_pem(private=True).decode()), key.as_dict(private=False)


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return open_store(tmp_path.as_uri()) if request.param == "folder" else MemoryStore()


@pytest.fixture(scope="session")
def keys() -> tuple[Signer, dict[str, Any]]:
    return a_key()


@pytest.fixture
def verifier(keys: tuple[Signer, dict[str, Any]]) -> Verifier:
    return Verifier(keys[1])


@pytest.fixture
def writer(
    store: ObjectStore, keys: tuple[Signer, dict[str, Any]], verifier: Verifier, clock: FakeClock
) -> LedgerWriter:
    return LedgerWriter(store, verifier, clock, keys[0])


async def read(ledger: Ledger) -> list[Recorded]:
    return [one async for one in ledger.entries()]


async def test_a_ledger_that_nobody_began_is_empty(writer: LedgerWriter) -> None:
    assert await read(writer) == []


async def test_what_was_appended_is_read_in_order(
    writer: LedgerWriter, store: ObjectStore, verifier: Verifier, clock: FakeClock
) -> None:
    entries = [an_entry() for _ in range(40)]

    positions = [await writer.append(one) for one in entries]

    found = await read(Ledger(store, verifier, clock))
    assert positions == [*range(1, 41)]
    assert [one.position for one in found] == positions
    assert [Entry(**one.model_dump(include={*Entry.model_fields})) for one in found] == entries


async def test_many_who_append_at_once_get_a_position_each(
    store: ObjectStore, keys: tuple[Signer, dict[str, Any]], verifier: Verifier, clock: FakeClock
) -> None:
    writers = [LedgerWriter(store, verifier, clock, keys[0]) for _ in range(5)]

    positions = await asyncio.gather(*(one.append(an_entry()) for one in writers * 4))

    assert sorted(positions) == [*range(1, 21)]
    assert len(await read(writers[0])) == 20


async def replace(store: ObjectStore, path: str, change: Callable[[bytes], bytes]) -> None:
    signed = bytes(await (await obstore.get_async(store, path)).bytes_async())
    await obstore.put_async(store, path, change(signed))


async def tampered(store: ObjectStore) -> None:
    await replace(store, SECOND, lambda signed: signed.replace(b".ey", b".eY", 1))


async def truncated(store: ObjectStore) -> None:
    await replace(store, SECOND, lambda signed: signed[:100])


async def missing(store: ObjectStore) -> None:
    await obstore.delete_async(store, SECOND)


async def missing_at_the_beginning(store: ObjectStore) -> None:
    await obstore.delete_async(store, FIRST)


async def moved(store: ObjectStore) -> None:
    await obstore.copy_async(store, THIRD, SECOND)


@pytest.mark.parametrize(
    ("damage", "position"),
    [(tampered, 2), (truncated, 2), (missing, 2), (missing_at_the_beginning, 1), (moved, 2)],
)
async def test_damage_is_seen(
    writer: LedgerWriter,
    store: ObjectStore,
    damage: Callable[[ObjectStore], Awaitable[None]],
    position: int,
) -> None:
    for _ in range(3):
        await writer.append(an_entry())

    await damage(store)

    with pytest.raises(DamagedLedgerError) as seen:
        await read(writer)
    assert seen.value.position == position


async def test_a_genuine_entry_of_another_chain_is_damage(
    writer: LedgerWriter, keys: tuple[Signer, dict[str, Any]], verifier: Verifier, clock: FakeClock
) -> None:
    other = LedgerWriter(MemoryStore(), verifier, clock, keys[0])
    for one in (writer, other, writer, other):
        await one.append(an_entry())
    theirs = bytes(await (await obstore.get_async(other._store, SECOND)).bytes_async())

    await obstore.put_async(writer._store, SECOND, theirs)

    with pytest.raises(DamagedLedgerError, match="2: does not follow"):
        await read(writer)


@pytest.mark.parametrize("trusted", [[], a_key()[1]])
async def test_what_another_key_has_signed_is_damage(
    writer: LedgerWriter, store: ObjectStore, clock: FakeClock, trusted: PublicKeys
) -> None:
    await writer.append(an_entry())

    with pytest.raises(DamagedLedgerError, match="1: is not what privacy signed"):
        await read(Ledger(store, Verifier(trusted), clock))


async def test_what_privacy_signed_for_another_use_is_damage(
    writer: LedgerWriter, store: ObjectStore, clock: FakeClock
) -> None:
    key = OKPKey.generate_key("Ed25519")
    entry = Recorded(**an_entry().model_dump(), position=1, previous=None, previous_at=None)
    header = {"alg": "Ed25519", "kid": key.thumbprint(), "typ": "JWT"}
    signed = jws.serialize_compact(header, entry.model_dump_json(), key, algorithms=["Ed25519"])
    await obstore.put_async(store, FIRST, signed.encode())

    with pytest.raises(DamagedLedgerError, match="1: is not what privacy signed"):
        await read(Ledger(store, Verifier(key.as_dict(private=False)), clock))


@pytest.mark.parametrize("damage", [truncated, moved])
async def test_nothing_is_appended_to_what_is_damaged(
    store: ObjectStore,
    keys: tuple[Signer, dict[str, Any]],
    verifier: Verifier,
    clock: FakeClock,
    damage: Callable[[ObjectStore], Awaitable[None]],
) -> None:
    for _ in range(3):
        await LedgerWriter(store, verifier, clock, keys[0]).append(an_entry())
    await damage(store)
    await obstore.delete_async(store, THIRD)

    with pytest.raises(DamagedLedgerError):
        await LedgerWriter(store, verifier, clock, keys[0]).append(an_entry())


async def test_after_a_change_of_keys_the_chain_goes_on(
    writer: LedgerWriter, store: ObjectStore, keys: tuple[Signer, dict[str, Any]], clock: FakeClock
) -> None:
    await writer.append(an_entry())
    signer, public = a_key()
    both = Verifier([public, keys[1]])

    position = await LedgerWriter(store, both, clock, signer).append(an_entry())

    assert position == 2
    assert len(await read(Ledger(store, both, clock))) == 2


async def test_what_is_over_is_purged_and_the_rest_still_follows(
    writer: LedgerWriter, clock: FakeClock
) -> None:
    for days in (0, 0, 10):
        later = clock() + timedelta(days=days)
        await writer.append(an_entry().model_copy(update={"fenced_at": later}))

    clock.advance(KEPT)
    assert await writer.purge() == 0
    clock.advance(MARGIN)

    assert await writer.purge(batch=1) == 1
    assert [one.position for one in await read(writer)] == [2, 3]
    assert await writer.purge() == 1
    assert await writer.purge() == 0
    assert [one.position for one in await read(writer)] == [3]


async def test_the_newest_stays_so_that_the_next_one_follows(
    writer: LedgerWriter, clock: FakeClock
) -> None:
    await writer.append(an_entry())
    clock.advance(KEPT + MARGIN)

    assert await writer.purge() == 0
    assert await writer.append(an_entry()) == 2


async def test_a_store_that_does_not_answer_is_waited_for(
    verifier: Verifier, clock: FakeClock, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path)
    (tmp_path / "erasure-ledger").write_text("where the folder should be")
    (tmp_path / "erasure-ledger").chmod(0)
    writer = LedgerWriter(store, verifier, clock, a_key()[0])

    with pytest.raises(UnavailableError):
        await writer.append(an_entry())


async def test_a_full_disk_takes_no_entry_and_the_next_follows_once_there_is_room(
    disk: Disk, keys: tuple[Signer, dict[str, Any]], verifier: Verifier, clock: FakeClock
) -> None:
    writer = LedgerWriter(LocalStore(disk.folder), verifier, clock, keys[0])
    await writer.append(an_entry())
    disk.fill()
    with pytest.raises(UnavailableError):
        await writer.append(an_entry())
    there = [one.name for one in (disk.folder / "erasure-ledger").iterdir()]
    disk.make_room()

    assert there == [Path(FIRST).name]
    assert await writer.append(an_entry()) == 2
    assert len(await read(writer)) == 2
