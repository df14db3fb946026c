"""What keeps workspaces and services apart, on real PostgreSQL."""

import asyncio
from datetime import datetime
from itertools import product
from uuid import UUID

import pytest
from asyncpg import InsufficientPrivilegeError, connect
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.persistence.errors import PersonGoneError
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from libs.persistence.tests.things import Mark, Thing, names

ROLES = ("owner", "app", "system")


async def test_each_role_reaches_its_own_database_only(
    postgres: Postgres, engines: Engines
) -> None:
    async with fresh_database(postgres, "others", "nothing") as others:
        homes = {"things": engines.urls, "others": others.urls}
        for (mine, theirs), role in product([("things", "others"), ("others", "things")], ROLES):
            url = getattr(homes[mine], role)
            await (await connect(url)).close()
            elsewhere = url.rpartition("/")[0] + "/" + homes[theirs].app.rpartition("/")[2]
            with pytest.raises(InsufficientPrivilegeError, match="permission denied for database"):
                await connect(elsewhere)


async def test_a_thousand_requests_of_fifty_workspaces_on_four_connections_do_not_leak(
    works: Works, engines: Engines, at: datetime
) -> None:
    workspaces = [new_id() for _ in range(50)]

    async def visit(workspace_id: UUID) -> list[str]:
        async with works.begin(workspace_id) as work:
            work.session.add(Thing.make(workspace_id, at, workspace_id.hex))
            await work.session.flush()
            await asyncio.sleep(0)
            return await names(work)

    seen = await asyncio.gather(*(visit(workspaces[turn % 50]) for turn in range(1000)))

    assert engines.app.pool.size() == 4  # type: ignore[attr-defined]
    assert all(set(found) == {workspaces[turn % 50].hex} for turn, found in enumerate(seen))
    assert sum(len(found) for found in seen) == 50 * sum(range(1, 21))


SIGHTS = ("SELECT count(*) FROM things", "SELECT count(*) FROM outbox")


@pytest.mark.parametrize("sight", SIGHTS)
async def test_without_a_workspace_nothing_is_seen(
    works: Works, engines: Engines, workspace_id: UUID, at: datetime, sight: str
) -> None:
    async with works.begin(workspace_id) as work:
        work.session.add(Thing.make(workspace_id, at))

    for _ in range(4):
        async with engines.app.connect() as connection:
            left = await connection.scalar(text("SELECT current_setting('app.workspace', true)"))
            assert left in {None, ""}
            assert await connection.scalar(text(sight)) == 0


async def test_the_owner_migrates_and_reads_nothing(
    works: Works, engines: Engines, workspace_id: UUID, at: datetime
) -> None:
    async with works.begin(workspace_id) as work:
        work.session.add(Thing.make(workspace_id, at))

    async with engines.owner.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM things")) == 0


async def test_the_system_role_sees_its_named_tables_whole_and_no_other(
    works: Works, engines: Engines, at: datetime
) -> None:
    workspaces = {new_id(), new_id()}
    for workspace_id in workspaces:
        async with works.begin(workspace_id) as work:
            work.session.add(Thing.make(workspace_id, at))

    async with engines.system.connect() as connection:
        seen = await connection.scalars(text("SELECT workspace_id FROM outbox"))
        assert workspaces <= set(seen)
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT * FROM things"))


async def test_nobody_writes_into_another_workspace(
    works: Works, workspace_id: UUID, other_workspace_id: UUID, at: datetime
) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with works.begin(workspace_id) as work:
            work.session.add(Thing.make(other_workspace_id, at))


async def test_a_piece_cannot_hang_on_another_workspaces_thing(
    works: Works, workspace_id: UUID, other_workspace_id: UUID, at: datetime
) -> None:
    async with works.begin(other_workspace_id) as work:
        theirs = Thing.make(other_workspace_id, at)
        work.session.add(theirs)

    async def steal(work: Work) -> None:
        values = {"workspace": workspace_id, "id": new_id(), "theirs": theirs.id}
        await work.rows(text("INSERT INTO pieces VALUES (:theirs, :workspace, :id)"), values)

    with pytest.raises(DBAPIError, match="fk_pieces_things") as refused:
        await works.run(workspace_id, steal)
    assert not isinstance(refused.value, PersonGoneError)


CHANGES = ("UPDATE marks SET id = id", "DELETE FROM marks", "TRUNCATE marks")


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_append_only_is_changed_by_nobody(
    works: Works, engines: Engines, workspace_id: UUID, change: str
) -> None:
    async with works.begin(workspace_id) as work:
        work.session.add(Mark(workspace_id=workspace_id, id=new_id()))

    with pytest.raises(DBAPIError, match="permission denied for table marks"):
        await works.run(workspace_id, lambda work: work.rows(text(change)))
    async with engines.owner.connect() as connection:
        with pytest.raises(DBAPIError, match="marks is append-only"):
            await connection.execute(text(change))


@pytest.mark.parametrize("role", ["app", "system"])
async def test_only_the_owner_changes_tables(engines: Engines, role: str) -> None:
    async with getattr(engines, role).connect() as connection:
        for statement in (
            "ALTER TABLE things DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE own (id int)",
            "DROP TABLE things",
        ):
            with pytest.raises(DBAPIError):
                await connection.execute(text(statement))
            await connection.rollback()
