"""A call as a block of code: inside it the line is up."""

from asyncio import TaskGroup, wait
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tools.phone.account import Number
from tools.phone.carrier import PATIENCE, PhoneCall, Taken
from tools.phone.rest import Switchboard


@asynccontextmanager
async def calling(
    switchboard: Switchboard, number: Number, caller: str | None = None, human: Taken = "completed"
) -> AsyncIterator[PhoneCall]:
    """At its end the caller has hung up and the last callback was told; `human` as in PhoneCall.

    Raises, as a group, httpx.HTTPError when a webhook is not answered well, NotTwimlError when the
    answer makes no sense. Whoever waits in the block when the service ends the call: HungUpError.
    """
    call = PhoneCall(switchboard.account, number, caller, human=human)
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        with switchboard.connected(call):
            async with TaskGroup() as group:
                running = group.create_task(call.run(http))
                try:
                    yield call
                finally:
                    call.hang_up()
                    await wait({running})  # for its last callback, whatever happened in the block
