"""A participant that is killed at any step has done nothing; the next one does it once."""

import asyncio
import subprocess
import sys
from uuid import UUID

from sqlalchemy import text

from contactflow.erasure.queries import deleted
from contactflow.kernel import new_id
from contactflow.persistence import Work, Works
from contactflow.testing.database import Engines
from libs.erasure.tests.things import ADA, a_life, someone

STEPS = 12
"""Workspace, round, locks, fences, people, tables, counts, answer, commit; and more."""


async def living(work: Work) -> None:
    await a_life(work, await someone(work, ADA))


async def counted(work: Work) -> tuple[int, int]:
    """Answers, and people that are left."""
    answers = await work.rows(text("SELECT count(*) FROM outbox"))
    people = await work.rows(text("SELECT count(*) FROM subjects"))
    return answers.scalar_one(), people.scalar_one()


async def test_killed_at_each_statement_it_is_done_once(
    works: Works, engines: Engines, workspace_id: UUID
) -> None:
    await works.run(workspace_id, living)
    request_id = new_id()
    command = [sys.executable, "-m", "libs.erasure.tests.mortal"]
    command += [engines.urls.app, str(workspace_id), str(request_id)]

    done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    deaths = done.stdout.split()

    assert len(deaths) > STEPS
    assert await works.run(workspace_id, counted) == (1, 0)
    gone = await works.run(workspace_id, lambda work: deleted(work, request_id))
    assert (gone["subjects"], gone["words"]) == (1, 1)
