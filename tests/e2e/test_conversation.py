"""A conversation, from a visitor's page to the contact's timeline, through real processes."""

from contactflow.kernel import decode, new_id
from contactflow.testing.ai import Refuses, ScriptedAI, says
from contactflow.testing.waiting import until
from tests.e2e.house import House, rows
from tests.e2e.people import Business, Json, a_business

RETIRED = "SELECT count(*) FROM deleted_agents WHERE agent_id = $1"


async def test_a_visitor_is_answered_and_arrives_on_the_timeline(
    business: Business, ai: ScriptedAI
) -> None:
    ai.plan(says("We open at 9:30."))
    visitor = await business.visitor(name="Ada", email="ada@example.com")

    await visitor.write("When do you open?")
    await visitor.heard("agent")
    [disclosure, question, answer] = await visitor.messages()

    assert (disclosure["kind"], disclosure["seq"]) == ("disclosure", 1)
    assert (question["author"], question["text"]) == ("visitor", "When do you open?")
    assert (answer["author"], answer["text"]) == ("agent", "We open at 9:30.")
    contact_id = await business.contact_of(visitor)
    [item] = await until(lambda: counted(business, contact_id, 3), longest=30)
    assert (item["kind"], item["channel"]) == ("conversation", "web")
    assert [one["text"] for one in item["content"]["messages"]][1:] == [
        "When do you open?",
        "We open at 9:30.",
    ]
    contact = (await business.http.get(f"/v1/contacts/{contact_id}")).json()
    assert (contact["name"], contact["emails"][0]["value"]) == ("Ada", "ada@example.com")


async def counted(business: Business, contact_id: str, messages: int) -> list[Json]:
    items = await business.timeline(contact_id)
    return items if items and items[0]["counts"]["messages"] >= messages else []


async def test_a_message_sent_three_times_is_stored_once(business: Business) -> None:
    visitor, same = await business.visitor(), str(new_id())

    sent = [(await visitor.write("Hello", same)).json() for _ in range(3)]

    assert sent[0]["message"]["id"] == sent[1]["message"]["id"] == sent[2]["message"]["id"]
    await visitor.heard("agent")
    assert [one["author"] for one in await visitor.messages()] == ["system", "visitor", "agent"]


async def test_a_stream_goes_on_where_it_was(business: Business, ai: ScriptedAI) -> None:
    ai.plan(says("First."), says("Second."))
    visitor = await business.visitor()
    await visitor.write("One")
    await visitor.heard("agent")
    await visitor.write("Two")
    await visitor.heard("agent", 2)

    seen = []
    async for message in visitor.stream(last_event_id=2):
        seen.append(message["seq"])
        if len(seen) == 3:
            break

    assert seen == [3, 4, 5]


async def test_after_a_human_took_over_the_ai_is_silent(business: Business, ai: ScriptedAI) -> None:
    ai.plan(says("A long answer that nobody wants any more.", pause=0.3))
    visitor = await business.visitor()
    await visitor.write("Hello")
    await until(lambda: ai.requests)

    replied = await business.http.post(
        f"/v1/conversations/{visitor.conversation_id}/messages", json={"text": "Nora here."}
    )
    await visitor.write("Thank you")

    assert replied.status_code == 201, replied.text
    assert (await business.conversation(visitor.conversation_id))["status"] == "handed_off"
    authors = [one["author"] for one in await visitor.messages()]
    assert "agent" not in authors[authors.index("staff") :]


async def test_when_the_model_fails_a_human_is_called_and_the_visitor_is_told(
    business: Business, ai: ScriptedAI
) -> None:
    ai.otherwise = Refuses(500)
    visitor = await business.visitor(locale="fr")

    await visitor.write("Bonjour")
    await visitor.heard("system", 2)
    said = await visitor.messages()

    assert (await business.conversation(visitor.conversation_id))["status"] == "handed_off"
    assert [one["author"] for one in said].count("visitor") == 1
    assert len(said) == 3


async def test_after_an_agent_was_deleted_its_visitors_wait_for_a_human(
    house: House, business: Business, ai: ScriptedAI
) -> None:
    ai.plan(says("We open at 9:30."))
    visitor = await business.visitor()
    await visitor.write("When do you open?")
    await visitor.heard("agent")

    gone = await business.http.delete(f"/v1/agents/{business.agent['id']}")
    wanted = {"kind": "web", "name": "Site", "agent_id": business.agent["id"]}
    refused = await business.http.post("/v1/channels", json=wanted | {"allowed_origins": []})
    await until(lambda: rows(house, "chat", RETIRED, decode("agt", business.agent["id"])))
    await visitor.write("And on Sundays?")
    await visitor.heard("system", 2)

    assert gone.status_code == 204
    assert (refused.status_code, refused.json()["code"]) == (422, "agent_not_published")
    assert (await business.conversation(visitor.conversation_id))["status"] == "handed_off"
    authors = [one["author"] for one in await visitor.messages()]
    assert authors == ["system", "visitor", "agent", "visitor", "system"]


async def test_two_visitors_who_type_the_same_address_are_two_contacts(business: Business) -> None:
    first = await business.visitor(email="shared@example.com")
    second = await business.visitor(email="shared@example.com")
    for visitor in (first, second):
        await visitor.write("Hello")
        await visitor.heard("agent")

    assert await business.contact_of(first) != await business.contact_of(second)


async def test_a_killed_worker_is_replaced_without_a_loss(house: House, business: Business) -> None:
    visitor = await business.visitor()
    house.kill("crm-worker")
    await visitor.write("Is anybody there?")
    await visitor.heard("agent")

    await house.start("crm", "worker")

    contact_id = await business.contact_of(visitor)
    [item] = await until(lambda: counted(business, contact_id, 3), longest=30)
    assert item["counts"]["messages"] == 3


async def test_another_business_sees_nothing_of_it(house: House, business: Business) -> None:
    visitor = await business.visitor()
    await visitor.write("Hello")
    await visitor.heard("agent")

    async with a_business(house.gateway) as other:
        seen = await other.http.get(f"/v1/conversations/{visitor.conversation_id}")
        listed = await other.http.get("/v1/conversations")

    assert seen.status_code == 404
    assert listed.json()["data"] == []
