"""What people are written, and what is forgotten when it has arrived."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.events.emails import EmailFailed, EmailSent
from contactflow.kernel import new_id
from contactflow.persistence import Works
from contactflow.testing.tokens import Callers
from services.privacy.tests.conftest import Store
from services.privacy.tests.erasing.world import World
from services.privacy.tests.ways import MAIL, MOB

PATH = "/v1/rights-requests"
REFUSAL = {"reason_code": "legal_claims", "text": "The claims are before the court."}
LEFT = text("""
    SELECT (SELECT count(*) FROM rights_dossiers), (SELECT count(*) FROM rights_answers),
           (SELECT count(*) FROM subjects)
""")

UNSENT = "DELETE FROM jobs WHERE name = 'rights.answer'"


async def left(works: Works, workspace_id: UUID) -> tuple[int, ...]:
    """Dossiers, answers, people."""
    return tuple((await works.run(workspace_id, lambda work: work.rows(LEFT))).one())


@pytest.fixture
async def refused(http: AsyncClient, store: Store, world: World) -> str:
    """A verified request whose refusal is on its way."""
    request_id = await store("awaiting_approval")
    await http.post(f"{PATH}/{request_id}/refuse", json=REFUSAL)
    await world.work()
    return request_id


def email_id_in(world: World) -> UUID:
    [(email_id, _)] = world.emails.taken.values()
    return email_id


async def test_a_refusal_is_written_with_its_reason_and_the_authority(
    world: World, refused: str
) -> None:
    [email] = world.emails.sent

    assert (email.template, email.to, email.locale) == ("rights_answer", MAIL.value, "en")
    assert email.facts == {
        "outcome": "refused",
        "request_id": refused,
        "authority": "CNIL",
        **REFUSAL,
    }


async def test_while_gateway_is_down_the_answer_waits_and_is_sent_once(
    world: World, http: AsyncClient, store: Store
) -> None:
    world.emails.down = True
    await http.post(f"{PATH}/{await store()}/refuse", json=REFUSAL)
    for _ in range(20):
        await world.wait(10)

    world.emails.down = False
    await world.wait(10)

    assert len(world.emails.sent) == 1


async def test_the_person_of_a_request_goes_when_the_answer_was_sent(
    world: World, works: Works, workspace_id: UUID, refused: str
) -> None:
    await world.arrived(new_id())
    assert await left(works, workspace_id) == (0, 1, 1)

    await world.arrived(email_id_in(world))

    assert await left(works, workspace_id) == (0, 0, 0)


async def test_an_answer_that_was_not_delivered_is_kept_for_thirty_days(
    world: World, works: Works, workspace_id: UUID, refused: str
) -> None:
    await world.arrived(email_id_in(world), EmailFailed)
    kept = await left(works, workspace_id)
    await world.wait(timedelta(days=30).total_seconds())

    assert (kept, await left(works, workspace_id)) == ((0, 1, 1), (0, 0, 0))
    assert await undelivered(world) == ["service:privacy"]


async def test_it_is_sent_again_as_another_e_mail_while_the_address_is_kept(
    world: World, http: AsyncClient, works: Works, workspace_id: UUID, refused: str
) -> None:
    again = f"{PATH}/{refused}/answers"
    early = await http.post(again)
    await world.arrived(email_id_in(world), EmailFailed)
    sent = await http.post(again)
    await world.work()
    _, (second, _) = world.emails.taken.values()
    await world.arrived(second)
    late = await http.post(again)

    assert [one.status_code for one in (early, sent, late)] == [409, 202, 409]
    assert sent.json()["answer"] == "by_email"
    assert len({one.to for one in world.emails.sent}) == 1
    assert (await http.get(f"{PATH}/{refused}")).json()["answer"] == "sent"
    assert await left(works, workspace_id) == (0, 0, 0)


async def test_without_the_address_nothing_is_sent_again(
    world: World, http: AsyncClient, callers: Callers, workspace_id: UUID, refused: str
) -> None:
    await world.arrived(email_id_in(world), EmailFailed)
    await world.wait(timedelta(days=30).total_seconds())

    officer = callers.user(workspace_id, "rights:write")
    answer = await http.post(f"{PATH}/{refused}/answers", headers=officer)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_email_identifier")


@pytest.mark.parametrize(
    ("event", "answer", "noted"),
    [(EmailSent, "sent", []), (EmailFailed, "undelivered", ["service:privacy"])],
)
async def test_what_became_of_the_answer_is_shown_and_a_failure_is_noted(
    world: World,
    http: AsyncClient,
    refused: str,
    event: type[EmailSent] | type[EmailFailed],
    answer: str,
    noted: list[str],
) -> None:
    before = (await http.get(f"{PATH}/{refused}")).json()["answer"]

    await world.arrived(email_id_in(world), event)

    assert (before, (await http.get(f"{PATH}/{refused}")).json()["answer"]) == ("by_email", answer)
    assert await undelivered(world) == noted


async def undelivered(world: World) -> list[str]:
    """Who has noted in the audit ledger that an answer did not arrive."""
    wanted = text("SELECT actor FROM audit_entries WHERE action LIKE '%answer_undelivered'")
    found = await world.works.run(world.workspace_id, lambda work: work.rows(wanted))
    return [*found.scalars()]


async def test_an_answer_that_arrives_before_its_id_is_noted_is_looked_for_once_more(
    world: World, works: Works, http: AsyncClient, store: Store, workspace_id: UUID
) -> None:
    await http.post(f"{PATH}/{await store()}/refuse", json=REFUSAL)
    email_id = new_id()
    world.emails.down = True
    await world.arrived(email_id, EmailFailed)
    world.emails.down = False
    noted = text("UPDATE rights_answers SET email_id = :id")
    await works.run(workspace_id, lambda work: work.rows(noted, {"id": email_id}))
    await works.run(workspace_id, lambda work: work.rows(text(UNSENT)))

    await world.wait(60)

    assert await left(works, workspace_id) == (0, 1, 1)
    assert len(await undelivered(world)) == 1


async def test_an_answer_is_known_to_be_sent_however_late_its_id_is_noted(
    world: World, works: Works, http: AsyncClient, store: Store, workspace_id: UUID
) -> None:
    world.emails.mute = True
    await http.post(f"{PATH}/{await store()}/refuse", json=REFUSAL)
    await world.work()
    await world.arrived(email_id_in(world))
    await minutes(world, 10)

    world.emails.mute = False
    await minutes(world, 2)

    assert await left(works, workspace_id) == (0, 0, 0)


async def test_so_is_one_that_is_sent_again(
    world: World, works: Works, http: AsyncClient, workspace_id: UUID, refused: str
) -> None:
    await world.arrived(email_id_in(world), EmailFailed)
    world.emails.mute = True
    await http.post(f"{PATH}/{refused}/answers")
    await world.work()
    _, (second, _) = world.emails.taken.values()
    await world.arrived(second)

    world.emails.mute = False
    await minutes(world, 2)

    assert await left(works, workspace_id) == (0, 0, 0)


@pytest.mark.parametrize("comes_back", [True, False])
async def test_no_e_mail_is_looked_for_once_no_answer_is_on_its_way(
    world: World, works: Works, http: AsyncClient, store: Store, *, comes_back: bool
) -> None:
    world.emails.down = True
    await http.post(f"{PATH}/{await store()}/refuse", json=REFUSAL)
    await world.arrived(new_id())
    await minutes(world, 2)
    before = await looked_for(world)

    world.emails.down = not comes_back
    await world.wait(0 if comes_back else timedelta(days=30).total_seconds())
    await minutes(world, 2)

    assert (before, await looked_for(world)) == (1, 0)


async def minutes(world: World, number: int) -> None:
    for _ in range(number):
        await world.wait(60)


async def looked_for(world: World) -> int:
    """How many e-mails may still be of an answer."""
    wanted = text("SELECT count(*) FROM jobs WHERE name = 'rights.settle_answer'")
    found = await world.works.run(world.workspace_id, lambda work: work.rows(wanted))
    return int(found.scalar_one())


async def test_after_thirty_days_nothing_is_waited_for(
    world: World, works: Works, workspace_id: UUID, refused: str
) -> None:
    day = timedelta(days=1).total_seconds()
    await world.wait(29 * day)
    before = await left(works, workspace_id)
    await world.wait(day)

    assert (before, await left(works, workspace_id)) == ((0, 1, 1), (0, 0, 0))
    assert len(await undelivered(world)) == 1


async def test_who_was_restricted_is_known_for_thirty_days_for_those_who_were_away(
    world: World, works: Works, http: AsyncClient, store: Store, workspace_id: UUID
) -> None:
    request_id = await store("awaiting_approval", restrict=True)
    await http.post(f"{PATH}/{request_id}/refuse", json=REFUSAL)
    await world.work()
    await world.arrived(email_id_in(world))
    after = await left(works, workspace_id)

    await world.wait(timedelta(days=30).total_seconds())

    assert (after, await left(works, workspace_id)) == ((1, 0, 1), (0, 0, 0))


async def test_officers_are_warned_a_week_before_and_once(world: World, store: Store) -> None:
    request_id, week = await store(), timedelta(days=7)
    await world.wait((timedelta(days=30) - week).total_seconds() - 1)
    early = world.emails.sent
    await world.wait(1)
    await world.wait(60)

    [email] = world.emails.sent
    assert early == []
    assert (email.template, email.to, email.to_role) == ("rights_due", None, "privacy_officer")
    assert email.facts["request_id"] == request_id
    assert datetime.fromisoformat(email.facts["due_at"]) - world.clock() < week


async def test_an_extended_request_is_warned_of_anew(
    world: World, http: AsyncClient, store: Store, callers: Callers
) -> None:
    request_id, day = await store(), timedelta(days=1).total_seconds()
    await world.wait(23 * day)
    officer = callers.user(world.workspace_id, "rights:write")
    path = f"{PATH}/{request_id}/extend"
    await http.post(path, json={"reason": "Four systems."}, headers=officer)
    await world.wait(62 * day)

    warned = [one for one in world.emails.sent if one.template == "rights_due"]
    assert [one.facts["due_at"][:10] for one in warned] == ["2026-12-21", "2027-02-21"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("awaiting_approval", {"reason": "Four systems."}),
        ("verifying_identity", {}),  # it may be anybody's address
    ],
)
async def test_the_person_is_told_that_it_takes_longer_and_why(
    world: World, http: AsyncClient, store: Store, status: str, told: dict[str, str]
) -> None:
    request_id = await store(status)

    await http.post(f"{PATH}/{request_id}/extend", json={"reason": "Four systems."})
    await world.work()

    [email] = world.emails.sent
    assert (email.template, email.to, email.locale) == ("rights_extended", MAIL.value, "en")
    assert email.facts.keys() - {"reason"} == {"request_id", "due_at"}
    assert {name: fact for name, fact in email.facts.items() if name == "reason"} == told
    assert email.facts["due_at"][:10] == "2027-02-21"


async def test_who_left_no_address_is_not_written_to(
    world: World, http: AsyncClient, store: Store
) -> None:
    request_id = await store(identifiers=[MOB])

    await http.post(f"{PATH}/{request_id}/extend", json={"reason": "Four systems."})
    await world.work()

    assert world.emails.sent == []


async def test_who_has_their_answer_is_not_told_to_wait(
    world: World, http: AsyncClient, store: Store
) -> None:
    request_id = await store("awaiting_approval")
    await http.post(f"{PATH}/{request_id}/extend", json={"reason": "Four systems."})
    await http.post(f"{PATH}/{request_id}/refuse", json=REFUSAL)

    await world.work()

    assert [one.template for one in world.emails.sent] == ["rights_answer"]


async def test_nobody_is_warned_of_what_is_over(
    world: World, http: AsyncClient, store: Store
) -> None:
    await http.post(f"{PATH}/{await store()}/cancel")

    await world.wait(timedelta(days=30).total_seconds())

    assert world.emails.sent == []


async def test_a_code_that_has_expired_is_not_sent(
    world: World, http: AsyncClient, store: Store
) -> None:
    world.emails.down = True
    await http.post(f"{PATH}/{await store(identifiers=[MAIL])}/codes")
    await world.work()

    world.emails.down = False
    await world.wait(600)

    assert world.emails.sent == []
