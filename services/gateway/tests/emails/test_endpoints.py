"""Having e-mails sent, as our services do."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from contactflow.gateway.accounts import service as accounts
from contactflow.gateway.accounts.repository import SqlAccounts
from contactflow.gateway.workspaces.roles import Role
from contactflow.kernel import PLATFORM_WORKSPACE_ID, decode, new_id
from contactflow.persistence import Works
from contactflow.testing.mail import words
from contactflow.testing.tokens import Callers
from contactflow.vault import Email, Vault
from contactflow.web import Principal
from services.gateway.tests.emails.letters import ENDED
from services.gateway.tests.people import Browser, an_email, signed_up
from services.gateway.tests.post import Post

DUE = ENDED | {"due_at": "2026-12-01T09:00:00Z"}


def a_request(**said: Any) -> dict[str, Any]:
    plain = {"key": str(new_id()), "template": "rights_code", "locale": "en"}
    return plain | {"to": an_email(), "facts": {"code": "04712836"}} | said


def to_officers(**said: Any) -> dict[str, Any]:
    asked = a_request(template="rights_due", to_role="privacy_officer", facts=DUE, **said)
    return {name: value for name, value in asked.items() if name != "to"}


class Service:
    """One of ours, speaking for a workspace."""

    def __init__(self, http: AsyncClient, headers: Mapping[str, str]) -> None:
        self._http, self._headers = http, headers

    async def ask(self, said: dict[str, Any]) -> Response:
        return await self._http.post("/internal/emails", json=said, headers=self._headers)


@pytest.fixture
async def workspace(ada: Browser, works: Works, vault: Vault) -> UUID:
    workspace_id = decode("ws", ada.workspace["id"])
    await works.run(workspace_id, vault.create_key)
    return workspace_id


@pytest.fixture
def privacy(http: AsyncClient, callers: Callers, workspace: UUID) -> Service:
    return Service(http, callers.headers(Principal.service("privacy", workspace)))


async def test_what_is_asked_for_is_sent_in_the_name_of_the_workspace(
    privacy: Service, post: Post
) -> None:
    asked = a_request()

    answer = await privacy.ask(asked)
    await post.go()

    assert answer.status_code == 202, answer.text
    [mail] = post.server.mails(asked["to"])
    assert mail["Message-ID"] == f"<{UUID(answer.json()['email_id'])}@cf.example>"
    assert "Blue Bakery received a request" in " ".join(words(mail).split())


async def test_one_key_is_one_e_mail(privacy: Service, post: Post) -> None:
    asked = a_request()

    answers = await asyncio.gather(*(privacy.ask(asked) for _ in range(5)))
    await post.go()
    later = await privacy.ask(asked)
    await post.go()

    assert {one.status_code for one in (*answers, later)} == {202}
    assert len({one.json()["email_id"] for one in (*answers, later)}) == 1
    assert len(post.server.mails(asked["to"])) == 1


async def test_one_key_does_not_ask_for_two_things(privacy: Service) -> None:
    asked = a_request()
    await privacy.ask(asked)

    answer = await privacy.ask(asked | {"facts": {"code": "11111111"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")


async def test_each_workspace_has_keys_of_its_own(
    privacy: Service,
    http: AsyncClient,
    callers: Callers,
    works: Works,
    vault: Vault,
    other_workspace_id: UUID,
) -> None:
    await works.run(other_workspace_id, vault.create_key)
    other = Service(http, callers.headers(Principal.service("privacy", other_workspace_id)))
    asked = a_request()

    ours, theirs = await privacy.ask(asked), await other.ask(asked | {"to": an_email()})

    assert theirs.status_code == 202
    assert ours.json() != theirs.json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"template": "poem"},
        {"locale": "de"},
        {"to": "nobody"},
        {"to": "ada@example.com\r\nBcc: eve@example.com"},
        {"to_role": "privacy_officer"},
        {"to": None},
        {"to": None, "to_role": "owner"},
        {"facts": {}},
        {"facts": {"code": "1234"}},
        {"template": "rights_answer", "facts": ENDED | {"outcome": "completed"}},
        {"key": "1"},
        {"subject": "Hello"},
    ],
)
async def test_what_could_not_be_sent_is_refused_at_the_door(
    privacy: Service, post: Post, wrong: dict[str, Any]
) -> None:
    answer = await privacy.ask(a_request(**wrong))
    await post.go()

    assert answer.status_code == 422, answer.text
    assert "Bcc" not in answer.text
    assert not post.server.mails(wrong.get("to"))


async def test_nobody_asks_for_no_workspace(http: AsyncClient, callers: Callers) -> None:
    headers = callers.headers(Principal.service("privacy"))

    answer = await http.post("/internal/emails", json=a_request(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "workspace_required")


async def appoint(works: Works, who: Browser, role: Role, member_of: UUID, at: Any) -> None:
    email = Email.parse(who.user["email"])
    async with works.begin(PLATFORM_WORKSPACE_ID) as work:
        there = SqlAccounts(work)
        account = await accounts.known_as(there, email=email)
        assert account
        account.verified_at = at
        await accounts.appoint(there, email=email, role=role, member_of=member_of, at=at)


async def test_without_an_officer_the_owner_is_told(
    privacy: Service, post: Post, ada: Browser
) -> None:
    asked = to_officers()

    answers = [await privacy.ask(asked) for _ in range(2)]
    await post.go()

    mails = post.server.mails(ada.user["email"])
    [due] = [one for one in mails if one["Subject"] == "A privacy request is due soon"]
    assert {one.json()["email_id"] for one in answers} == {due["Message-ID"][1:37]}
    assert "by 1 December 2026" in " ".join(words(due).split())


async def test_every_officer_is_told_in_their_own_language_and_no_owner(
    *, privacy: Service, post: Post, ada: Browser, workspace: UUID, works: Works, at: Any
) -> None:
    officers = [await signed_up(ada.http, locale=locale) for locale in ("en", "fr")]
    for one in officers:
        await appoint(works, one, "privacy_officer", workspace, at)
    stranger = await signed_up(ada.http)

    answer = await privacy.ask(to_officers())
    await post.go()

    told = [[*_subjects(post, one)] for one in (*officers, ada, stranger)]
    assert answer.status_code == 202
    assert told == [
        ["A privacy request is due soon"],
        ["Une demande relative aux données arrive à échéance"],
        [],
        [],
    ]


async def test_where_nobody_is_to_be_told_nothing_is_sent(
    http: AsyncClient, callers: Callers, works: Works, vault: Vault, other_workspace_id: UUID
) -> None:
    await works.run(other_workspace_id, vault.create_key)
    nobodys = Service(http, callers.headers(Principal.service("privacy", other_workspace_id)))

    answer = await nobodys.ask(to_officers())

    assert (answer.status_code, answer.json()) == (202, {"email_id": None})


def _subjects(post: Post, who: Browser) -> list[str]:
    mails = post.server.mails(who.user["email"])
    return [one["Subject"] for one in mails if "e-mail" not in one["Subject"]]
