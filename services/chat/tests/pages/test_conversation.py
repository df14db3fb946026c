"""A conversation on the chat page, in a browser."""

import pytest
from playwright.async_api import Browser, expect

from services.chat.tests.pages.conftest import Visitor
from services.chat.tests.pages.stage import DISCLOSURE, Stage


async def test_the_first_thing_to_see_is_the_disclosure(visitor: Visitor) -> None:
    await visitor.arrives()

    first = visitor.page.locator(".messages > li").first
    await expect(first).to_have_class("card disclosure")
    await expect(first).to_contain_text(DISCLOSURE["en"])


async def test_a_conversation_needs_only_the_keyboard(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    keyboard = visitor.page.keyboard

    await keyboard.type("Hello,")
    await keyboard.press("Shift+Enter")
    await keyboard.type("when do you open?")
    await keyboard.press("Enter")
    await visitor.sent()
    stage.say("At 8:30.")

    await visitor.sees("At 8:30.")
    assert stage.visit.messages[1]["text"] == "Hello,\nwhen do you open?"


async def test_the_keyboard_reaches_everything_in_order(visitor: Visitor) -> None:
    await visitor.arrives()
    await visitor.page.keyboard.type("Hello")
    await visitor.page.keyboard.press("Tab")
    await expect(visitor.page.get_by_role("button", name="Send")).to_be_focused()

    await visitor.page.keyboard.press("Enter")

    await visitor.sent()
    await expect(visitor.page.get_by_role("textbox", name="Your message")).to_be_focused()
    await visitor.page.keyboard.press("Shift+Tab")
    await expect(visitor.page.get_by_role("log", name="Messages")).to_be_focused()


async def test_what_arrives_is_in_a_live_region(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()

    stage.say("At 8:30.")

    log = visitor.page.get_by_role("log")
    await expect(log).to_contain_text("AI assistant")
    await expect(log).to_contain_text("At 8:30.")
    await expect(log).to_have_attribute("aria-live", "polite")


async def test_a_french_reader_reads_french(browser: Browser, stage: Stage) -> None:
    context = await browser.new_context(locale="fr-FR")
    visitor = Visitor(context, await context.new_page(), stage)

    await visitor.arrives()
    await visitor.says("Bonjour !")
    await visitor.sent()
    stage.say("Bonjour ! Nous ouvrons à 8 h 30.")

    await visitor.sees("Bonjour ! Nous ouvrons à 8 h 30.")
    await visitor.sees(DISCLOSURE["fr"])
    await visitor.sees("Assistant IA")
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "fr")
    await expect(visitor.page.get_by_role("textbox", name="Votre message")).to_be_visible()
    assert stage.visit.locale == "fr"
    await context.close()


async def test_a_language_can_be_asked_for(visitor: Visitor) -> None:
    await visitor.arrives("?lang=fr")

    await visitor.sees(DISCLOSURE["fr"])


async def test_markup_in_a_message_is_text(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    evil = "<img src=x onerror=alert(1)><b>free cake</b>"

    await visitor.says(evil)
    stage.say(evil)

    await visitor.sent()
    await visitor.page.locator(".agent").wait_for()
    await visitor.sees(evil, times=2)
    assert await visitor.page.locator("img, b").count() == 0


async def test_typing_shows_until_the_answer_is_there(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    writing = visitor.page.get_by_text("The assistant is writing…")

    stage.hint("typing")
    await writing.wait_for()
    stage.say("At 8:30.")

    await visitor.sees("At 8:30.")
    await expect(writing).to_have_count(0)


async def test_a_handoff_is_told(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()

    stage.say("I am passing you on.", "system")
    stage.say("Hello, this is Léa.", "staff")
    stage.say("How can I help?", "staff")

    await visitor.sees("I am passing you on.")
    await visitor.sees("How can I help?")
    await visitor.sees("Someone from our team has joined the conversation.")


async def test_a_reload_finds_the_conversation_again(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    await visitor.says("When do you open?")
    await visitor.sent()

    await visitor.page.reload()

    await visitor.sees("When do you open?")
    await visitor.sees(DISCLOSURE["en"])
    assert stage.asked["sessions"] == 1


@pytest.mark.parametrize("path", ["/chat/unknown", "/chat/%00", "/chat/%22%3E"])
async def test_a_chat_that_is_not_there_is_a_page_too(
    visitor: Visitor, stage: Stage, path: str
) -> None:
    answer = await visitor.page.goto(stage.base_url + path)

    assert answer
    assert answer.status == 404
    await expect(visitor.page.get_by_role("heading")).to_have_text("There is no chat here")
