"""A build of crm that is wrong on purpose: it notes that a round is done before it does it."""

from datetime import datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.erasure import eraser
from contactflow.persistence import Work, Works
from tests.chaos.mortal.building import Call, Reached, wrap
from tests.chaos.mortal.participant import participant


def noting(_: Reached) -> None:
    """In a transaction of its own, which is there when the other one never comes to be."""

    def begin(inner: Call) -> Call:
        async def hasty(work: Work, what: eraser.Round, at: datetime) -> bool:
            engine = cast(AsyncEngine, work.session.bind)
            async with Works(engine).begin(work.workspace_id) as apart:
                return bool(await inner(apart, what, at))

        return hasty

    wrap(eraser, "_begun", begin)


if __name__ == "__main__":
    participant("crm", noting)
