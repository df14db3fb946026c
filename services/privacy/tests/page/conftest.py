"""An officer before the page, in a browser, and a real privacy behind it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import axe_playwright_python
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from contactflow.erasure.wire import Index
from contactflow.testing.clock import FakeClock
from contactflow.testing.serving import serving
from contactflow.testing.tokens import Callers
from services.privacy.tests.erasing.test_saga import mail
from services.privacy.tests.erasing.world import World
from services.privacy.tests.fakes import Somebody
from services.privacy.tests.page.gate import EMAIL, PASSWORD, Gate

__all__ = ["mail"]  # a fixture of that module

FLAGS = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AN_EMAIL = {"kind": "email", "value": "ada@example.com"}
LETTER: dict[str, Any] = {
    "right": "erasure",
    "identifiers": [AN_EMAIL],
    "received_via": "letter",
    "locale": "fr",
}
ATTESTED: dict[str, Any] = {
    "method": "officer_attestation",
    "evidence": "She called from her number.",
}


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "pages are tested in Chromium: python -m tools.chromium"
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture
def gate(app: FastAPI, callers: Callers, workspace_id: UUID) -> Gate:
    return Gate(app, callers, {"Blue Bakery": workspace_id})


@pytest.fixture
async def url(gate: Gate) -> AsyncIterator[str]:
    async with serving(gate) as url:
        yield url
        for hold in gate.holds.values():
            hold.set()


class Officer:
    """Nora, who keeps an eye on rights requests. Her page notes what it did wrong."""

    def __init__(self, context: BrowserContext, page: Page, url: str, http: AsyncClient) -> None:
        self.context, self.page, self.url, self._http = context, page, url, http
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text))

    async def arrives(self, query: str = "") -> None:
        await self.page.goto(f"{self.url}/privacy{query}")

    async def signs_in(self, query: str = "", password: str = PASSWORD) -> None:
        await self.arrives(query)
        await self.page.locator("#email").fill(EMAIL)
        await self.page.locator("#password").fill(password)
        await self.page.keyboard.press("Enter")

    async def is_at_work(self, query: str = "") -> None:
        await self.signs_in(query)
        await (
            self.page.locator("[data-queue=ready], [data-queue=empty]")
            .locator("visible=true")
            .wait_for()
        )

    async def opens(self, request_id: str) -> None:
        await self.page.locator(f'#requests a[href="#{request_id}"]').click()
        await self.page.locator("#request").wait_for()

    async def goes_to(self, request_id: str) -> None:
        """As by the browser's history: whatever lies over the page."""
        await self.page.evaluate("id => { location.hash = id }", request_id)

    async def has_to_decide(self, known: World) -> str:
        """A request is on the screen that waits for a decision."""
        request = await self.ask(**LETTER)
        await self.ask(f"/{request['id']}/verify", **ATTESTED)
        await known.work()
        await self.is_at_work()
        await self.opens(request["id"])
        await self.page.locator("#claims input").wait_for()
        return str(request["id"])

    async def ask(self, path: str = "", **body: Any) -> dict[str, Any]:
        """Something that happens without the page."""
        answer = await self._http.post(f"/v1/rights-requests{path}", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def wrong(self) -> list[str]:
        """What axe has to say."""
        await self.page.evaluate(AXE)
        found = await self.page.evaluate("rules => axe.run(document, rules)", RULES)
        assert found["passes"]
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


@pytest.fixture
async def officer(
    browser: Browser, url: str, http: AsyncClient, clock: FakeClock
) -> AsyncIterator[Officer]:
    context = await browser.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    await context.clock.set_fixed_time(clock())
    yield Officer(context, await context.new_page(), url, http)
    await context.close()


@pytest.fixture
async def known(world: World, mail: Index) -> World:
    """Ada is known: to crm by her address, through it to chat; somebody else only says so."""
    visitor = Somebody(rows=3)
    world.participants["chat"].meets(visitor, Somebody(rows=4, claims=[mail]))
    world.participants["crm"].meets(Somebody(rows=2, indexes=[mail], links={"chat": visitor.id}))
    return world
