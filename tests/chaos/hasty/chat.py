"""A build of chat that is wrong on purpose: it answers before it has committed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from starlette.types import ASGIApp

from contactflow.chat.app import create_app
from contactflow.chat.participant import PARTICIPANT
from contactflow.chat.settings import ChatSettings
from contactflow.chat.worker import parts
from contactflow.persistence import Work, Works
from contactflow.runtime import Platform, Service, main
from tools.stack.services import scripts

LATE = 0.5  # seconds from an answer to its commit
COMMITTING: set["asyncio.Task[bool | None]"] = set()


class Hasty(Works):
    """Leaves the commit for later."""

    @asynccontextmanager
    async def begin(self, workspace_id: UUID) -> AsyncIterator[Work]:
        transaction = super().begin(workspace_id)
        work = await transaction.__aenter__()
        yield work

        async def commit() -> bool | None:
            await asyncio.sleep(LATE)
            return await transaction.__aexit__(None, None, None)

        COMMITTING.add(asyncio.get_running_loop().create_task(commit()))


def hastily(on: Platform[ChatSettings]) -> ASGIApp:
    right = on.works
    works = Hasty(right.engine, right.prepare, recorded=right.recorded)
    return create_app(replace(on, works=works))


if __name__ == "__main__":
    main(Service("chat", ChatSettings, hastily, parts, scripts("chat"), participant=PARTICIPANT))
