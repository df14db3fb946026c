"""Where a participant's part in an erasure has got to."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contactflow.erasure import belongings, discovery, endpoints, eraser, handlers, orders, replay
from contactflow.persistence import Work
from tests.chaos.mortal.building import ROUND, Call, Reached, after, before, run, transaction, wrap
from tests.chaos.mortal.messaging import applying, consuming, relaying


def participant(service: str, *more: Callable[[Reached], None]) -> None:
    """Be that service; `more` are places of its own, or what a wrong build does."""
    run(service, *more, consuming, applying, relaying, asking, erasing, answering)


def asking(reached: Reached) -> None:
    """Of privacy: whom it is about."""

    def of(_: Any, __: Any, request_id: object) -> object:
        return request_id

    before(reached, orders.HttpOrders, "order", "order:asked", of)
    after(reached, orders.HttpOrders, "order", "order:told", of)


def erasing(reached: Reached) -> None:
    """Statement by statement, whether the event began it or the ledger did."""

    def begin(inner: Call) -> Call:
        async def mortal(work: Work, what: eraser.Round, at: object) -> Any:
            ROUND.set(what.request_id)
            begun = await inner(work, what, at)
            reached("round:begun", what.request_id)
            return begun

        return mortal

    def of(*_: Any, **__: Any) -> object:
        return ROUND.get()

    wrap(eraser, "_begun", begin)
    after(reached, eraser, "lock", "round:locked", of)
    after(reached, eraser, "put_up", "round:fenced", of)
    after(reached, eraser, "held", "round:held", of)
    after(reached, eraser, "remove", "round:deleted", of)
    after(reached, belongings.Belongings, "delete", "round:emptied", of)
    for module in (handlers, replay):
        transaction(reached, module, "erase", "round", _done)


def _done(work: Work, what: eraser.Round, **_: Any) -> tuple[AsyncSession, object]:
    return work.session, what.request_id


def answering(reached: Reached) -> None:
    """Over HTTP. It is armed for a workspace: whom they ask about, they do not say."""

    def of(work: Work, *_: Any, **__: Any) -> object:
        return work.workspace_id

    before(reached, discovery, "discover", "discovery:asked", of)
    after(reached, discovery, "discover", "discovery:found", of)
    before(reached, endpoints, "residue", "residue:asked", of)
    after(reached, endpoints, "residue", "residue:counted", of)
