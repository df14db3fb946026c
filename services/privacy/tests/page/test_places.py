"""One request at a time: nothing that was typed, or read, for one is there for another."""

from asyncio import Event

import pytest
from playwright.async_api import Locator, expect

from services.privacy.tests.erasing.world import World
from services.privacy.tests.page.conftest import ATTESTED, LETTER, Officer
from services.privacy.tests.page.gate import Gate

ADA, BOB = "a…@example.com", "b…@example.com"
BOBS = LETTER | {"identifiers": [{"kind": "email", "value": "bob@example.com"}]}
REASON = "Many systems."


@pytest.fixture
async def ada(officer: Officer, known: World) -> str:
    """Her request waits for a decision, is on the screen, and somebody claims to be her."""
    return await officer.has_to_decide(known)


@pytest.fixture
async def bob(officer: Officer, ada: str, known: World) -> str:
    """So does his, and nobody does."""
    request = await officer.ask(**BOBS)
    await officer.ask(f"/{request['id']}/verify", **ATTESTED)
    await known.work()
    return str(request["id"])


async def opens(officer: Officer, dialog: str) -> Locator:
    buttons = officer.page.locator(f"#request [data-opens={dialog}]")
    await buttons.locator("visible=true").click()
    return officer.page.locator(f"#{dialog}")


async def extends(officer: Officer) -> None:
    dialog = await opens(officer, "extend")
    await dialog.locator("textarea").fill(REASON)
    await dialog.locator("[type=submit]").click()


@pytest.mark.parametrize("dialog", ["approve", "refuse", "extend", "cancel"])
async def test_a_dialog_names_the_request_it_is_about(
    officer: Officer, ada: str, bob: str, dialog: str
) -> None:
    await expect(await opens(officer, dialog)).to_have_accessible_description(ADA)
    await officer.page.keyboard.press("Escape")
    await officer.goes_to(bob)
    await expect(officer.page.locator("#request-title")).to_have_text(BOB)

    assert await (await opens(officer, dialog)).get_by_text(BOB).is_visible()


@pytest.mark.parametrize("dialog", ["refuse", "extend"])
async def test_what_was_typed_goes_with_escape(officer: Officer, ada: str, dialog: str) -> None:
    typed = (await opens(officer, dialog)).locator("textarea")
    await typed.fill(REASON)

    await officer.page.keyboard.press("Escape")

    await opens(officer, dialog)
    await expect(typed).to_have_value("")


async def test_a_fault_goes_with_escape(officer: Officer, gate: Gate, ada: str) -> None:
    gate.faults[f"/v1/rights-requests/{ada}/cancel"] = 503
    dialog = await opens(officer, "cancel")
    await dialog.locator("[type=submit]").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Busy")

    await officer.page.keyboard.press("Escape")

    await opens(officer, "cancel")
    await expect(dialog.get_by_role("alert")).to_be_empty()


@pytest.mark.parametrize("dialog", ["approve", "refuse", "extend", "cancel"])
async def test_a_dialog_closes_when_another_request_opens(
    officer: Officer, ada: str, bob: str, dialog: str
) -> None:
    shown = await opens(officer, dialog)
    if dialog in {"refuse", "extend"}:
        await shown.locator("textarea").fill(REASON)

    await officer.goes_to(bob)

    await expect(shown).to_be_hidden()
    assert await shown.locator("textarea").evaluate_all("all => all.map(one => one.value)") in (
        [],
        [""],
    )


async def test_the_same_words_for_another_request_are_another_change(
    officer: Officer, gate: Gate, ada: str, bob: str
) -> None:
    gate.swallow = 1
    await extends(officer)
    await expect(officer.page.locator("#extend [role=alert]")).to_contain_text("Busy")
    await officer.goes_to(bob)
    await expect(officer.page.locator("#request-title")).to_have_text(BOB)

    await extends(officer)

    await expect(officer.page.locator("#request > header .marks")).to_contain_text("Extended")
    assert [sent for _, sent in gate.sent] == [{"reason": REASON}] * 2
    assert len({*gate.keys}) == 2


async def test_claims_are_of_the_request_that_is_shown(
    officer: Officer, gate: Gate, ada: str, bob: str
) -> None:
    await expect(officer.page.locator("#claims input")).to_have_count(1)
    gate.faults[f"/v1/rights-requests/{bob}/preview"] = 503

    await officer.goes_to(bob)

    await expect(officer.page.locator("#request-title")).to_have_text(BOB)
    await expect(officer.page.locator("#claims-part")).to_be_hidden()
    await expect(officer.page.locator("#claims input")).to_have_count(0)


async def test_claims_that_come_late_are_not_shown_for_another(
    officer: Officer, gate: Gate, ada: str, bob: str
) -> None:
    preview = f"/v1/rights-requests/{ada}/preview"
    await officer.goes_to(bob)
    await expect(officer.page.locator("#request-title")).to_have_text(BOB)
    gate.holds[preview] = Event()
    async with officer.page.expect_response(f"**{preview}"):
        await officer.goes_to(ada)
        await expect(officer.page.locator("#request-title")).to_have_text(ADA)
        await officer.goes_to(bob)
        await expect(officer.page.locator("#request-title")).to_have_text(BOB)
        gate.holds[preview].set()

    await expect(officer.page.locator("#claims input")).to_have_count(0)


@pytest.mark.parametrize("fault", [None, 503])
async def test_an_answer_that_comes_late_is_not_drawn_for_another(
    officer: Officer, gate: Gate, ada: str, bob: str, fault: int | None
) -> None:
    extend = f"/v1/rights-requests/{ada}/extend"
    gate.holds[extend] = Event()
    if fault:
        gate.faults[extend] = fault
    async with officer.page.expect_response(f"**{extend}"):
        await extends(officer)
        await officer.goes_to(bob)
        await expect(officer.page.locator("#request-title")).to_have_text(BOB)
        typed = (await opens(officer, "extend")).locator("textarea")
        await typed.fill("Many people.")
        gate.holds[extend].set()

    await expect(officer.page.locator("#request-title")).to_have_text(BOB)
    await expect(typed).to_have_value("Many people.")
    await expect(officer.page.locator("#extend [role=alert]")).to_be_empty()
