"""E-mails on their way out: asked for in one process, sent by another."""

from email.message import EmailMessage

from httpx import AsyncClient

from contactflow.kernel import new_id
from contactflow.testing.mail import code_in
from contactflow.testing.waiting import until
from tests.e2e.house import House
from tests.e2e.people import PASSWORD, post, signed_up

NEW = "another horse battery staple"


async def newest(house: House, to: str, subject: str) -> EmailMessage:
    """Wait for it."""

    def come() -> list[EmailMessage]:
        return [one for one in house.mail.mails(to) if one["Subject"] == subject]

    return (await until(come, longest=30))[-1]


async def test_who_signs_up_verifies_the_address_and_chooses_another_password(house: House) -> None:
    email = f"{new_id().hex}@example.com"
    headers = {"Origin": house.gateway}
    async with AsyncClient(base_url=house.gateway, headers=headers, timeout=30) as http:
        await signed_up(http, "Zenobia", email)
        first = await newest(house, email, "Confirm your e-mail address")
        said = {"code": code_in(first)}
        await http.post("/v1/auth/email-verifications/confirm", json=said)
        verified = (await http.get("/v1/me")).json()["user"]["verified"]

        await post(http, "/v1/auth/password-resets", {"email": email}, status=202)
        second = await newest(house, email, "Choose a new password")
        chosen = {"email": email, "code": code_in(second), "password": NEW}
        answer = await http.post("/v1/auth/password-resets/confirm", json=chosen)
        ended = (await http.get("/v1/me")).status_code
        logins = [
            (await http.post("/v1/auth/login", json={"email": email, "password": one})).status_code
            for one in (PASSWORD, NEW)
        ]

    assert verified
    assert (answer.status_code, ended, logins) == (204, 401, [401, 200])
    assert "Zenobia" not in first.as_string() + second.as_string()
