"""What concurrency must not break, on real PostgreSQL."""

import asyncio
from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from contactflow.kernel import GoneError, new_id
from contactflow.persistence import BusyError, PersonGoneError, Work, Works
from contactflow.testing.clock import NOON
from contactflow.testing.fences import fence
from contactflow.vault import Email, Identity, Person, Phone, Subjects, opened, reading
from contactflow.vault.persons import SubjectIdentity
from contactflow.vault.subjects import unclaimed
from libs.vault.tests.notes import Note, notes

ADA, MOB = Email.parse("ada@example.com"), Phone.parse("+33612345678")


async def write(work: Work, at: datetime = NOON) -> None:
    person = await Subjects(work).find_or_create([ADA])
    await asyncio.sleep(0)
    work.session.add(Note.write(person, at, "words"))


async def erase(work: Work) -> None:
    """As the eraser will: lock, fence, hold, delete."""
    people = Subjects(work)
    await people.lock([ADA])
    await fence(work, ADA, NOON)
    indexes = people._ring.indexer.indexes([ADA])
    theirs = select(SubjectIdentity.subject_id).where(unclaimed(indexes))
    await work.rows(select(Person.id).where(Person.id.in_(theirs)).with_for_update())
    await work.rows(delete(Person).where(Person.id.in_(theirs)))


async def keep_writing(works: Works, workspace_id: UUID, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await works.run(workspace_id, write)
        except GoneError:
            return


@pytest.mark.parametrize("known", [True, False])
async def test_no_row_survives_an_erasure_beside_writers(
    works: Works, workspace_id: UUID, *, known: bool
) -> None:
    stop = asyncio.Event()
    if known:
        await works.run(workspace_id, write)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(6):
            tasks.create_task(keep_writing(works, workspace_id, stop))
        await asyncio.sleep(0.02 if known else 0)
        await works.run(workspace_id, erase)
        await asyncio.sleep(0.05)
        stop.set()

    assert await works.run(workspace_id, lambda work: opened(work, Note, reading(Note))) == []


@pytest.mark.parametrize("claims", [[], [ADA]])
async def test_twenty_at_once_are_one_person(
    works: Works, workspace_id: UUID, claims: list[Identity]
) -> None:
    async def find(work: Work) -> UUID:
        return (await Subjects(work).find_or_create([MOB], claims=claims)).id

    found = await asyncio.gather(*(works.run(workspace_id, find) for _ in range(20)))

    assert len(set(found)) == 1


async def test_of_two_who_learn_one_identity_one_is_refused(
    works: Works, workspace_id: UUID
) -> None:
    async def learn(work: Work) -> bool:
        people = Subjects(work)
        await people.lock([ADA])
        person = await people.find_or_create([])
        await asyncio.sleep(0.01)
        try:
            await people.identify(person, [ADA])
        except Exception:  # noqa: BLE001  which one it is, is the suite's matter
            return False
        return True

    learnt = await asyncio.gather(*(works.run(workspace_id, learn) for _ in range(2)))

    assert sorted(learnt) == [False, True]


async def test_a_person_who_was_found_is_held_until_the_commit(
    works: Works, workspace_id: UUID
) -> None:
    await works.run(workspace_id, write)

    async with works.begin(workspace_id) as work:
        await Subjects(work).find([ADA])
        with pytest.raises(BusyError):
            await works.run(workspace_id, erase_impatiently)


async def test_a_person_of_a_loaded_row_is_held_until_the_commit(
    works: Works, workspace_id: UUID
) -> None:
    await works.run(workspace_id, write)
    [row] = await works.run(workspace_id, lambda work: opened(work, Note, reading(Note)))

    async with works.begin(workspace_id) as work:
        await notes(work).get(row.id)
        with pytest.raises(BusyError):
            await works.run(workspace_id, erase_impatiently)


async def erase_impatiently(work: Work) -> None:
    await work.rows(text("SET LOCAL lock_timeout = '50ms'"))
    await work.rows(delete(Person))


async def test_who_has_waited_to_be_alone_sees_what_was_written_meanwhile(
    works: Works, workspace_id: UUID
) -> None:
    async def append(mark: str) -> None:
        async with works.begin(workspace_id) as work:
            note = await notes(work).first(Note.version > 0, alone=True)
            assert note
            note.text = f"{note.text}{mark}"
            note.touch(at=NOON)

    await works.run(workspace_id, write)
    await asyncio.gather(*(append(mark) for mark in "abcdefgh"))

    [note] = await works.run(workspace_id, lambda work: opened(work, Note, reading(Note)))
    assert sorted(note.text.removeprefix("words")) == [*"abcdefgh"]


async def test_a_row_that_is_loaded_alone_keeps_writers_away(
    works: Works, workspace_id: UUID
) -> None:
    await works.run(workspace_id, write)

    async def write_impatiently(work: Work) -> None:
        await work.rows(text("SET LOCAL lock_timeout = '50ms'"))
        await write(work)

    async with works.begin(workspace_id) as work:
        assert await notes(work).first(Note.version == 1, alone=True)
        with pytest.raises(BusyError):
            await works.run(workspace_id, write_impatiently)


async def test_writing_about_someone_just_erased_is_person_gone(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    person = await works.run(workspace_id, lambda work: Subjects(work).find_or_create([ADA]))
    await works.run(workspace_id, lambda work: work.rows(delete(Person)))

    async def remember(work: Work) -> None:
        work.session.add(Note.write(person, at, "words"))

    with pytest.raises(PersonGoneError):
        await works.run(workspace_id, remember)


async def test_locks_taken_in_any_order_never_wait_in_a_circle(
    works: Works, workspace_id: UUID
) -> None:
    runs: list[UUID] = []

    async def both(work: Work, identities: list[Identity]) -> None:
        runs.append(new_id())
        await Subjects(work).lock(identities)
        await asyncio.sleep(0.002)

    await asyncio.gather(
        *(
            works.run(workspace_id, partial(both, identities=identities))
            for identities in [[ADA, MOB], [MOB, ADA]] * 10
        )
    )

    assert len(runs) == 20
