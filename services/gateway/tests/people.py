"""People at their browsers."""

import secrets
from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient, Response

from contactflow.kernel import new_id

PAGE = "http://gateway.test"
PASSWORD = "correct horse battery"


def a_browser() -> str:
    """An address nobody else has."""
    return ".".join(["10", *(str(secrets.randbelow(256)) for _ in range(3))])


def an_email() -> str:
    return f"ada-{new_id().hex}@example.com"


def a_form(**said: Any) -> dict[str, Any]:
    """What somebody fills in to sign up."""
    plain = {"name": "Ada", "email": an_email(), "password": PASSWORD, "adult": True}
    return {**plain, "workspace_name": "Blue Bakery", **said}


@dataclass(frozen=True)
class Browser:
    """Somebody logged in, whose browser sends the cookie and the origin."""

    http: AsyncClient
    user: dict[str, Any]
    workspace: dict[str, Any]
    headers: dict[str, str]

    async def send(self, method: str, path: str, **more: Any) -> Response:
        headers = self.headers | more.pop("headers", {})
        return await self.http.request(method, path, headers=headers, **more)


async def signed_up(http: AsyncClient, **said: Any) -> Browser:
    answer = await http.post("/v1/auth/signup", json=a_form(**said))
    assert answer.status_code == 201, answer.text
    cookie = f"cf_session={answer.cookies['cf_session']}"
    http.cookies.clear()
    return Browser(http, **answer.json(), headers={"Cookie": cookie, "Origin": PAGE})
