"""A browser before the stage."""

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from services.chat.tests.pages.stage import KEY, Stage, a_stage

FLAGS = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "pages are tested in Chromium: python -m tools.chromium"
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as stage:
        yield stage


class Visitor:
    """A page in a browser of its own, which notes what it did wrong."""

    def __init__(self, context: BrowserContext, page: Page, stage: Stage) -> None:
        self.context, self.page, self.stage = context, page, stage
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text))

    async def arrives(self, query: str = "") -> None:
        await self.page.goto(f"{self.stage.base_url}/chat/{KEY}{query}")
        await self.page.locator(".disclosure").wait_for()
        await self.online()

    async def online(self) -> None:
        """Until the page follows its stream."""
        await self.page.locator("[data-connection=online]").wait_for()

    async def says(self, text: str) -> None:
        await self.page.get_by_role("textbox").fill(text)
        await self.page.keyboard.press("Enter")

    async def sees(self, text: str, times: int = 1) -> None:
        """Waits for it, and looks whether it is there that often."""
        found = self.page.get_by_text(text, exact=True)
        await found.first.wait_for()
        assert await found.count() == times

    async def sent(self, times: int = 1) -> None:
        await self.page.locator("[data-state=sent]").nth(times - 1).wait_for()


@pytest.fixture
async def visitor(browser: Browser, stage: Stage) -> AsyncIterator[Visitor]:
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce")
    yield Visitor(context, await context.new_page(), stage)
    await context.close()
