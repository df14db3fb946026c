"""The queue: what is due, and how a request gets in."""

from typing import Any

import pytest
from playwright.async_api import expect

from services.privacy.tests.erasing.world import World
from services.privacy.tests.page.conftest import ATTESTED, LETTER, Officer
from services.privacy.tests.page.gate import Gate

LATE, SOON = "2026-10-20T09:00:00Z", "2026-10-27T09:00:00Z"


async def test_what_is_due_first_stands_first_and_says_so_in_words(officer: Officer) -> None:
    over = await officer.ask(**LETTER)
    await officer.ask(f"/{over['id']}/cancel")
    for received_at in (None, SOON, LATE):
        await officer.ask(**LETTER, received_at=received_at)

    await officer.is_at_work()

    rows = officer.page.locator("#requests > li .row")
    assert [await marks(officer, place) for place in range(4)] == [
        ["Identity to verify", "Overdue"],
        ["Identity to verify", "Due soon"],
        ["Identity to verify"],
        ["Cancelled"],
    ]
    await expect(rows.nth(0)).to_contain_text("Due 19 Nov 2026, 2 days ago")
    await expect(rows.nth(1)).to_contain_text("Due 26 Nov 2026, in 5 days")
    await expect(rows.nth(3)).to_contain_text("Identifiers erased")
    await expect(officer.page.get_by_text("3 open requests")).to_be_visible()


async def marks(officer: Officer, place: int) -> list[str]:
    row = officer.page.locator("#requests > li").nth(place)
    return await row.locator(".marks li").locator("visible=true").all_inner_texts()


async def fill(officer: Officer, **said: Any) -> None:
    await officer.page.get_by_role("button", name="New request").click()
    for label, text in said.items():
        await officer.page.locator(f"#{label}").fill(text)


async def test_a_request_is_entered_and_opens(officer: Officer, gate: Gate) -> None:
    await officer.is_at_work()

    await fill(
        officer,
        emails="Ada@Example.com, ada@work.example",
        phones="+33 6 12 34 56 78",
        at="2026-11-20T10:00",
    )
    await officer.page.get_by_label("How did it come?").select_option("Phone")
    await officer.page.get_by_label("Language of the person").select_option("French")
    await officer.page.get_by_label("Restrict at once").check()
    await officer.page.keyboard.press("Enter")

    await expect(officer.page.locator("#request-title")).to_have_text(
        "a…@example.com, a…@work.example, +33…78"
    )
    [(_, sent)] = gate.sent
    assert sent == {
        "right": "erasure",
        "identifiers": [
            {"kind": "email", "value": "Ada@Example.com"},
            {"kind": "email", "value": "ada@work.example"},
            {"kind": "phone", "value": "+33 6 12 34 56 78"},
        ],
        "received_via": "phone",
        "received_at": "2026-11-20T10:00:00.000Z",
        "locale": "fr",
        "restrict": True,
    }
    await expect(officer.page.locator("#requests > li")).to_have_count(1)
    await expect(officer.page.locator("#request")).to_contain_text("Received 20 Nov 2026, by phone")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "Enter an e-mail address or a phone number."),
        ({"phones": "12"}, "Not a phone number with its country code"),
        ({"emails": "nobody"}, "Not an e-mail address"),
        ({"emails": "ada@example.com", "at": "2026-12-01T10:00"}, "future"),
    ],
)
async def test_what_cannot_be_entered_stays_in_the_form(
    officer: Officer, said: dict[str, str], why: str
) -> None:
    await officer.is_at_work()
    await fill(officer, **said)

    await officer.page.get_by_role("button", name="Enter the request").click()

    await expect(officer.page.locator("#intake [role=alert]")).to_contain_text(why)
    for label, text in said.items():
        await expect(officer.page.locator(f"#{label}")).to_have_value(text)


async def test_an_answer_that_got_lost_doubles_nothing(officer: Officer, gate: Gate) -> None:
    await officer.is_at_work()
    gate.swallow = 1
    await fill(officer, emails="ada@example.com")
    enter = officer.page.get_by_role("button", name="Enter the request")
    await enter.click()
    await expect(officer.page.locator("#intake [role=alert]")).to_contain_text("Busy")

    await enter.click()

    await expect(officer.page.locator("#request-title")).to_have_text("a…@example.com")
    await expect(officer.page.locator("#requests > li")).to_have_count(1)
    assert len(gate.sent) == 2
    assert len({*gate.keys}) == 1


async def test_escape_closes_a_form_and_goes_back_to_where_it_was(officer: Officer) -> None:
    await officer.is_at_work()
    button = officer.page.get_by_role("button", name="New request")
    await button.press("Enter")
    await expect(officer.page.locator("#emails")).to_be_focused()

    await officer.page.keyboard.press("Escape")

    await expect(button).to_be_focused()


async def test_what_is_open_stands_before_all_that_ended_and_older_ones_are_a_click_away(
    officer: Officer,
) -> None:
    first = await officer.ask(**LETTER)
    for _ in range(101):
        over = await officer.ask(**LETTER)
        await officer.ask(f"/{over['id']}/cancel")
    await officer.is_at_work()
    rows = officer.page.locator("#requests > li")
    await expect(rows).to_have_count(101)
    await expect(rows.first.locator("a")).to_have_attribute("href", f"#{first['id']}")
    await expect(officer.page.get_by_text("1 open request", exact=True)).to_be_visible()

    await officer.page.get_by_role("button", name="Older requests").click()

    await expect(rows).to_have_count(102)
    await expect(officer.page.get_by_role("button", name="Older requests")).to_be_hidden()


async def test_all_that_is_open_is_there_and_counted(officer: Officer, known: World) -> None:
    stalled = await officer.ask(**LETTER, received_at=LATE)
    known.participants["crm"].down = True
    await officer.ask(f"/{stalled['id']}/verify", **ATTESTED)
    await known.work()
    for _ in range(100):
        await officer.ask(**LETTER)

    await officer.is_at_work()

    await expect(officer.page.locator("#requests > li")).to_have_count(101)
    await expect(officer.page.get_by_text("101 open requests")).to_be_visible()
    assert "Stalled" in await marks(officer, 0)


async def test_a_queue_that_cannot_be_read_says_so_and_comes_back(
    officer: Officer, gate: Gate
) -> None:
    await officer.ask(**LETTER)
    gate.faults["/v1/rights-requests"] = 500
    await officer.signs_in()
    await expect(officer.page.get_by_role("alert").locator("visible=true")).to_contain_text(
        "The requests could not be read"
    )

    gate.faults.clear()
    await officer.page.get_by_role("button", name="Try again").locator("visible=true").click()

    await expect(officer.page.locator("#requests > li")).not_to_have_count(0)


async def test_offline_keeps_what_is_there_and_is_told(officer: Officer) -> None:
    request = await officer.ask(**LETTER)
    await officer.is_at_work()
    await officer.context.set_offline(offline=True)
    await expect(officer.page.get_by_text("You are offline.")).to_be_visible()
    await expect(officer.page.locator("#requests > li")).to_have_count(1)
    await officer.ask(f"/{request['id']}/cancel")

    await officer.context.set_offline(offline=False)

    await expect(officer.page.get_by_text("You are offline.")).to_be_hidden()
