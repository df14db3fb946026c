"""A person is erased, through real processes: everywhere, provably, and for good."""

import asyncio

import pytest

from contactflow.erasure.receipts import ReceiptError, verify
from contactflow.events.erasures import PARTICIPANTS
from contactflow.kernel import decode
from contactflow.testing.ai import Calls, ScriptedAI, says
from contactflow.testing.waiting import until
from tests.e2e.erasure.lives import has_called
from tests.e2e.erasure.rights import Known, Officer, a_number, an_address, noted, somebody_known
from tests.e2e.house import House, rows
from tests.e2e.people import Business, Visitor, a_business, post

OF_A_CALLER = (
    "SELECT count(*) FROM calls WHERE subject_id = $1",
    "SELECT count(*) FROM subject_identities WHERE subject_id = $1",
    "SELECT count(*) FROM subjects WHERE id = $1",
)


async def test_by_an_address_the_person_goes_from_every_service(
    house: House, business: Business, officer: Officer
) -> None:
    known = await somebody_known(business, an_address(), name="Ada", email=an_address())

    ended = await officer.erase(known.email)

    states = {one["name"]: one["state"] for one in ended["participants"]}
    assert states == dict.fromkeys(PARTICIPANTS, "verified")
    assert ended["identifiers"] == []
    conversation_id = known.visitor.conversation_id
    for path in (f"/v1/contacts/{known.contact_id}", f"/v1/conversations/{conversation_id}"):
        assert (await business.http.get(path)).status_code == 404
    for table in ("messages", "participants", "sessions"):
        query = f"SELECT count(*) FROM {table} WHERE conversation_id = $1"
        assert not await rows(house, "chat", query, decode("cnv", conversation_id))


async def test_the_receipt_proves_it_to_whoever_has_the_keys(
    business: Business, officer: Officer
) -> None:
    known = await somebody_known(business, an_address())
    ended = await officer.erase(known.email)

    receipt = await officer.get(ended["id"], "/receipt")
    keys = (await business.http.get("/.well-known/contactflow-keys.json")).json()

    verify(receipt, keys)
    deleted = {one["name"]: one["deleted"] for one in receipt["payload"]["participants"]}
    assert deleted["crm"]["contacts"] == 1
    assert deleted["chat"]["messages"] == 3
    receipt["payload"]["participants"][0]["residue"] = 1
    with pytest.raises(ReceiptError):
        verify(receipt, keys)


async def test_the_erased_session_is_over_and_a_new_one_is_somebody_new(
    house: House, business: Business, officer: Officer
) -> None:
    known = await somebody_known(business, an_address())
    await officer.erase(known.email)

    refused = await known.visitor.write("I am still here")
    anew = await business.visitor()

    assert (refused.status_code, refused.json()["code"]) == (401, "session_ended")
    assert (await anew.messages())[0]["kind"] == "disclosure"
    assert anew.conversation_id != known.visitor.conversation_id
    count = "SELECT count(*) FROM conversations WHERE id = $1"
    assert not await rows(house, "chat", count, decode("cnv", known.visitor.conversation_id))


async def test_staff_cannot_bring_the_person_back_unknowingly(
    business: Business, officer: Officer
) -> None:
    email = an_address()
    await noted(business, email)
    await officer.erase(email)

    refused = await business.http.post("/v1/contacts", json={"emails": [email]})

    assert (refused.status_code, refused.json()["code"]) == (410, "person_erased")


async def test_whoever_writes_meanwhile_leaves_nothing(
    house: House, business: Business, officer: Officer
) -> None:
    known = await somebody_known(business, an_address())

    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(chatter(known.visitor))
        await officer.erase(known.email)
        refusal = await writing

    assert refusal == (401, "session_ended")
    conversation_id = decode("cnv", known.visitor.conversation_id)
    query = "SELECT count(*) FROM messages WHERE conversation_id = $1"
    assert not await rows(house, "chat", query, conversation_id)


async def chatter(visitor: Visitor) -> tuple[int, str]:
    """Write until it is refused."""
    while (answer := await visitor.write("Again")).status_code in {202, 429, 503}:
        await asyncio.sleep(0.05)
    return answer.status_code, answer.json()["code"]


async def test_two_requests_of_one_person_both_end(business: Business, officer: Officer) -> None:
    email = an_address()
    await noted(business, email)
    both = [await officer.asked(email) for _ in range(2)]
    for one in both:
        await officer.until(one["id"], "awaiting_approval")

    await asyncio.gather(*(officer.approve(one["id"]) for one in both))
    ended = [await officer.until(one["id"], "completed") for one in both]

    receipts_ = [await officer.get(one["id"], "/receipt") for one in ended]
    contacts = [
        part["deleted"].get("contacts", 0)
        for one in receipts_
        for part in one["payload"]["participants"]
    ]
    assert sum(contacts) == 1


async def test_a_claim_is_listed_and_stays_without_a_decision(
    business: Business, officer: Officer
) -> None:
    email = an_address()
    await noted(business, email)
    other = await business.visitor(name="Not Ada", email=email)
    await other.write("I only say that this is my address")
    await other.heard("agent")
    await business.contact_of(other)

    request = await officer.asked(email)
    await officer.until(request["id"], "awaiting_approval")
    preview = await officer.get(request["id"], "/preview")
    await officer.approve(request["id"])
    await officer.until(request["id"], "completed")

    assert {one["participant"] for one in preview["claims"]} == {"chat", "crm"}
    assert len(await other.messages()) == 3


async def test_by_one_of_their_numbers_all_that_a_person_is_known_by_is_found(
    house: House, business: Business, officer: Officer
) -> None:
    first, second, email = a_number(), a_number(), an_address()
    known = await somebody_known(business, email, name="Ada")
    path = f"/v1/contacts/{known.contact_id}"
    numbers = {"phones": [first, second]}
    changed = await business.http.patch(path, json=numbers, headers={"If-Match": "*"})
    assert changed.is_success, changed.text
    caller = await has_called(house, business, first)
    before = [await rows(house, "voice", query, caller) for query in OF_A_CALLER]

    await officer.erase(second)

    assert before == [1, 1, 1]
    assert [await rows(house, "voice", query, caller) for query in OF_A_CALLER] == [0, 0, 0]
    assert (await known.visitor.write("Am I gone?")).status_code == 401
    for again in ({"phones": [first]}, {"phones": [second]}, {"emails": [email]}):
        refused = await business.http.post("/v1/contacts", json=again)
        assert (refused.status_code, refused.json()["code"]) == (410, "person_erased")


async def test_who_only_shares_a_number_is_left_alone(business: Business, officer: Officer) -> None:
    number = a_number()
    await post(business.http, "/v1/contacts", {"name": "Ada", "phones": [number]})
    other = await business.visitor(name="Bob", phone=number)
    await other.write("We have one phone at home")
    await other.heard("agent")
    bob = await business.contact_of(other)

    request = await officer.asked(number)
    await officer.until(request["id"], "awaiting_approval")
    claims = (await officer.get(request["id"], "/preview"))["claims"]
    await officer.approve(request["id"])
    await officer.until(request["id"], "completed")

    assert {(one["participant"], *one["kinds"]) for one in claims} == {
        ("chat", "phone"),
        ("crm", "phone"),
    }
    assert (await business.http.get(f"/v1/contacts/{bob}")).json()["name"] == "Bob"
    assert len(await other.messages()) == 3


async def test_a_claim_that_the_officer_includes_goes_too(
    business: Business, officer: Officer
) -> None:
    email = an_address()
    other = await business.visitor(email=email)
    await other.write("That is my address")
    await other.heard("agent")
    await business.contact_of(other)

    request = await officer.asked(email)
    await officer.until(request["id"], "awaiting_approval")
    claims = (await officer.get(request["id"], "/preview"))["claims"]
    await officer.approve(request["id"], *(one["id"] for one in claims))
    await officer.until(request["id"], "completed")

    assert (await other.write("Still there?")).status_code == 401


async def test_a_person_who_asks_in_words_is_heard(
    business: Business, officer: Officer, ai: ScriptedAI
) -> None:
    ai.plan(Calls("open_privacy_request", '{"right": "erasure"}'))
    visitor = await business.visitor()

    await visitor.write("Please delete everything that you have on me.")
    await visitor.heard("system", 2)
    request = await until(lambda: from_chat(officer), longest=30)
    assert request is not None
    await officer.attest(request["id"])
    await officer.until(request["id"], "awaiting_approval")
    await officer.approve(request["id"])
    await officer.until(request["id"], "completed")

    assert (await visitor.write("Am I gone?")).status_code == 401


async def from_chat(officer: Officer) -> dict[str, str] | None:
    listed = (await officer.http.get("/v1/rights-requests")).raise_for_status().json()["data"]
    return next((one for one in listed if one["received_via"] == "chat"), None)


async def test_a_restricted_person_is_heard_and_not_processed(
    house: House, business: Business, officer: Officer, ai: ScriptedAI
) -> None:
    ai.plan(says("The first answer."))
    known = await somebody_known(business, an_address())
    request = await officer.taken_in(known.email, restrict=True)
    await until(lambda: restricted(business, known.contact_id), longest=30)
    await officer.attest(request["id"])
    await officer.until(request["id"], "awaiting_approval")
    await until(lambda: is_restricted(house, known), longest=30)

    asked = len(ai.requests)
    await known.visitor.write("Do you still answer?")
    await known.visitor.heard("system", 2)

    assert len(ai.requests) == asked
    stored = [one["text"] for one in await known.visitor.messages()]
    assert "Do you still answer?" in stored


async def is_restricted(house: House, known: Known) -> bool:
    """In chat, where only a visitor is known of them."""
    query = """SELECT count(*) FROM subjects WHERE restricted_at IS NOT NULL
               AND id IN (SELECT subject_id FROM participants WHERE conversation_id = $1)"""
    return bool(await rows(house, "chat", query, decode("cnv", known.visitor.conversation_id)))


async def restricted(business: Business, contact_id: str) -> bool:
    found = (await business.http.get(f"/v1/contacts/{contact_id}")).json()
    return bool(found["restricted"])


async def test_somebody_of_another_workspace_sees_and_does_nothing(
    house: House, business: Business, officer: Officer
) -> None:
    email = an_address()
    await noted(business, email)
    request = await officer.asked(email)
    await officer.until(request["id"], "awaiting_approval")

    async with a_business(house.gateway) as other:
        path = f"/v1/rights-requests/{request['id']}"
        answers = [
            await other.http.get(path),
            await other.http.get(f"{path}/preview"),
            await other.http.post(f"{path}/approve", json={}),
        ]
        elsewhere = await Officer(other.http).erase(email)

    assert [one.status_code for one in answers] == [404, 404, 404]
    counts = [one["counts"] for one in elsewhere["participants"]]
    assert not any(sum(one.values()) for one in counts)
    assert (await officer.get(request["id"]))["status"] == "awaiting_approval"
