"""Signing in, and what an officer sees who may not."""

from uuid import UUID

import pytest
from playwright.async_api import expect

from services.privacy.tests.page.conftest import LETTER, Officer
from services.privacy.tests.page.gate import Gate


async def test_an_officer_signs_in_with_the_keyboard_alone(officer: Officer) -> None:
    await officer.arrives()
    await expect(officer.page.locator("#email")).to_be_focused()

    await officer.signs_in()

    await expect(officer.page.get_by_role("heading", name="No requests yet")).to_be_visible()
    await expect(officer.page.get_by_text("Nora")).to_be_visible()


async def test_a_wrong_password_says_what_to_do(officer: Officer) -> None:
    await officer.signs_in(password="wrong")

    await expect(officer.page.get_by_role("alert")).to_have_text(
        "Wrong e-mail or password. Check both and try again."
    )
    await expect(officer.page.locator("#email")).to_have_value("nora@example.com")


async def test_a_reload_stays_signed_in_and_signing_out_does_not(officer: Officer) -> None:
    await officer.is_at_work()
    await officer.page.reload()
    await expect(officer.page.get_by_text("Nora")).to_be_visible()

    await officer.page.get_by_role("button", name="Sign out").click()

    await expect(officer.page.get_by_text("You are signed out.")).to_be_visible()
    await officer.page.reload()
    await expect(officer.page.locator("#email")).to_be_focused()


async def test_a_session_that_ends_loses_only_the_session(officer: Officer, gate: Gate) -> None:
    request = await officer.ask(**LETTER)
    await officer.is_at_work()
    await officer.opens(request["id"])

    gate.ended = True
    await officer.page.get_by_role("button", name="Extend the time…").click()
    await officer.page.locator("#why").fill("Many systems.")
    await officer.page.get_by_role("button", name="Extend by two months").click()

    await expect(officer.page.get_by_text("Your session has ended.")).to_be_visible()
    await expect(officer.page.get_by_text("a…@example.com")).to_have_count(0)
    await officer.page.locator("#email").fill("nora@example.com")
    await officer.page.locator("#password").fill("correct horse battery staple")
    await officer.page.keyboard.press("Enter")
    await expect(officer.page.locator("#request-title")).to_have_text("a…@example.com")


async def test_who_belongs_to_several_workspaces_chooses(
    officer: Officer, gate: Gate, other_workspace_id: UUID
) -> None:
    await officer.ask(**LETTER)
    gate.spaces["Red Bakery"] = other_workspace_id
    await officer.is_at_work()
    await expect(officer.page.locator("#requests > li")).to_have_count(1)

    await officer.page.get_by_label("Workspace").select_option("Red Bakery")

    await expect(officer.page.get_by_role("heading", name="No requests yet")).to_be_visible()
    await officer.page.reload()
    await expect(officer.page.get_by_label("Workspace").locator(":checked")).to_have_text(
        "Red Bakery"
    )


async def test_a_new_tab_does_not_know_which_workspace_and_asks(
    officer: Officer, gate: Gate, other_workspace_id: UUID
) -> None:
    gate.spaces["Red Bakery"] = other_workspace_id
    await officer.is_at_work()

    tab = await officer.context.new_page()
    await tab.goto(f"{officer.url}/privacy")

    await expect(tab.locator("#email")).to_be_focused()
    await expect(tab.get_by_text("You belong to no workspace.")).to_be_hidden()


async def test_who_belongs_to_no_workspace_is_told_whom_to_ask(
    officer: Officer, gate: Gate
) -> None:
    gate.spaces.clear()

    await officer.signs_in()

    await expect(officer.page.get_by_text("You belong to no workspace.")).to_be_visible()


async def test_who_may_not_see_requests_is_told_whom_to_ask(officer: Officer, gate: Gate) -> None:
    gate.scopes = ("contacts:read",)

    await officer.signs_in()

    await expect(
        officer.page.get_by_role("heading", name="Your role cannot see rights requests")
    ).to_be_visible()


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [
        (("rights:read",), []),
        (("rights:read", "rights:write"), ["Extend the time…"]),
        (("rights:read", "rights:decide"), ["Cancel the request…", "Refuse…"]),
    ],
)
async def test_whoever_may_only_look_is_offered_nothing_else(
    officer: Officer, gate: Gate, scopes: tuple[str, ...], seen: list[str]
) -> None:
    request = await officer.ask(**LETTER)
    gate.scopes = scopes
    await officer.is_at_work()
    await officer.opens(request["id"])

    footer = officer.page.locator("#request > footer button").locator("visible=true")

    assert await footer.all_inner_texts() == seen
    assert await officer.page.get_by_role("button", name="New request").is_visible() == (
        "rights:write" in scopes
    )


async def test_an_api_that_is_down_at_the_start_is_told(officer: Officer, gate: Gate) -> None:
    gate.faults["/v1/me"] = 503
    await officer.arrives()
    await expect(officer.page.get_by_role("heading", name="Busy")).to_be_visible()

    gate.faults.clear()
    await officer.page.get_by_role("button", name="Try again").click()

    await expect(officer.page.locator("#email")).to_be_focused()
