"""A process that erases somebody and is killed at a statement: forks one for each that there is.

Prints, a line each, at which it died; ends with the first that lived.
"""

import asyncio
import os
import signal
import sys
from typing import Any
from uuid import UUID

from sqlalchemy import event

from contactflow.persistence import Works, open_engine
from contactflow.testing.rounds import erased
from contactflow.vault import RootKey, Vault
from libs.erasure.tests.things import ADA

MOST = 60


async def erase(url: str, workspace_id: UUID, request_id: UUID, last: int) -> None:
    """Die by SIGKILL when the statement of that number is about to be sent; a commit is one."""
    engine, sent = open_engine(url), 0

    def count(*_: Any) -> None:
        nonlocal sent
        sent += 1
        if sent == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine.sync_engine, "before_cursor_execute", count)
    event.listen(engine.sync_engine, "commit", count)
    works = Works(engine, prepare=Vault(RootKey(bytes(32)), {1: b"index"}).unlock)
    await works.run(workspace_id, lambda work: erased(work, ADA, request_id=request_id))
    await engine.dispose()


def main(url: str, workspace: str, request: str) -> None:
    for last in range(1, MOST):
        child = os.fork()
        if not child:
            asyncio.run(erase(url, UUID(workspace), UUID(request), last))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        sys.stdout.write(f"{last}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
