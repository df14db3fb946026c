"""The unit of work: one transaction in one workspace."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar
from uuid import UUID

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import Connection, Executable, Result, Row, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from contactflow.persistence.base import Aggregate
from contactflow.persistence.errors import BusyError, RetryableError, translated
from contactflow.persistence.outbox import OutboxRow

T = TypeVar("T")
ATTEMPTS = 4
PROPAGATOR = TraceContextTextMapPropagator()


class Work:
    """One transaction in one workspace: rows and events are committed together, or not at all."""

    def __init__(self, session: AsyncSession, workspace_id: UUID) -> None:
        self.session = session
        self.workspace_id = workspace_id

    async def rows(self, statement: Executable, values: Any = None) -> Result[Any]:
        """Run Core on this transaction, past the ORM: for lists, search, inbox, bulk.

        It meets what was changed before, as the ORM's own statements do.
        """
        await self.session.flush()
        connection = await self.session.connection()
        return await connection.execute(statement, values)

    @contextmanager
    def caused_by(self, event_id: UUID, traceparent: str | None) -> Iterator[None]:
        """Events recorded inside name their cause, and go on with its trace.

        Whenever they are stored: nothing is flushed for it.
        """
        self.session.info.update(cause=event_id, traceparent=traceparent)
        yield
        _queue_events(self.session.sync_session)
        self.session.info.update(cause=None, traceparent=None)

    def announce(self, changed: UUID) -> None:
        """Have `recorded` told of this id, too, once this is committed."""
        self.session.info.setdefault("recorded", set()).add(changed)

    @property
    def traceparent(self) -> str | None:
        """The trace to go on with: of the current span; without one, of the cause."""
        return _traceparent(self.session.sync_session)


Prepare = Callable[[Work], Awaitable[None]]
Recorded = Callable[[frozenset[UUID]], None]


async def nothing(_: Work) -> None:
    """A workspace without keys."""


def nobody(_: frozenset[UUID]) -> None:
    """Nobody waits for events."""


class Works:
    """Begins units of work.

    `prepare` runs first in each, e.g. to unlock the workspace's keys; `recorded` runs after the
    commit of one that wrote events, with the ids of the aggregates that they are of, e.g. to ring
    for the relay.
    """

    def __init__(
        self, engine: AsyncEngine, prepare: Prepare = nothing, *, recorded: Recorded = nobody
    ) -> None:
        self.engine = engine
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.prepare = prepare
        self.recorded = recorded

    @asynccontextmanager
    async def begin(self, workspace_id: UUID) -> AsyncIterator[Work]:
        """Commit on success, else roll back.

        Raises RetryableError, PersonGoneError, UnavailableError.
        """
        session = AsyncSession(self.engine, expire_on_commit=False)
        session.info["workspace"] = workspace_id
        with translated():
            async with session, session.begin():
                work = Work(session, workspace_id)
                await self.prepare(work)
                yield work
        if keys := session.info.get("recorded"):
            self.recorded(frozenset(keys))

    async def alone(self, statement: Executable, values: Any = None) -> Sequence[Row[Any]]:
        """One statement that commits by itself, in no workspace: one round trip instead of three.

        For the system role, which finds whose something is before anybody is known; whoever is
        under the policies sees nothing. Tried again as in `run`, and raises what that raises.
        """

        async def once() -> Sequence[Row[Any]]:
            with translated():
                async with self._autocommit.connect() as connection:
                    return (await connection.execute(statement, values)).all()

        return await retrying(once)

    async def first(self, statement: Executable, values: Any = None) -> Row[Any] | None:
        """As `alone`: the first row of the answer, if there is any."""
        return next(iter(await self.alone(statement, values)), None)

    async def run(self, workspace_id: UUID, body: Callable[[Work], Awaitable[T]]) -> T:
        """Run a body in a transaction of its own, again from the start as `retrying` says."""

        async def once() -> T:
            async with self.begin(workspace_id) as work:
                return await body(work)

        return await retrying(once)


async def retrying(once: Callable[[], Awaitable[T]]) -> T:
    """Try again after a deadlock, a serialisation failure or a lost update, with jitter.

    Raises BusyError after four times.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await once()
        except RetryableError:
            await asyncio.sleep(random.uniform(0.01, 0.03) * attempt)  # noqa: S311  no secret
    raise BusyError


@event.listens_for(Session, "after_begin")
def _enter_workspace(session: Session, _: SessionTransaction, connection: Connection) -> None:
    """Let the policies see one workspace, for this transaction only."""
    driver: Any = connection.connection.driver_connection
    driver.enter(session.info["workspace"])


@event.listens_for(Session, "before_flush")
def _queue_events(session: Session, *_: object) -> None:
    """Events ride in the same flush as the rows they speak of."""
    changed = {*session.new, *session.dirty, *session.deleted}
    for aggregate in (row for row in changed if isinstance(row, Aggregate)):
        session.add_all(OutboxRow.of(aggregate, *one) for one in aggregate.recorded())
    for row in (row for row in session.new if isinstance(row, OutboxRow)):
        if row.causation_id is None:
            row.causation_id, row.traceparent = session.info.get("cause"), _traceparent(session)
            session.info.setdefault("recorded", set()).add(row.key)


def _traceparent(session: Session) -> str | None:
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier)
    inherited: str | None = session.info.get("traceparent")
    return carrier.get("traceparent", inherited)
