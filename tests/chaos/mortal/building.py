"""Builds of the services that are right in everything, and die where a failpoint is armed.

What a function of the product does is not changed: it is called, and before or afterwards a
failpoint is reached. Names are `{what}:{how far}`, and stand beside the function that they are of.
"""

import os
import runpy
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from contactflow.messaging import kafka, leases, running
from tests.chaos.failpoints import VARIABLE, Failpoints

Reached = Callable[[str, object], None]
Target = Callable[..., object]
Writer = Callable[..., tuple[AsyncSession, object]]
Call = Callable[..., Awaitable[Any]]
DUE = "failpoint"
"""Under which a session has what is reached by its commit."""


def run(service: str, *places: Callable[[Reached], None]) -> None:
    """Be that service, with these places in it."""
    failpoints = Failpoints(Path(os.environ[VARIABLE]))  # noqa: TID251  a test's own setting
    reached = partial(failpoints.reached, service)

    @event.listens_for(Session, "after_commit")
    def committed(session: Session) -> None:
        if due := session.info.pop(DUE, None):
            reached(*due)

    for place in (impatience, *places):
        place(reached)
    runpy.run_module(f"contactflow.{service}", run_name="__main__", alter_sys=True)


def impatience(_: Reached) -> None:
    """Who was killed is given up after three seconds: otherwise each step would cost eight."""
    kafka.CONSUMING.update(session_timeout_ms=3_000, heartbeat_interval_ms=500)
    lease = timedelta(seconds=3)
    for module in (leases, running):
        vars(module).update(LEASE=lease)
    vars(leases).update(EVERY=0.5)


def wrap(owner: Any, name: str, around: Callable[[Call], Call]) -> None:
    """Have `owner`, a class or a module, do this instead, from here on."""
    inner = getattr(owner, name)
    setattr(owner, name, wraps(inner)(around(inner)))


def before(reached: Reached, owner: Any, name: str, failpoint: str, of: Target) -> None:
    """Reach a failpoint before this is called; `of` says for whom, by the arguments."""

    def around(inner: Call) -> Call:
        async def mortal(*args: Any, **kwargs: Any) -> Any:
            reached(failpoint, of(*args, **kwargs))
            return await inner(*args, **kwargs)

        return mortal

    wrap(owner, name, around)


def after(reached: Reached, owner: Any, name: str, failpoint: str, of: Target) -> None:
    """Reach a failpoint when this was done."""

    def around(inner: Call) -> Call:
        async def mortal(*args: Any, **kwargs: Any) -> Any:
            result = await inner(*args, **kwargs)
            reached(failpoint, of(*args, **kwargs))
            return result

        return mortal

    wrap(owner, name, around)


async def written(reached: Reached, session: AsyncSession, what: str, target: object) -> None:
    """Two failpoints of a transaction: `:written`, all of it, and `:committed`, not yet told."""
    await session.flush()
    reached(f"{what}:written", target)
    session.info[DUE] = (f"{what}:committed", target)


def transaction(reached: Reached, owner: Any, name: str, what: str, of: Writer) -> None:
    """This writes all that a transaction has to say; `of` gives its session besides."""

    def around(inner: Call) -> Call:
        async def mortal(*args: Any, **kwargs: Any) -> Any:
            result = await inner(*args, **kwargs)
            session, target = of(*args, **kwargs)
            await written(reached, session, what, target)
            return result

        return mortal

    wrap(owner, name, around)


ROUND: ContextVar[object] = ContextVar("ROUND", default=None)
"""The request whose round is being done in this task."""
