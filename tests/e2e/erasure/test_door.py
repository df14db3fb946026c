"""A person asks for themselves, at the public door, and is answered by e-mail."""

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest
from httpx import AsyncClient, Response

from contactflow.kernel import system_clock
from contactflow.testing.mail import code_in, words
from contactflow.testing.waiting import until
from tests.e2e.erasure.rights import Officer, a_number, an_address, somebody_known
from tests.e2e.house import House
from tests.e2e.people import Business, Json
from tests.e2e.test_emails import newest

PATH: Final = "/v1/public/rights-requests"
CODE: Final = "Confirm your privacy request"
ITS_OWN: Final = {"date", "ratelimit", "traceparent", "x-request-id"}
"""Headers of an answer that differ from one to the next, whatever was asked."""
WHY: Final = "It was refused: the data are needed to establish, exercise or defend legal claims."
COURT: Final = "The claims in her invoice are before the court until June."
AUTHORITY: Final = "https://www.cnil.fr/plaintes"


@dataclass
class Person:
    """Somebody at the door of a business, who has an address and reads its mail."""

    house: House
    http: AsyncClient
    workspace: str
    email: str

    async def ask(self, kind: str, value: str, locale: str = "en") -> Response:
        said: Json = {"workspace": self.workspace, "right": "erasure", "locale": locale}
        return await self.http.post(
            PATH, json=said | {"identifier": {"kind": kind, "value": value}}
        )

    async def asked(self, subject: str, locale: str = "en") -> tuple[str, EmailMessage]:
        """The request that came of it, and the e-mail with the code."""
        answer = await self.ask("email", self.email, locale)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"], await self.mail(subject)

    async def proves(self, request_id: str, code: str) -> str:
        """A token that reads it."""
        answer = await self.http.post(f"{PATH}/{request_id}/verify", json={"code": code})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    async def reads(self, request_id: str, token: str) -> Json:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.http.get(f"{PATH}/{request_id}", headers=headers)
        found: Json = answer.raise_for_status().json()
        return found

    async def mail(self, subject: str) -> EmailMessage:
        return await newest(self.house, self.email, subject)


@pytest.fixture
def person(house: House, business: Business) -> Person:
    return Person(house, business.street, business.account["workspace"]["id"], an_address())


@pytest.fixture
async def verified(person: Person) -> str:
    """A request that has come in at the door, and was shown to be the person's."""
    request_id, mail = await person.asked(CODE)
    await person.proves(request_id, code_in(mail))
    return request_id


async def checked(folder: Path, receipt: bytes, keys: Json) -> tuple[int, str]:
    """What the command says that needs no network."""
    paths = folder / "receipt.json", folder / "keys.json"
    paths[0].write_bytes(receipt)
    paths[1].write_text(json.dumps(keys))
    command = [sys.executable, "-m", "contactflow.erasure.receipts", "verify", str(paths[0])]
    process = await asyncio.create_subprocess_exec(
        *command, "--keys", str(paths[1]), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_from_the_question_to_the_receipt_in_french(
    person: Person, business: Business, officer: Officer, tmp_path: Path
) -> None:
    known = await somebody_known(business, person.email, name="Zénobie")

    request_id, mail = await person.asked("Confirmez votre demande relative à vos données", "fr")
    token = await person.proves(request_id, code_in(mail))
    await officer.until(request_id, "awaiting_approval")
    await officer.approve(request_id)
    await officer.until(request_id, "completed")
    answer = await person.mail("La réponse à votre demande relative à vos données")

    assert (await known.visitor.write("Suis-je là ?")).status_code == 401
    [attached] = answer.iter_attachments()
    receipt = attached.get_content()
    keys = (await person.http.get("/.well-known/contactflow-keys.json")).json()
    status, said = await checked(tmp_path, receipt, keys)
    assert (status, said.partition(":")[0]) == (0, "Genuine")
    assert attached.get_filename() == "receipt.json"
    assert json.loads(receipt)["payload"]["request_id"] == request_id
    assert AUTHORITY in words(answer)
    assert (mail["Content-Language"], answer["Content-Language"]) == ("fr", "fr")
    assert "Zénobie" not in words(mail) + words(answer)
    assert (await person.reads(request_id, token))["status"] == "completed"
    await until(lambda: sent(officer, request_id))


async def sent(officer: Officer, request_id: str) -> bool:
    """Whether privacy has heard that the answer left, and let go of the address."""
    return bool((await officer.get(request_id))["answer"] == "sent")


async def test_who_is_refused_is_told_why_and_whom_to_complain_to(
    person: Person, officer: Officer, verified: str
) -> None:
    path, said = f"/v1/rights-requests/{verified}/refuse", {"reason_code": "legal_claims"}
    await officer.until(verified, "awaiting_approval")

    refused = await officer.http.post(path, json=said | {"text": COURT})
    answer = await person.mail("The answer to your privacy request")

    assert refused.status_code == 200, refused.text
    read = " ".join(words(answer).split())
    assert (
        "It was refused: the data are needed to establish, exercise or defend legal claims" in read
    )
    assert COURT in read
    assert AUTHORITY in read
    assert not [*answer.iter_attachments()]


async def test_who_has_to_wait_longer_is_told_until_when_and_why(
    person: Person, officer: Officer, verified: str
) -> None:
    path = f"/v1/rights-requests/{verified}/extend"

    extended = await officer.http.post(path, json={"reason": COURT})
    told = await person.mail("Your privacy request takes longer")

    due = datetime.fromisoformat(extended.json()["due_at"])
    read = " ".join(words(told).split())
    assert f"{due.day} {due:%B %Y}" in read
    assert COURT in read


async def test_the_officer_is_warned_of_what_is_due_soon(
    house: House, business: Business, officer: Officer
) -> None:
    received_at = system_clock() - timedelta(days=25)
    said = {"received_at": received_at.isoformat()}

    request = await officer.asked(an_address(), **said)
    warned = await newest(house, business.account["user"]["email"], "A privacy request is due soon")

    assert request["id"] in words(warned)


def seen(answer: Response) -> Any:
    """All that somebody can tell two answers apart by."""
    headers = {name: value for name, value in answer.headers.items() if name not in ITS_OWN}
    [(name, value)] = answer.json().items()
    return answer.status_code, headers, name, len(value)


async def test_nobody_learns_at_the_door_whether_anybody_is_known(
    house: House, person: Person, business: Business
) -> None:
    unknown, number = an_address(), a_number()
    await somebody_known(business, person.email)
    before = codes(house)

    answers = [await person.ask("phone", number)]
    answers += [await person.ask("email", one) for one in (person.email, unknown)]
    mails = [await newest(house, one, CODE) for one in (person.email, unknown)]

    assert seen(answers[0]) == seen(answers[1]) == seen(answers[2])
    read = [words(one).replace(code_in(one), "") for one in mails]
    assert read[0] == read[1]
    assert codes(house) == before + len(mails)  # nobody is written to because of a number


def codes(house: House) -> int:
    """How many e-mails with a code there are."""
    return len([one for one in house.mail.mails() if one["Subject"] == CODE])
