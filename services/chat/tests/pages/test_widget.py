"""The widget on a customer's page, and what every page of ours keeps to."""

from pathlib import Path

import axe_playwright_python
import httpx
import pytest
from playwright.async_api import Browser, expect

from services.chat.tests.pages.conftest import Visitor
from services.chat.tests.pages.stage import KEY, Stage

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def violations(visitor: Visitor) -> list[str]:
    await visitor.page.evaluate(AXE)
    found = await visitor.page.evaluate("rules => axe.run(document, rules)", RULES)
    assert found["passes"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


async def talk(visitor: Visitor) -> None:
    """A conversation with everything in it."""
    stage = visitor.stage
    await visitor.says("When do you open?")
    await visitor.sent()
    stage.say("At 8:30.")
    stage.say("I am passing you on.", "system")
    stage.say("Hello, this is Léa.", "staff")
    stage.hint("typing")
    await visitor.page.get_by_text("The assistant is writing…").wait_for()
    stage.refusals.append(422)
    await visitor.says("Thank you!")
    await visitor.page.get_by_role("button", name="Try again").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_accessible(visitor: Visitor, scheme: str) -> None:
    await visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await visitor.arrives()
    empty = await violations(visitor)

    await talk(visitor)

    assert empty == []
    assert await violations(visitor) == []


async def test_the_widget_is_accessible_on_a_small_screen(visitor: Visitor, stage: Stage) -> None:
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await visitor.page.goto(f"{stage.base_url}/customer")
    closed = await violations(visitor)
    await visitor.page.get_by_role("button", name="Chat with us").click()
    await visitor.page.locator(".disclosure").wait_for()

    await talk(visitor)

    assert closed == []
    assert await violations(visitor) == []


async def test_the_launcher_opens_and_escape_closes(visitor: Visitor, stage: Stage) -> None:
    await visitor.page.goto(f"{stage.base_url}/customer")
    launcher = visitor.page.get_by_role("button", name="Chat with us")
    await expect(launcher).to_have_attribute("aria-expanded", "false")
    assert stage.asked["sessions"] == 0

    await launcher.press("Enter")
    await expect(visitor.page.get_by_role("textbox")).to_be_focused()
    await expect(launcher).to_have_attribute("aria-expanded", "true")
    await visitor.page.keyboard.press("Escape")

    await expect(launcher).to_be_focused()
    await expect(visitor.page.get_by_role("dialog")).to_be_hidden()


async def test_the_widget_works_on_a_page_of_another_origin(visitor: Visitor, stage: Stage) -> None:
    elsewhere = stage.base_url.replace("127.0.0.1", "localhost")
    await visitor.page.goto(f"{elsewhere}/customer")

    await visitor.page.get_by_role("button", name="Chat with us").click()
    await visitor.page.locator(".disclosure").wait_for()
    await visitor.says("When do you open?")
    await visitor.sent()
    stage.say("At 8:30.")

    await visitor.sees("At 8:30.")
    assert visitor.complaints == []


async def test_a_closed_widget_shows_that_something_came(visitor: Visitor, stage: Stage) -> None:
    await visitor.page.goto(f"{stage.base_url}/customer")
    await visitor.page.get_by_role("button", name="Chat with us").click()
    await visitor.online()
    await visitor.page.get_by_role("button", name="Close the chat").click()

    stage.say("At 8:30.")

    await expect(visitor.page.locator(".badge")).to_be_visible()


async def test_no_request_leaves_the_origin_and_nothing_complains(visitor: Visitor) -> None:
    await visitor.arrives()
    await visitor.says("When do you open?")
    await visitor.sent()

    await visitor.page.reload()
    await visitor.sees("When do you open?")

    assert len(visitor.requests) > 6
    assert not [url for url in visitor.requests if not url.startswith(visitor.stage.base_url + "/")]
    assert visitor.complaints == []


async def test_the_token_is_in_no_address(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    await visitor.says("Hello")
    await visitor.sent()

    [token] = stage.visits
    assert not [url for url in visitor.requests if token in url]


async def test_nothing_but_our_own_files_may_run(stage: Stage) -> None:
    async with httpx.AsyncClient(base_url=stage.base_url) as client:
        answer = await client.get(f"/chat/{KEY}")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


@pytest.mark.parametrize("path", ["/widget.js", "/widget.css", "/tokens.css"])
async def test_a_file_is_fetched_once(stage: Stage, path: str) -> None:
    async with httpx.AsyncClient(base_url=stage.base_url) as client:
        first = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_the_page_fits_a_phone(browser: Browser, stage: Stage) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    visitor = Visitor(context, await context.new_page(), stage)

    await visitor.arrives()
    await visitor.says("a" * 300)
    await visitor.sent()

    wide = await visitor.page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
    await context.close()
