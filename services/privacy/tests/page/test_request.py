"""One request, from its identity to its receipt."""

import json
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from playwright.async_api import Locator, expect

from contactflow.erasure.receipts.__main__ import main
from contactflow.events import Fact
from contactflow.events.calls import CallPrivacyRequested
from contactflow.events.emails import EmailFailed
from contactflow.kernel import encode, new_id
from contactflow.persistence import Work, Works
from contactflow.privacy.requests import service
from contactflow.privacy.requests.model import ROUNDS
from contactflow.privacy.requests.repository import SqlRequests
from services.privacy.tests.erasing.world import World
from services.privacy.tests.page.conftest import ATTESTED, LETTER, Officer
from services.privacy.tests.page.gate import Gate
from services.privacy.tests.ways import stored

A_PHONE = {"kind": "phone", "value": "+33612345678"}


@pytest.fixture
async def to_decide(officer: Officer, known: World) -> str:
    return await officer.has_to_decide(known)


async def sees(officer: Officer, **states: str) -> None:
    """Waits until the matrix says so."""
    for name, said in states.items():
        told = officer.page.locator(f"[data-part={name}] [data-text=state]")
        await expect(told).to_have_text(said)


async def test_from_the_identity_to_the_receipt(
    officer: Officer, known: World, tmp_path: Path
) -> None:
    """What an officer does, without a reload in between."""
    page = officer.page
    request = await officer.ask(**LETTER)
    await officer.is_at_work()
    await officer.opens(request["id"])
    await sees(officer, gateway="not asked yet", chat="not asked yet", crm="not asked yet")
    await page.get_by_label("How do you know?").fill("She called from her number.")
    await page.get_by_role("button", name="Identity is verified").click()
    await expect(page.get_by_role("heading", name="Asking every service")).to_be_visible()
    await known.work()

    await sees(officer, gateway="searched", chat="searched", crm="searched")
    await expect(page.locator(".total")).to_have_text("5 rows in all")
    await page.get_by_role("button", name="Approve the erasure…").click()
    await expect(page.get_by_role("button", name="Keep everything")).to_be_focused()
    await page.get_by_role("button", name="Erase for good").click()
    await sees(officer, chat="erasing")
    await known.settle()

    await sees(officer, gateway="nothing left", chat="nothing left", crm="nothing left")
    await expect(page.locator("#request-title")).to_have_text("Identifiers erased")
    await expect(page.locator(".steps [aria-current]")).to_have_count(0)
    receipt = await saved(officer, "button", "Download the receipt", tmp_path)
    keys = await saved(officer, "link", "Public keys", tmp_path)
    assert json.loads(receipt.read_text())["payload"]["request_id"] == request["id"]
    assert receipt.name == f"receipt-{request['id']}.json"
    await expect(page.locator("pre")).to_contain_text(f"verify {receipt.name} --keys {keys.name}")
    assert main(["verify", str(receipt), "--keys", str(keys)]) == 0


async def saved(officer: Officer, role: Literal["button", "link"], name: str, folder: Path) -> Path:
    """What a click downloads."""
    async with officer.page.expect_download() as downloading:
        await officer.page.get_by_role(role, name=name).click()
    download = await downloading.value
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path


async def test_the_matrix_fills_live_and_is_told(
    officer: Officer, known: World, to_decide: str
) -> None:
    known.participants["crm"].down = True
    await officer.ask(f"/{to_decide}/approve")
    await known.work()
    await known.deliver()
    await officer.page.reload()

    await sees(officer, chat="erased, to be proven", crm="erasing")
    known.participants["crm"].down = False
    await known.deliver()
    await known.work()

    live = officer.page.locator("[data-part=crm] [role=status]")
    await expect(live).to_have_text("Contacts: nothing left")
    await expect(officer.page.locator("[data-part=crm]")).to_contain_text("things 2")


async def test_who_does_not_answer_is_named_and_the_request_goes_on(
    officer: Officer, known: World, to_decide: str
) -> None:
    known.participants["crm"].down = True
    await officer.page.get_by_role("button", name="Approve the erasure…").click()
    await officer.page.get_by_role("button", name="Erase for good").click()
    await sees(officer, crm="erasing")
    await known.settle()
    await known.wait(20)

    await sees(officer, crm="no answer")
    await expect(officer.page.locator(".card.late")).to_contain_text("Waiting for Contacts since")
    await expect(officer.page.locator("#requests .marks").first).to_contain_text("Stalled")
    known.participants["crm"].down = False
    await known.settle()
    await known.wait(10)

    await sees(officer, crm="nothing left")
    await expect(officer.page.locator(".card.late")).to_be_hidden()


async def test_whoever_does_not_answer_is_named_beside_the_others(
    officer: Officer, known: World, to_decide: str
) -> None:
    for name in ("crm", "voice"):
        known.participants[name].down = True
    await officer.ask(f"/{to_decide}/approve")
    await known.settle()
    await known.wait(20)
    await officer.page.reload()

    await sees(officer, crm="no answer", voice="no answer", chat="erased, to be proven")
    waits = officer.page.locator(".card.late")
    await expect(waits).to_contain_text("Waiting for Contacts, Phone calls since")
    await expect(waits.locator("p:visible")).to_contain_text(["given again every hour"])


async def test_who_says_done_and_still_holds_rows_is_shown_as_that(
    officer: Officer, known: World, to_decide: str
) -> None:
    known.participants["crm"].lies = True
    await officer.ask(f"/{to_decide}/approve")
    for _ in range(ROUNDS):
        await known.settle()
    await officer.page.reload()

    await sees(officer, crm="says done, still holds rows", chat="nothing left")
    await expect(officer.page.locator("[data-part=crm]")).to_contain_text("things 2")
    waits = officer.page.locator(".card.late")
    await expect(waits.locator("p:visible")).to_contain_text(["rows are still found there"])
    assert await officer.wrong() == []


@pytest.mark.parametrize("ticked", [True, False])
async def test_a_claimed_match_goes_only_if_it_was_ticked(
    officer: Officer, gate: Gate, known: World, to_decide: str, *, ticked: bool
) -> None:
    match = officer.page.get_by_label("Somebody in Chat who gave the same e-mail address")
    assert not await match.is_checked()
    if ticked:
        await match.check()
    await officer.page.get_by_role("button", name="Approve the erasure…").click()
    extra = officer.page.get_by_text("The matches that you ticked are erased, too.")
    assert await extra.is_visible() == ticked
    await officer.page.get_by_role("button", name="Erase for good").click()
    await sees(officer, chat="erasing")
    await known.settle()

    await sees(officer, chat="nothing left")
    [(_, sent)] = gate.sent
    assert len(sent["claims"]) == ticked
    assert len(known.participants["chat"].held) == (0 if ticked else 1)


async def test_claimants_who_are_not_listed_are_counted(officer: Officer, known: World) -> None:
    known.participants["chat"].lists = 0
    request = await officer.ask(**LETTER)
    await officer.ask(f"/{request['id']}/verify", **ATTESTED)
    await known.work()
    await officer.is_at_work()
    await officer.opens(request["id"])

    await expect(officer.page.get_by_text("1 more has claimed it before")).to_be_visible()


async def test_nothing_is_erased_by_looking(
    officer: Officer, gate: Gate, known: World, to_decide: str
) -> None:
    opener = officer.page.get_by_role("button", name="Approve the erasure…")
    await opener.click()
    await officer.page.keyboard.press("Enter")

    await expect(officer.page.get_by_role("dialog")).to_have_count(0)
    await expect(opener).to_be_focused()
    assert gate.sent == []


async def test_a_refusal_says_why(officer: Officer, gate: Gate, to_decide: str) -> None:
    await officer.page.get_by_role("button", name="Refuse…").locator("visible=true").click()
    await officer.page.get_by_label("Reason").select_option("Needed for legal claims")
    await officer.page.get_by_label("What else should they know?").fill("Until June.")
    await officer.page.get_by_role("button", name="Refuse the request").click()

    await expect(
        officer.page.get_by_role("heading", name="This request was refused")
    ).to_be_visible()
    reason = officer.page.locator("p:visible", has_text="Reason:")
    await expect(reason).to_have_text("Reason: Needed for legal claims", use_inner_text=True)
    assert gate.sent[-1][1] == {"reason_code": "legal_claims", "text": "Until June."}


async def test_the_time_is_extended_once(officer: Officer, to_decide: str) -> None:
    extend = officer.page.get_by_role("button", name="Extend the time…")
    await extend.click()
    await officer.page.get_by_label("Why does it take longer?").fill("Many systems.")
    await officer.page.get_by_role("button", name="Extend by two months").click()

    await expect(officer.page.locator("#request > header .marks")).to_contain_text("Extended")
    await expect(officer.page.locator("#request > header")).to_contain_text("Due 21 Feb 2027")
    await expect(officer.page.get_by_text("Why it takes longer: Many systems.")).to_be_visible()
    await expect(officer.page.get_by_text("Attested: She called from her number.")).to_be_visible()
    await expect(extend).to_be_hidden()


async def test_a_request_is_cancelled_after_a_question(officer: Officer, to_decide: str) -> None:
    await officer.page.get_by_role("button", name="Cancel the request…").click()
    await expect(officer.page.get_by_role("button", name="Keep it")).to_be_focused()
    await (
        officer.page.get_by_role("dialog").get_by_role("button", name="Cancel the request").click()
    )

    await expect(
        officer.page.get_by_role("heading", name="This request was taken back")
    ).to_be_visible()
    await expect(officer.page.locator("#request-title")).to_be_focused()


async def test_a_restriction_is_shown_while_it_holds(officer: Officer) -> None:
    request = await officer.ask(**LETTER, restrict=True)
    await officer.is_at_work()
    await officer.opens(request["id"])
    since = officer.page.get_by_text("Data restricted since 21 Nov 2026")
    marks = officer.page.locator("#request > header .marks")
    await expect(since).to_be_visible()
    await expect(marks).to_contain_text("Restricted")

    await officer.ask(f"/{request['id']}/cancel")
    await officer.page.reload()

    await expect(officer.page.get_by_text("This request was taken back")).to_be_visible()
    await expect(since).to_be_hidden()


async def test_what_nobody_proved_in_time_was_not_taken_back(
    officer: Officer, works: Works, workspace_id: UUID, at: datetime
) -> None:
    request_id = await stored(works, workspace_id, at)

    async def lapse(work: Work) -> None:
        (await SqlRequests(work).get(request_id)).lapse(by=service.US, at=at)

    await works.run(workspace_id, lapse)
    await officer.is_at_work()
    await officer.opens(encode("rr", request_id))

    said = officer.page.get_by_role(
        "heading", name="Closed: nobody proved in time to be the person"
    )
    await expect(said).to_be_visible()
    await expect(officer.page.get_by_text("This request was taken back")).to_be_hidden()


async def test_a_code_proves_the_identity(officer: Officer, known: World) -> None:
    request = await officer.ask(**LETTER)
    await officer.is_at_work()
    await officer.opens(request["id"])
    await officer.page.get_by_role("button", name="Send a code").click()
    await expect(officer.page.get_by_text("The code is on its way.")).to_be_visible()
    await known.work()
    [email] = known.emails.sent
    code = str(email.facts["code"])

    await officer.page.get_by_label("Code", exact=True).fill("00000000")
    await officer.page.get_by_role("button", name="Check the code").click()
    await expect(officer.page.get_by_text("Code not accepted")).to_be_visible()
    await officer.page.get_by_label("Code", exact=True).fill(f"{code[:4]} {code[4:]}")
    await officer.page.get_by_role("button", name="Check the code").click()

    await expect(officer.page.get_by_role("heading", name="Asking every service")).to_be_visible()


@pytest.mark.parametrize("known_by", [[A_PHONE], [*LETTER["identifiers"], A_PHONE]])
async def test_without_an_address_alone_no_code_is_offered(
    officer: Officer, known_by: list[dict[str, str]]
) -> None:
    request = await officer.ask(**LETTER | {"identifiers": known_by})
    await officer.is_at_work()
    await officer.opens(request["id"])

    await expect(officer.page.get_by_role("button", name="Send a code")).to_be_hidden()


async def test_who_decides_on_something_stale_is_told(
    officer: Officer, to_decide: str, gate: Gate
) -> None:
    await officer.page.get_by_role("button", name="Approve the erasure…").click()
    await officer.ask(f"/{to_decide}/extend", reason="Many systems.")

    await officer.page.get_by_role("button", name="Erase for good").click()

    await expect(officer.page.locator("#approve [role=alert]")).not_to_be_empty()
    await expect(officer.page.get_by_role("heading", name="Erase this person?")).to_be_visible()


async def test_without_an_address_the_officer_is_told_to_answer(officer: Officer) -> None:
    request = await officer.ask(**LETTER | {"identifiers": [A_PHONE]})
    await officer.is_at_work()
    await officer.opens(request["id"])

    by_hand = officer.page.get_by_text("give them the answer yourself, the way the request came")
    await expect(by_hand.locator("visible=true")).to_have_count(1)
    await officer.ask(f"/{request['id']}/refuse", reason_code="excessive")
    await officer.page.reload()

    await expect(officer.page.locator("#request-title")).to_have_text("Identifiers erased")
    await expect(by_hand.locator("visible=true")).to_have_count(1)


async def test_an_answer_that_was_not_delivered_is_told(officer: Officer, known: World) -> None:
    request = await officer.ask(**LETTER)
    await officer.ask(f"/{request['id']}/refuse", reason_code="excessive")
    await known.work()
    [(email_id, _)] = known.emails.taken.values()
    await officer.is_at_work()
    await officer.opens(request["id"])
    failed = officer.page.get_by_role("heading", name="The answer was not delivered")
    await expect(failed).to_be_hidden()

    await known.arrived(email_id, EmailFailed)
    await officer.page.reload()

    await expect(failed).to_be_visible()
    assert await officer.wrong() == []
    await officer.page.get_by_role("button", name="Send it again").click()
    await expect(failed).to_be_hidden()


async def test_a_right_that_is_not_carried_out_here_offers_no_form_that_fails(
    officer: Officer, known: World, workspace_id: UUID, at: datetime
) -> None:
    body = CallPrivacyRequested(
        call_id=new_id(), subject_id=new_id(), direction="inbound", right="access"
    )
    said = Fact(new_id(), workspace_id, body.call_id, 3, at, body)
    await known.hear("requests.receive_from_call", said)
    await officer.is_at_work()
    await officer.page.locator("#requests a").click()

    told = officer.page.get_by_role("heading", name="This right is not carried out here yet")
    await expect(told).to_be_visible()
    await expect(officer.page.locator("#request-title")).to_have_text("Somebody on the telephone")
    await expect(officer.page.get_by_role("button", name="Identity is verified")).to_be_hidden()
    await expect(
        officer.page.get_by_role("button", name="Refuse…").locator("visible=true")
    ).to_have_count(1)


async def test_an_unknown_request_is_told(officer: Officer) -> None:
    await officer.is_at_work("#rr_01j6qjwgz0e00800000000001a")

    missing = officer.page.locator("[data-one=failed]")
    await expect(missing).to_be_visible()
    await expect(missing.get_by_role("heading")).not_to_be_empty()


async def test_the_keyboard_opens_a_request_and_comes_back(officer: Officer) -> None:
    request = await officer.ask(**LETTER)
    await officer.page.set_viewport_size({"width": 390, "height": 844})
    await officer.is_at_work()
    row = officer.page.locator(f'#requests a[href="#{request["id"]}"]')
    await row.press("Enter")
    await officer.page.locator("#request").wait_for()
    await expect(officer.page.locator("#queue")).to_be_hidden()
    await officer.page.keyboard.press("Tab")
    await expect(officer.page.get_by_role("link", name="All requests")).to_be_focused()

    await officer.page.keyboard.press("Enter")

    await expect(row).to_be_focused()


async def test_the_keyboard_alone_leads_to_the_receipt(officer: Officer, known: World) -> None:
    page = officer.page
    request = await officer.ask(**LETTER)
    await officer.is_at_work()
    await tab_to(officer, page.locator(f'#requests a[href="#{request["id"]}"]'))
    await page.keyboard.press("Enter")
    await page.locator("#request").wait_for()
    await tab_to(officer, page.get_by_label("How do you know?"))
    await page.keyboard.type("She called from her number.")
    await tab_to(officer, page.get_by_role("button", name="Identity is verified"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Asking every service")).to_be_visible()
    await known.work()

    match = page.get_by_label("Somebody in Chat who gave the same e-mail address")
    await tab_to(officer, match)
    await page.keyboard.press("Space")
    await tab_to(officer, page.get_by_role("button", name="Approve the erasure…"))
    await page.keyboard.press("Enter")
    await tab_to(officer, page.get_by_role("button", name="Erase for good"))
    await page.keyboard.press("Space")
    await sees(officer, chat="erasing")
    await known.settle()

    await sees(officer, gateway="nothing left", chat="nothing left", crm="nothing left")
    assert not known.participants["chat"].held
    await tab_to(officer, page.get_by_role("button", name="Download the receipt"))
    async with page.expect_download() as downloading:
        await page.keyboard.press("Enter")
    assert (await downloading.value).suggested_filename == f"receipt-{request['id']}.json"


async def tab_to(officer: Officer, wanted: Locator) -> None:
    """From wherever the focus is, as far as it takes."""
    await wanted.wait_for()
    for _ in range(60):
        if await wanted.evaluate("one => one === document.activeElement"):
            return
        await officer.page.keyboard.press("Tab")
    raise AssertionError(wanted)
