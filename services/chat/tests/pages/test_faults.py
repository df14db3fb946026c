"""What a visitor sees when something between them and us breaks."""

import pytest
from playwright.async_api import expect

from services.chat.tests.pages.conftest import Visitor
from services.chat.tests.pages.stage import BREAK_OFF, DISCLOSURE, Stage


async def test_a_cut_stream_goes_on_where_it_was(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    await visitor.says("When do you open?")
    await visitor.sent()
    stage.say("One moment.")
    await visitor.sees("One moment.")

    stage.hint(BREAK_OFF)
    await visitor.page.locator("[data-connection=lost]").wait_for()
    stage.say("At 8:30.")

    await visitor.sees("At 8:30.")
    await visitor.sees("One moment.")
    assert stage.places == [None, "3"]


@pytest.mark.parametrize("late", [0, 0.3], ids=["before the stream", "after the stream"])
async def test_an_answer_that_got_lost_doubles_nothing(
    visitor: Visitor, stage: Stage, late: float
) -> None:
    await visitor.arrives()
    stage.swallow, stage.late = 2, late

    await visitor.says("When do you open?")

    await visitor.sent()
    while stage.asked["messages"] < 3:
        await visitor.page.wait_for_timeout(50)
    await expect(visitor.page.locator(".visitor")).to_have_count(1)
    assert [one["author"] for one in stage.visit.messages] == ["system", "visitor"]


async def test_a_refused_message_can_be_sent_again(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    stage.refusals.append(422)

    await visitor.says("When do you open?")
    await visitor.page.get_by_role("button", name="Try again").click()

    await visitor.sent()
    await visitor.sees("When do you open?")
    assert len(stage.visit.messages) == 2


async def test_what_is_written_offline_is_sent_once_back(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    await visitor.context.set_offline(offline=True)
    await visitor.page.get_by_text("You are offline.").wait_for()
    await visitor.says("When do you open?")
    await visitor.page.locator("[data-state=waiting]").wait_for()

    await visitor.context.set_offline(offline=False)

    await visitor.sent()
    await visitor.online()
    await expect(visitor.page.get_by_text("You are offline.")).to_have_count(0)
    assert len(stage.visit.messages) == 2


async def test_messages_arrive_in_the_order_they_were_written(
    visitor: Visitor, stage: Stage
) -> None:
    await visitor.arrives()
    stage.refusals.append(503)

    for text in ("one", "two", "three"):
        await visitor.says(text)
    await visitor.sent(times=3)

    assert [one["text"] for one in stage.visit.messages[1:]] == ["one", "two", "three"]


async def test_an_ended_session_is_followed_by_a_new_one(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    await visitor.says("My name is Zoé.")
    await visitor.sent()
    old = stage.visit

    old.ended = True
    stage.hint("session.ended")

    await visitor.sees("Your last conversation has ended. This is a new one.")
    await visitor.online()
    await visitor.sees(DISCLOSURE["en"])
    await expect(visitor.page.get_by_text("Zoé")).to_have_count(0)
    assert stage.visit is not old


async def test_what_meets_an_ended_session_stays_in_the_box(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    stage.visit.ended = True

    await visitor.says("Is anybody there?")

    await visitor.sees("Your last conversation has ended. This is a new one.")
    await expect(visitor.page.get_by_role("textbox")).to_have_value("Is anybody there?")
    assert [one["author"] for one in stage.visit.messages] == ["system"]


async def test_a_closed_conversation_offers_another(visitor: Visitor, stage: Stage) -> None:
    await visitor.arrives()
    stage.refusals.append(409)
    await visitor.says("One more thing.")

    await visitor.page.get_by_role("button", name="Start a new conversation").click()

    await visitor.page.locator(".disclosure").wait_for()
    await visitor.online()
    assert stage.asked["sessions"] == 2


async def test_a_channel_that_was_taken_away_says_what_to_do(
    visitor: Visitor, stage: Stage
) -> None:
    await visitor.page.goto(f"{stage.base_url}/customer")
    await visitor.page.evaluate(
        "document.querySelector('contactflow-chat').setAttribute('channel', 'gone')"
    )

    await visitor.page.get_by_role("button", name="Chat with us").click()

    await visitor.sees("This chat is not available here.")
    await expect(visitor.page.get_by_role("textbox")).to_be_disabled()
