"""Objects of people go with their rows, and what is left of them is found."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import UUID

import obstore
import pytest
from httpx import ASGITransport, AsyncClient
from obstore.store import LocalStore

from contactflow.erasure.belongings import Belongings
from contactflow.erasure.eraser import erase
from contactflow.erasure.participant import Participant
from contactflow.erasure.queries import deleted
from contactflow.erasure.wire import Verified
from contactflow.kernel import UnavailableError, new_id
from contactflow.persistence import Work, Works
from contactflow.testing.clock import NOON, FakeClock
from contactflow.testing.rounds import a_round, named
from contactflow.testing.tokens import Callers
from contactflow.web import Principal, application
from libs.erasure.tests.things import ADA, BOB, someone

FOLDER = "things"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "objects", mkdir=True)


@pytest.fixture
async def people(works: Works, workspace_id: UUID) -> list[UUID]:
    """Ada and Bob."""

    async def come(work: Work) -> list[UUID]:
        return [(await someone(work, one)).id for one in (ADA, BOB)]

    return await works.run(workspace_id, come)


@pytest.fixture
def paths(store: LocalStore, workspace_id: UUID, people: list[UUID]) -> list[str]:
    """Two objects of each."""
    made = [f"{FOLDER}/{workspace_id}/{one}/{name}" for one in people for name in ("a", "b/c")]
    for path in made:
        obstore.put(store, path, b"sealed")
    return made


def left(store: LocalStore) -> list[str]:
    return sorted(one["path"] for page in obstore.list(store) for one in page)


@pytest.fixture
async def http(
    works: Works, clock: FakeClock, store: LocalStore, workspace_id: UUID
) -> AsyncIterator[AsyncClient]:
    callers = Callers("crm", clock)
    routers = [Participant("crm", folder=FOLDER).router]
    app = application("crm", routers, works=works, clock=clock, verifier=callers.verifier)
    app.state.objects = store
    headers = callers.headers(Principal.service("privacy", workspace_id))
    async with AsyncClient(
        transport=ASGITransport(app), base_url="http://crm", headers=headers
    ) as client:
        yield client


async def test_the_objects_of_who_is_erased_go_and_are_counted(
    works: Works, workspace_id: UUID, store: LocalStore, paths: list[str]
) -> None:
    async def go(work: Work) -> dict[str, int]:
        what, belongings = a_round(work, ADA), Belongings(store, FOLDER)
        await erase(work, what, by="crm", at=NOON, belongings=belongings)
        return dict(await deleted(work, what.request_id))

    gone = await works.run(workspace_id, go)

    assert gone["objects"] == 2
    assert left(store) == sorted(paths[2:])


async def test_what_is_left_of_somebody_is_found(
    http: AsyncClient, works: Works, workspace_id: UUID, people: list[UUID], paths: list[str]
) -> None:
    async with works.begin(workspace_id) as work:
        ada = named(work, ADA, crm=(people[0],)).model_dump(mode="json")

    answer = await http.post(f"/internal/erasures/{new_id()}/verify", json=ada)

    assert Verified.model_validate_json(answer.content).residue["objects"] == 2


async def test_what_came_late_goes_in_the_next_round(
    works: Works, workspace_id: UUID, store: LocalStore, people: list[UUID], paths: list[str]
) -> None:
    async def go(work: Work, **said: int) -> None:
        what = a_round(work, ADA, subjects=frozenset({people[0]}), **said)
        await erase(work, what, by="crm", at=NOON, belongings=Belongings(store, FOLDER))

    await works.run(workspace_id, go)
    obstore.put(store, paths[0], b"late")
    await works.run(workspace_id, partial(go, number=2, position=2))

    assert left(store) == sorted(paths[2:])


async def test_a_store_that_is_away_keeps_the_rows_for_another_try(
    works: Works, workspace_id: UUID, tmp_path: Path, store: LocalStore, paths: list[str]
) -> None:
    (tmp_path / "objects").rename(tmp_path / "away")
    (tmp_path / "objects").write_bytes(b"in the way")

    async def go(work: Work) -> None:
        belongings = Belongings(store, FOLDER)
        await erase(work, a_round(work, ADA), by="crm", at=NOON, belongings=belongings)

    with pytest.raises(UnavailableError):
        await works.run(workspace_id, go)

    (tmp_path / "objects").unlink()
    (tmp_path / "away").rename(tmp_path / "objects")
    await works.run(workspace_id, go)
    assert left(store) == sorted(paths[2:])


def test_a_participant_with_objects_needs_its_store() -> None:
    with pytest.raises(RuntimeError):
        Participant("crm", folder=FOLDER)._belongings(None)
