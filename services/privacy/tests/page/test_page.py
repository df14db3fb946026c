"""What every page of ours keeps to."""

import re
from importlib.resources import files
from typing import Literal, get_args

import httpx
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from playwright.async_api import Page, expect

from contactflow.events.conversations import Right
from contactflow.kernel import LOCALES, Locale
from contactflow.privacy.page.template import template
from contactflow.privacy.page.words import words
from contactflow.privacy.requests.matrix import PartState
from contactflow.privacy.requests.model import ReasonCode, ReceivedVia, Status
from services.privacy.tests.erasing.world import World
from services.privacy.tests.page.conftest import ATTESTED, LETTER, Officer
from services.privacy.tests.page.gate import Gate

LATE, SOON = "2026-10-20T09:00:00Z", "2026-10-27T09:00:00Z"
SCRIPT = files("contactflow.privacy.page").joinpath("officer.js").read_text()


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Literal["light", "dark"]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=[1280, 390])
async def page(
    request: pytest.FixtureRequest, officer: Officer, scheme: Literal["light", "dark"]
) -> Page:
    """On a wide screen and a narrow one, by day and by night."""
    await officer.page.emulate_media(color_scheme=scheme)
    await officer.page.set_viewport_size({"width": request.param, "height": 844})
    return officer.page


async def test_the_way_to_a_request_is_accessible(officer: Officer, page: Page) -> None:
    await officer.arrives()
    await page.locator("#email").wait_for()
    assert await officer.wrong() == []
    await officer.is_at_work()
    assert await officer.wrong() == []
    for received_at in (None, SOON, LATE):
        request = await officer.ask(**LETTER, received_at=received_at, restrict=True)
    await page.reload()
    await page.locator("#requests a").first.wait_for()
    assert await officer.wrong() == []
    await page.get_by_role("button", name="New request").click()
    assert await officer.wrong() == []
    await page.keyboard.press("Escape")
    await officer.opens(request["id"])
    assert await officer.wrong() == []


async def test_the_way_through_a_request_is_accessible(
    officer: Officer, page: Page, known: World
) -> None:
    await officer.has_to_decide(known)
    await page.locator("#claims input").check()
    assert await officer.wrong() == []
    await page.get_by_role("button", name="Approve the erasure…").click()
    assert await officer.wrong() == []
    known.participants["crm"].down = True
    await page.get_by_role("button", name="Erase for good").click()
    await page.locator(".busy").locator("visible=true").wait_for()
    assert await officer.wrong() == []
    await known.settle()
    await known.wait(20)
    await page.locator(".card.late").locator("visible=true").wait_for()
    assert await officer.wrong() == []
    known.participants["crm"].down = False
    for _ in range(3):  # who the claimant is, the ledger, the erasure
        await known.settle()
        await known.wait(10)
    await page.locator(".card.good").locator("visible=true").wait_for()
    assert await officer.wrong() == []


async def test_the_page_fits_a_phone(officer: Officer, known: World) -> None:
    await officer.page.set_viewport_size({"width": 390, "height": 844})
    await officer.has_to_decide(known)

    wide = await officer.page.evaluate("document.documentElement.scrollWidth")

    assert wide == 390


async def test_no_request_leaves_the_origin_and_nothing_complains(officer: Officer) -> None:
    request = await officer.ask(**LETTER)
    await officer.is_at_work()
    await officer.opens(request["id"])
    await officer.page.reload()
    await officer.page.locator("#request").wait_for()

    assert len(officer.requests) > 8
    assert not [one for one in officer.requests if not one.startswith(f"{officer.url}/")]
    assert [one for one in officer.complaints if "status of 401" not in one] == []


async def test_no_identifier_is_in_an_address(officer: Officer) -> None:
    await officer.is_at_work()
    await officer.page.get_by_role("button", name="New request").click()
    await officer.page.locator("#emails").fill("lulu@example.com")  # no id has these letters
    await officer.page.get_by_role("button", name="Enter the request").click()
    await officer.page.locator("#request").wait_for()

    assert not [one for one in [*officer.requests, officer.page.url] if "lulu" in one]


async def test_markup_in_a_name_is_text(officer: Officer, gate: Gate) -> None:
    [(name, workspace_id)] = gate.spaces.items()
    evil = f"<img src=x onerror=alert(1)>{name}"
    gate.spaces = {evil: workspace_id}

    await officer.is_at_work()

    await expect(officer.page.locator("#spaces")).to_have_text(evil)
    assert await officer.page.locator("img").count() == 0


async def test_a_french_officer_reads_french(officer: Officer, known: World) -> None:
    request = await officer.ask(**LETTER)
    await officer.ask(f"/{request['id']}/verify", **ATTESTED)
    await known.work()

    await officer.is_at_work("?lang=fr")
    await officer.opens(request["id"])

    page = officer.page
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await expect(page.get_by_role("heading", name="Demandes", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Approuver l’effacement…")).to_be_visible()
    await expect(page.locator("#request > header")).to_contain_text("Échéance le 21 déc. 2026")
    await expect(page.locator(".total")).to_have_text("5 lignes en tout")
    language = page.get_by_role("link", name="English")
    await expect(language).to_have_attribute("href", re.compile(rf"lang=en#{request['id']}"))


@pytest.mark.parametrize(("asked", "locale"), [("fr-CA", "fr"), ("de", "en"), ("", "en")])
async def test_the_browsers_language_counts(http: AsyncClient, asked: str, locale: str) -> None:
    answer = await http.get("/privacy", headers={"Accept-Language": asked})

    assert f'<html lang="{locale}">' in answer.text


async def test_nothing_but_our_own_files_may_run(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://privacy") as nobody:
        answer = await nobody.get("/privacy")
        named = re.findall(r'(?:href|src)="(/privacy/[^"]+)"', answer.text)
        fetched = [await nobody.get(one) for one in named]

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert [one.status_code for one in fetched] == [200] * 3


def test_the_script_stays_small() -> None:
    assert len(SCRIPT.splitlines()) < 300
    assert max(map(len, SCRIPT.splitlines())) <= 120
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", SCRIPT)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_is_there_and_none_is_for_nobody(locale: Locale) -> None:
    known = words(locale)
    named = {*re.findall(r"\$([a-z_]+)", template().partition('<template id="words">')[0])}
    asked = {*re.findall(r'"([a-z]+_[a-z_]+)"', SCRIPT)} & {
        name.removesuffix("_one").removesuffix("_other") for name in known
    }
    told = {
        *(f"right_{one}" for one in get_args(Right)),
        *(f"status_{one}" for one in get_args(Status)),
        *(f"reason_{one}" for one in get_args(ReasonCode)),
        *(f"via_{one}" for one in get_args(ReceivedVia)),
        *(f"matrix_{one}" for one in (*get_args(PartState), "late", "holding", "again")),
        *(
            "queue_over",
            "queue_caller",
            "queue_nobody",
            "decision_email",
            "decision_phone",
            "decision_email_phone",
            "page_offline",
            "page_lost",
        ),
    }
    plural = {f"{one}_{form}" for one in asked for form in ("one", "other")} & known.keys()

    assert named - {"locale"} <= known.keys()
    assert told <= known.keys()
    assert known.keys() - named - told - asked - plural == set()
    assert all(known.values())
