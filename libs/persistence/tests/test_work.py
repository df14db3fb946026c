"""What a unit of work promises, on real PostgreSQL."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from contactflow.kernel import UnavailableError, new_id
from contactflow.persistence import BusyError, Work, Works, open_engine
from contactflow.persistence.errors import RetryableError
from contactflow.persistence.outbox import LARGEST_BODY, OutboxRow
from contactflow.persistence.roles import LIMITS
from contactflow.persistence.work import retrying
from contactflow.testing.database import Engines
from contactflow.testing.statements import overheard
from libs.persistence.tests.things import Thing, names

OUTBOX = select(OutboxRow.key, OutboxRow.aggregate_version, OutboxRow.causation_id).order_by(
    OutboxRow.horizon, OutboxRow.position
)


async def made(work: Work, at: datetime, name: str = "thing") -> Thing:
    thing = Thing.make(work.workspace_id, at, name)
    work.session.add(thing)
    await work.session.flush()
    return thing


async def test_rows_and_events_are_committed_together(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    thing = await works.run(workspace_id, partial(made, at=at))

    [row] = (await works.run(workspace_id, lambda work: work.rows(OUTBOX))).all()

    assert tuple(row) == (thing.id, 1, None)


async def test_after_an_error_neither_is_there(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    async def fail(work: Work) -> None:
        await made(work, at)
        raise LookupError

    with pytest.raises(LookupError):
        await works.run(workspace_id, fail)

    assert await works.run(workspace_id, names) == []
    assert (await works.run(workspace_id, lambda work: work.rows(OUTBOX))).all() == []


async def test_an_event_without_a_changed_column_is_not_lost(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    thing = await works.run(workspace_id, partial(made, at=at))

    async def tell(work: Work) -> None:
        (await work.session.get_one(Thing, (workspace_id, thing.id))).tell(at)

    await works.run(workspace_id, tell)

    rows = await works.run(workspace_id, lambda work: work.rows(OUTBOX))
    assert [row.aggregate_version for row in rows] == [1, 2]


async def test_events_name_their_cause(works: Works, workspace_id: UUID, at: datetime) -> None:
    cause, trace = new_id(), f"00-{'1' * 32}-{'2' * 16}-01"

    async def react(work: Work) -> None:
        with work.caused_by(cause, trace):
            work.session.add(Thing.make(work.workspace_id, at))
        work.session.add(Thing.make(work.workspace_id, at))

    await works.run(workspace_id, react)

    told = select(OutboxRow.causation_id, OutboxRow.traceparent).order_by(OutboxRow.position)
    rows = await works.run(workspace_id, lambda work: work.rows(told))
    assert [tuple(row) for row in rows] == [(cause, trace), (None, None)]


async def test_what_was_changed_is_met_past_the_orm(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    async with works.begin(workspace_id) as work:
        work.session.add(Thing.make(workspace_id, at))

        found = await work.rows(select(Thing.version))

        assert found.scalar_one() == 1


async def test_who_waits_for_events_hears_of_them_after_the_commit(
    engines: Engines, workspace_id: UUID, at: datetime
) -> None:
    heard: list[frozenset[UUID]] = []
    works = Works(engines.app, recorded=heard.append)

    async with works.begin(workspace_id) as work:
        first, second = await made(work, at), await made(work, at)
        assert heard == []
    await works.run(workspace_id, names)

    assert heard == [{first.id, second.id}]


async def test_nobody_hears_of_what_was_rolled_back(
    engines: Engines, workspace_id: UUID, at: datetime
) -> None:
    heard: list[frozenset[UUID]] = []

    async def fail(work: Work) -> None:
        await made(work, at)
        raise LookupError

    with pytest.raises(LookupError):
        await Works(engines.app, recorded=heard.append).run(workspace_id, fail)

    assert heard == []


async def test_an_event_that_kafka_would_refuse_is_refused_here(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    async def tell(work: Work) -> None:
        thing = await made(work, at)
        thing.tell(at, *[thing.id] * (LARGEST_BODY // len(str(thing.id))))

    with pytest.raises(IntegrityError, match="body_fits"):
        await works.run(workspace_id, tell)


async def test_a_deadlock_is_run_again(works: Works, workspace_id: UUID) -> None:
    both, runs = asyncio.Barrier(2), list[int]()

    async def body(work: Work, first: int, second: int) -> None:
        runs.append(first)
        await work.rows(text(f"SELECT pg_advisory_xact_lock({first})"))
        if len(runs) <= 2:
            await both.wait()
        await work.rows(text(f"SELECT pg_advisory_xact_lock({second})"))

    await asyncio.gather(
        works.run(workspace_id, partial(body, first=1, second=2)),
        works.run(workspace_id, partial(body, first=2, second=1)),
    )

    assert len(runs) == 3


async def test_two_who_change_one_row_both_succeed_in_turn(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    thing = await works.run(workspace_id, partial(made, at=at))

    async def tell(work: Work) -> None:
        stored = await work.session.get_one(Thing, (workspace_id, thing.id))
        await asyncio.sleep(0.02)
        stored.tell(at)

    await asyncio.gather(works.run(workspace_id, tell), works.run(workspace_id, tell))

    version = select(Thing.version)
    assert (await works.run(workspace_id, lambda work: work.rows(version))).scalar() == 3


async def failing(errors: list[Exception]) -> str:
    if errors:
        raise errors.pop()
    return "done"


@pytest.mark.parametrize("times", [1, 3])
async def test_what_was_in_the_way_is_not_seen(times: int) -> None:
    assert await retrying(partial(failing, [RetryableError()] * times)) == "done"


async def test_after_four_tries_it_is_busy_and_that_is_waited_for() -> None:
    errors: list[Exception] = [RetryableError()] * 9

    with pytest.raises(BusyError) as busy:
        await retrying(partial(failing, errors))

    assert isinstance(busy.value, UnavailableError)
    assert len(errors) == 5


async def test_a_statement_alone_takes_no_more_round_trips(
    engines: Engines, workspace_id: UUID
) -> None:
    one = text("SELECT 1")

    with overheard(engines.system) as said:
        await Works(engines.system).run(workspace_id, lambda work: work.rows(one))
        await asyncio.sleep(0)
        around = [*said]
        said.clear()
        await Works(engines.system).alone(one)
        await asyncio.sleep(0)

    assert len(around) == 3
    assert said == ["SELECT 1"]


async def test_a_statement_alone_is_committed(
    engines: Engines, works: Works, workspace_id: UUID, at: datetime
) -> None:
    await works.run(workspace_id, partial(made, at=at))
    delete_all = text("DELETE FROM outbox WHERE workspace_id = :workspace RETURNING id")

    gone = await Works(engines.system).first(delete_all, {"workspace": workspace_id})

    assert gone
    assert (await works.run(workspace_id, lambda work: work.rows(OUTBOX))).all() == []


async def test_a_statement_alone_sees_nothing_of_a_workspace(
    works: Works, workspace_id: UUID, at: datetime
) -> None:
    await works.run(workspace_id, partial(made, at=at))

    assert await works.alone(select(Thing.id)) == []
    assert await works.first(select(Thing.id)) is None


async def test_a_database_that_is_away_is_unavailable(workspace_id: UUID) -> None:
    nowhere = open_engine("postgresql://nobody:nothing@127.0.0.1:1/none")

    with pytest.raises(UnavailableError):
        await Works(nowhere).run(workspace_id, names)
    with pytest.raises(UnavailableError):
        await Works(nowhere).alone(OUTBOX)

    await nowhere.dispose()


async def test_a_lock_that_nobody_lets_go_of_is_unavailable(
    engines: Engines, works: Works, workspace_id: UUID
) -> None:
    impatient = open_engine(engines.urls.app)
    lock = text("SELECT pg_advisory_xact_lock(1)")

    @event.listens_for(impatient.sync_engine, "do_connect")
    def shorten(*said: Any) -> None:
        said[-1]["server_settings"] = {"lock_timeout": "100ms"}

    async with works.begin(workspace_id) as work:
        await work.rows(lock)
        with pytest.raises(BusyError):
            await Works(impatient).run(workspace_id, lambda work: work.rows(lock))

    await impatient.dispose()


LIMITED: list[tuple[str, Callable[[Work], Awaitable[object]]]] = [
    ("transaction_timeout", lambda work: work.rows(text("SELECT pg_sleep(1)"))),
    ("idle_in_transaction_session_timeout", lambda _: asyncio.sleep(1)),
]


@pytest.mark.parametrize(("setting", "dawdle"), LIMITED)
async def test_who_holds_a_transaction_open_loses_it(
    engines: Engines, workspace_id: UUID, setting: str, dawdle: Callable[[Work], Awaitable[object]]
) -> None:
    impatient = open_engine(engines.urls.app)

    @event.listens_for(impatient.sync_engine, "do_connect")
    def shorten(*said: Any) -> None:
        said[-1]["server_settings"] = {setting: "100ms"}

    async def body(work: Work) -> None:
        await names(work)
        await dawdle(work)
        await names(work)

    with pytest.raises(UnavailableError):
        await Works(impatient).run(workspace_id, body)

    await impatient.dispose()


@pytest.mark.parametrize("role", ["app", "system"])
@pytest.mark.parametrize("setting", LIMITS)
async def test_the_applications_roles_are_limited(
    engines: Engines, role: str, setting: str
) -> None:
    async with getattr(engines, role).connect() as connection:
        assert await connection.scalar(text(f"SHOW {setting}")) == "5s"


async def test_the_server_s_machine_is_missed_after_11_seconds(engines: Engines) -> None:
    """By us, whether or not we just asked it something."""
    async with engines.app.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        ours = raw._transport.get_extra_info("socket")
        alive = ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        idle, interval, count, unheard = [
            ours.getsockopt(socket.IPPROTO_TCP, option)
            for option in (
                socket.TCP_KEEPIDLE,
                socket.TCP_KEEPINTVL,
                socket.TCP_KEEPCNT,
                socket.TCP_USER_TIMEOUT,
            )
        ]

    assert alive
    assert idle + interval * count == 11
    assert unheard == 11_000


async def test_a_machine_that_is_gone_is_missed_after_11_seconds(engines: Engines) -> None:
    """By the server, whether or not it was just telling it something."""
    async with engines.app.connect() as connection:
        idle, interval, count, unheard = [
            await connection.scalar(text(f"SHOW {setting}"))
            for setting in (
                "tcp_keepalives_idle",
                "tcp_keepalives_interval",
                "tcp_keepalives_count",
                "tcp_user_timeout",
            )
        ]

    assert int(idle) + int(interval) * int(count) == 11
    assert int(unheard) == 11_000
