"""An account holder is a person too: erased, they can't log in, and their session is over."""

from contactflow.erasure.queries import deleted
from contactflow.erasure.residue import residue
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Work, Works
from contactflow.testing.rounds import erased, named
from contactflow.vault import Email
from services.gateway.tests.people import PASSWORD, Browser, signed_up


async def test_an_erased_account_holder_is_nobody_here_any_more(ada: Browser, works: Works) -> None:
    address = Email(ada.user["email"])
    eve = await signed_up(ada.http)

    async def erase(work: Work) -> dict[str, int]:
        what = await erased(work, address, by="gateway")
        assert await residue(work, named(work, address), by="gateway") == {}
        return await deleted(work, what.request_id)

    gone = await works.run(PLATFORM_WORKSPACE_ID, erase)

    said = {"email": address.value, "password": PASSWORD}
    login = await ada.http.post("/v1/auth/login", json=said)
    seen = [(await one.send("GET", "/v1/me")).status_code for one in (ada, eve)]
    assert gone == dict.fromkeys(gone, 1)
    assert {"accounts", "memberships", "sessions", "subjects"} <= gone.keys()
    assert (login.status_code, seen) == (401, [401, 200])
