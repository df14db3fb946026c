"""A gateway with one service behind it, over real HTTP on both sides."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from contactflow.gateway.access.doorman import Doorman
from contactflow.gateway.app import front
from contactflow.gateway.forwarding.forwarder import Forwarder, Patience
from contactflow.gateway.sessions.cookies import Cookies
from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock
from contactflow.testing.ports import free_port
from contactflow.testing.serving import serving
from contactflow.testing.tokens import a_signer
from contactflow.web import TokenSigner
from services.gateway.tests.forwarding.upstream import Upstream
from services.gateway.tests.people import Browser, a_browser, signed_up


@pytest.fixture
def crm() -> Upstream:
    return Upstream()


@pytest.fixture
def signer(clock: FakeClock) -> TokenSigner:
    return a_signer("gateway", clock)


@pytest.fixture
def doorman(system: Works, clock: FakeClock) -> Doorman:
    return Doorman(system, Cookies(None), clock, proxies=1)


@pytest.fixture
def patience() -> Patience:
    return Patience(head=1.0, upload=0.3, silence=10.0)


@pytest.fixture
async def client(
    app: FastAPI, doorman: Doorman, signer: TokenSigner, crm: Upstream, patience: Patience
) -> AsyncIterator[AsyncClient]:
    home = {"X-Forwarded-For": a_browser()}
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with serving(crm) as url:
        urls = {"crm": url, "privacy": url, "chat": nowhere}
        forwarder = Forwarder(app, doorman, signer, urls, patience)
        async with (
            serving(front(forwarder)) as public,
            AsyncClient(base_url=public, headers=home) as client,
        ):
            yield client
        await forwarder.aclose()


@pytest.fixture
async def eve(client: AsyncClient) -> Browser:
    browser = await signed_up(client)
    browser.headers["Origin"] = str(client.base_url).rstrip("/")
    return browser
