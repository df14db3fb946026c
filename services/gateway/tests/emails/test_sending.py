"""Sending e-mails, on PostgreSQL and to a real mail server."""

import asyncio
import logging
import signal
import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.gateway.emails import service
from contactflow.gateway.emails.model import Letter, Order
from contactflow.gateway.emails.repository import SqlEmails, purge_emails
from contactflow.kernel import PLATFORM_WORKSPACE_ID, new_id
from contactflow.persistence import Work, Works
from contactflow.testing.clock import FakeClock
from contactflow.vault import Vault
from services.gateway.tests.emails.letters import a_letter
from services.gateway.tests.people import an_email
from services.gateway.tests.post import EVENTS, JOBS, Known, Post

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
async def _with_key(works: Works, vault: Vault, workspace_id: UUID) -> None:
    await works.run(workspace_id, vault.create_key)


@pytest.fixture
def ada() -> str:
    return an_email()


@pytest.fixture
async def email_id(post: Post, workspace_id: UUID, ada: str) -> UUID:
    """One that waits."""
    return await queued(post, workspace_id, a_letter(to=ada))


async def queued(post: Post, workspace_id: UUID, letter: Letter) -> UUID:
    order = Order(str(new_id()), letter)
    async with post.works.begin(workspace_id) as work:
        return (await service.accept(SqlEmails(work), order=order, at=post.clock())).id


async def test_who_asks_under_the_same_key_waits_for_who_asked_first(
    works: Works, workspace_id: UUID, ada: str, clock: FakeClock
) -> None:
    order = Order(str(new_id()), a_letter(to=ada))

    async def accept(work: Work) -> UUID:
        return (await service.accept(SqlEmails(work), order=order, at=clock())).id

    async with asyncio.TaskGroup() as tasks, works.begin(workspace_id) as work:
        first = await accept(work)
        second = tasks.create_task(works.run(workspace_id, accept))
        await asyncio.sleep(0.2)
        assert not second.done()

    assert second.result() == first


async def test_it_is_sent_and_forgotten(
    post: Post, email_id: UUID, workspace_id: UUID, ada: str
) -> None:
    assert await post.left(workspace_id) == (1, 1)

    await post.go()

    [mail] = post.server.mails(ada)
    assert mail["Message-ID"] == f"<{email_id}@cf.example>"
    assert await post.emails(workspace_id) == [Known("sent", 1, None)]
    assert await post.left(workspace_id) == (0, 0)
    [event] = await post.rows(EVENTS, workspace_id)
    assert (event.type, event.key) == ("email.sent", email_id)
    assert event.body == {"email_id": str(email_id)}
    assert not await post.rows(JOBS, workspace_id)


async def test_killed_after_the_servers_yes_it_goes_out_again_under_the_same_id(
    post: Post, email_id: UUID, workspace_id: UUID, ada: str
) -> None:
    urls = post.engines.urls
    command = [sys.executable, "-m", "services.gateway.tests.emails.mortal"]
    command += [urls.app, urls.system, post.server.url, ada]

    killed = await asyncio.to_thread(subprocess.run, command, check=False)
    taken, before = len(post.server.mails(ada)), await post.emails(workspace_id)
    await post.go(after=HOUR)

    assert killed.returncode == -signal.SIGKILL
    assert (taken, before) == (1, [Known("queued", 0, None)])
    first, second = post.server.mails(ada)
    assert first["Message-ID"] == second["Message-ID"] == f"<{email_id}@cf.example>"
    assert await post.emails(workspace_id) == [Known("sent", 1, None)]
    assert len(await post.rows(EVENTS, workspace_id)) == 1


async def test_what_the_server_does_not_take_now_is_tried_again(
    post: Post, email_id: UUID, workspace_id: UUID, ada: str
) -> None:
    post.server.plan("RCPT", "450 4.2.1 greylisted")
    post.server.plan("DATA", "451 4.3.0 later")

    await post.go()
    await post.go(after=timedelta(seconds=29))
    assert await post.emails(workspace_id) == [Known("queued", 1, "smtp_450")]
    await post.go(after=timedelta(seconds=1))
    assert await post.emails(workspace_id) == [Known("queued", 2, "smtp_451")]
    assert await post.left(workspace_id) == (1, 1)
    await post.go(after=timedelta(minutes=1))

    assert len(post.server.mails(ada)) == 1
    assert await post.emails(workspace_id) == [Known("sent", 3, None)]


async def test_what_the_server_refuses_has_failed_at_once(
    post: Post, email_id: UUID, workspace_id: UUID, ada: str
) -> None:
    post.server.plan("RCPT", f"550 5.1.1 {ada} is not here")

    await post.go()

    assert await post.emails(workspace_id) == [Known("failed", 1, "smtp_550")]
    assert await post.left(workspace_id) == (0, 0)
    [event] = await post.rows(EVENTS, workspace_id)
    assert (event.type, event.key) == ("email.failed", email_id)
    assert not await post.rows(JOBS, workspace_id)


@pytest.mark.parametrize(
    ("said", "longest"),
    [
        ("rights_code", 10 * MINUTE),
        ("email_verification", 10 * MINUTE),
        ("password_reset", 10 * MINUTE),
        ("completed", 3 * DAY),
        ("refused", 3 * DAY),
        ("rights_due", 3 * DAY),
        ("rights_extended", 3 * DAY),
    ],
)
async def test_it_is_given_up_after_three_days_or_when_its_code_is_dead(
    post: Post, workspace_id: UUID, said: str, longest: timedelta
) -> None:
    await queued(post, workspace_id, a_letter(said))
    post.server.stop()

    await post.go()
    await post.go(after=longest - MINUTE)
    waiting = await post.emails(workspace_id)
    await post.go(after=MINUTE)

    assert [one.status for one in waiting] == ["queued"]
    assert await post.emails(workspace_id) == [Known("failed", 3, "unreachable")]
    assert await post.left(workspace_id) == (0, 0)


async def test_of_whom_was_erased_meanwhile_nothing_is_sent(
    post: Post, email_id: UUID, workspace_id: UUID
) -> None:
    async with post.works.begin(workspace_id) as work:
        await work.rows(text("DELETE FROM subjects"))

    await post.go()

    assert not post.server.mails()
    assert await post.emails(workspace_id) == [Known("failed", 1, "person_gone")]


async def test_a_fault_of_ours_keeps_nobodys_address(
    post: Post, email_id: UUID, workspace_id: UUID
) -> None:
    async with post.works.begin(workspace_id) as work:
        await work.rows(text("UPDATE email_contents SET facts = recipient"))

    await post.go()
    assert await post.emails(workspace_id) == [Known("queued", 1, "UnsealError")]
    await post.go(after=3 * DAY)

    assert await post.emails(workspace_id) == [Known("failed", 2, "UnsealError")]
    assert await post.left(workspace_id) == (0, 0)


async def test_nothing_of_anybody_is_in_jobs_events_or_logs(
    post: Post, email_id: UUID, workspace_id: UUID, ada: str, caplog: pytest.LogCaptureFixture
) -> None:
    post.server.plan("DATA", f"451 {ada} later")
    jobs = await post.rows(JOBS, workspace_id)

    with caplog.at_level(logging.DEBUG):
        await post.go()
        post.server.plan("RCPT", f"550 {ada} gone")
        await post.go(after=HOUR)

    said = f"{jobs}{await post.rows(EVENTS, workspace_id)}{await post.emails(workspace_id)}"
    told = [vars(one) for one in caplog.records if one.name.startswith("contactflow")]
    assert [one["msg"] for one in told].count("email.not_sent") == 2
    assert str(email_id) in said
    assert not [one for one in (ada, "04712836") if one in f"{said}{told}"]


async def test_what_is_known_of_it_is_kept_for_ninety_days(
    post: Post, email_id: UUID, workspace_id: UUID
) -> None:
    await post.go()

    async def purged(work: Work) -> int:
        return await purge_emails(work, at=post.clock())

    post.clock.advance(90 * DAY - timedelta(seconds=1))
    await post.system.run(PLATFORM_WORKSPACE_ID, purged)
    assert len(await post.emails(workspace_id)) == 1
    post.clock.advance(timedelta(seconds=1))
    assert await post.system.run(PLATFORM_WORKSPACE_ID, purged)

    assert not await post.emails(workspace_id)
