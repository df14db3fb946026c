"""Bytes that two servers could read in two ways, sent to the real gateway: nothing gets through."""

from typing import Final

import pytest
from httpx import AsyncClient

from contactflow.kernel import system_clock
from contactflow.web import Principal, TokenSigner
from tests.e2e.house import House
from tests.e2e.strangers import passer_by
from tests.hostile.doors import signer
from tests.hostile.estate import Estate
from tests.hostile.raw import told

AGENT: Final = b'{"name": "Smuggled", "prompt": "x"}'
HIDDEN: Final = (
    b"POST /v1/agents HTTP/1.1\r\nHost: x\r\n%s\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s"
)
HEADS: Final = {
    "both lengths": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "the same length twice": b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": b"Content-Length: 5, 6\r\n\r\nhello",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length with a sign": b"Content-Length: +5\r\n\r\nhello",
    "a length that is none": b"Content-Length: 0x5\r\n\r\nhello",
    "an endless length": b"Content-Length: 99999999999999999999999\r\n\r\n",
    "a folded header": b"X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "another coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding before the last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a chunk without a size": b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
    "a chunk of an endless size": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx",
    "a NUL in a header": b"X-A: b\0c\r\nContent-Length: 0\r\n\r\n",
    "a carriage return in a header": b"X-A: b\rContent-Length: 5\r\n\r\n",
    "a header without a name": b": b\r\nContent-Length: 0\r\n\r\n",
}

INSIDE: Final = {
    "privacy": ("GET", "/internal/rights-requests/01936f2e-7c00-7000-8000-00000000002a/order")
}
"""What only services may ask; elsewhere it is whom an erasure is of."""


def credentials(estate: Estate) -> bytes:
    """As a browser sends them."""
    jar = "; ".join(f"{name}={value}" for name, value in estate.http.cookies.items())
    return f"Cookie: {jar}\r\nOrigin: {estate.http.base_url}".rstrip("/").encode()


async def agents(http: AsyncClient) -> int:
    """How many there are."""
    return len((await http.get("/v1/agents", params={"limit": 100})).json()["data"])


@pytest.mark.parametrize("path", ["/v1/me", "/v1/contacts"])
@pytest.mark.parametrize("head", HEADS)
async def test_one_request_is_never_two(
    house: House, stranger: Estate, head: str, path: str
) -> None:
    """Behind each is another that would make something, were it read as one; and nobody waits."""
    before, who = await agents(stranger.http), credentials(stranger)
    hidden = HIDDEN % (who, len(AGENT), AGENT)
    request = f"POST {path} HTTP/1.1\r\nHost: x\r\n".encode() + HEADS[head] + hidden

    answer = await told(house.gateway, request, quiet=0.3)

    if answer.statuses[0] == 400:
        assert len(answer.statuses) == 1
        assert await agents(stranger.http) == before
    assert all(400 <= one < 500 or one == 201 for one in answer.statuses), answer.raw
    assert len(answer.statuses) <= 2


async def test_a_client_says_nothing_that_only_we_may_say(
    house: House, victim: Estate, stranger: Estate
) -> None:
    ours = signer(house, "gateway").sign("crm", Principal.service("gateway"))
    for name, value in {
        "X-User-ID": victim.business.account["user"]["id"],
        "X-Tenant": victim.id,
        "X-Workspace-Id": victim.id,
        "X-Forwarded-For": "127.0.0.1",
        "X-Original-URL": "/internal/erasures/discover",
        "X-HTTP-Method-Override": "DELETE",
        "ContactFlow-Principal": "service:gateway",
    }.items():
        answer = await stranger.http.get("/v1/contacts", headers={name: value})
        assert (answer.status_code, answer.json()["data"]) == (200, []), name
    async with passer_by(house.gateway, Authorization=f"Bearer {ours}") as http:
        for path in ("/v1/contacts", "/v1/agents", "/internal/erasures/discover"):
            assert (await http.get(path)).status_code in {401, 404, 405}, path


@pytest.mark.parametrize("service", ["chat", "crm", "privacy", "voice", "gateway"])
async def test_a_token_is_good_where_and_for_whom_it_was_made(
    house: House, victim: Estate, service: str
) -> None:
    """Straight to a service, by tokens of real keys: another's audience, another's name."""
    others = [one for one in house.urls if one != service]
    owner = Principal.service("gateway")
    tokens = [signer(house, "gateway").sign(other, owner) for other in others]
    tokens += [signer(house, other).sign(service, owner) for other in others if other != "gateway"]
    stolen = signer(house, "crm" if service != "crm" else "chat")
    key = stolen._key.as_pem(private=True).decode()
    tokens.append(TokenSigner("gateway", key, system_clock).sign(service, owner))
    method, path = INSIDE.get(service, ("POST", "/internal/erasures/discover"))
    own = signer(house, service).sign(service, Principal.service(service))

    async with AsyncClient(base_url=house.urls[service], timeout=30) as http:
        answers = [
            await http.request(method, path, headers={"Authorization": f"Bearer {one}"})
            for one in (own, *tokens)
        ]

    assert answers[0].status_code != 401  # it is good for itself, if not for this
    assert {one.status_code for one in answers[1:]} == {401}
