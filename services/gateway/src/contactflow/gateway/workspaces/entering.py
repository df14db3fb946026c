"""Two workspaces in one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import func, select

from contactflow.persistence import Work


@asynccontextmanager
async def entering(work: Work, workspace_id: UUID) -> AsyncIterator[Work]:
    """What is written inside lies in another workspace; the commit is the same.

    Only sign-up does so: an account lies in the platform workspace, the workspace that begins
    with it in itself, and neither may be there without the other. The policies stay in force on
    either side, which the system role would have switched off for both.
    """
    await work.session.flush()
    await _see(work, workspace_id)
    yield Work(work.session, workspace_id)
    await work.session.flush()
    await _see(work, work.workspace_id)


async def _see(work: Work, workspace_id: UUID) -> None:
    await work.rows(select(func.set_config("app.workspace", str(workspace_id), True)))  # noqa: FBT003  SQL
