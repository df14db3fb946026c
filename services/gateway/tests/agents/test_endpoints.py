import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from contactflow.kernel import decode
from contactflow.testing.database import Engines
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from services.gateway.tests.people import Browser, signed_up

AGENT: dict[str, Any] = {"name": "Front desk", "prompt": "You answer for Blue Bakery."}


async def drafted(ada: Browser, **said: Any) -> Response:
    answer = await ada.send("POST", "/v1/agents", json=AGENT | said)
    assert answer.status_code == 201, answer.text
    return answer


async def test_an_agent_begins_as_a_draft(ada: Browser) -> None:
    answer = await drafted(ada, languages=["en", "fr"], greeting="Hello!")

    said = answer.json()
    assert (said["status"], said["version"]) == ("draft", None)
    assert said["languages"] == ["en", "fr"]
    assert said["channels"] == ["web"]
    assert answer.headers["etag"] == '"1"'
    read = await ada.send("GET", answer.headers["location"])
    assert (read.json(), read.headers["etag"]) == (said, '"1"')


async def test_what_was_published_never_changes(ada: Browser, callers: Callers) -> None:
    url = (await drafted(ada)).headers["location"]
    first = await ada.send("POST", f"{url}/publish")
    patched = await ada.send(
        "PATCH", url, json={"prompt": "New."}, headers={"If-Match": first.headers["etag"]}
    )
    second = await ada.send("POST", f"{url}/publish")

    assert (first.json()["status"], first.json()["version"]) == ("published", 1)
    assert (patched.json()["status"], patched.json()["version"]) == ("draft", 1)
    assert (second.json()["status"], second.json()["version"]) == ("published", 2)
    assert (await version(ada, callers, url, 1)).json()["prompt"] == AGENT["prompt"]
    assert (await version(ada, callers, url, 2)).json()["prompt"] == "New."
    assert (await version(ada, callers, url, 3)).status_code == 404


async def version(ada: Browser, callers: Callers, url: str, number: int) -> Response:
    """As chat asks for it."""
    workspace_id, agent_id = decode("ws", ada.workspace["id"]), decode("agt", url[11:])
    headers = callers.headers(Principal.service("chat", workspace_id))
    return await ada.http.get(f"/internal/agents/{agent_id}/versions/{number}", headers=headers)


async def test_a_version_says_all_that_chat_keeps(ada: Browser, callers: Callers) -> None:
    url = (await drafted(ada)).headers["location"]
    await ada.send("POST", f"{url}/publish")

    said = (await version(ada, callers, url, 1)).json()

    assert said == {
        "agent_id": str(decode("agt", url[11:])),
        "version": 1,
        "name": "Front desk",
        "prompt": "You answer for Blue Bakery.",
        "languages": ["en"],
        "channels": ["web"],
        "directions": ["inbound"],
        "mode": "autonomous",
        "greeting": None,
        "voice": None,
        "tools": ["handover_to_human"],
    }


async def test_internal_routes_are_for_services(ada: Browser) -> None:
    url = (await drafted(ada)).headers["location"]
    path = f"/internal/agents/{decode('agt', url[11:])}/versions/1"

    assert (await ada.send("GET", path)).status_code == 401


async def test_publishing_the_same_again_is_no_new_version(ada: Browser, engines: Engines) -> None:
    url = (await drafted(ada)).headers["location"]

    answers = await asyncio.gather(*(ada.send("POST", f"{url}/publish") for _ in range(10)))

    assert {(one.status_code, one.json()["version"]) for one in answers} == {(200, 1)}
    async with engines.system.connect() as connection:
        told = text("SELECT body FROM outbox WHERE key = :id AND type = 'agent.published'")
        events = (await connection.execute(told, {"id": decode("agt", url[11:])})).all()
    assert [one.body["agent_version"] for one in events] == [1]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"channels": ["web", "whatsapp"]}, "/channels/1"),
        ({"directions": ["outbound"]}, "/directions/0"),
        ({"mode": "assist"}, "/mode"),
    ],
)
async def test_what_is_not_built_is_not_available(
    ada: Browser, said: dict[str, Any], pointer: str
) -> None:
    answer = await ada.send("POST", "/v1/agents", json=AGENT | said)

    assert (answer.status_code, answer.json()["code"]) == (422, "not_available")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("field", ["name", "prompt", "greeting"])
async def test_what_an_agent_is_and_says_is_not_blank(ada: Browser, field: str) -> None:
    url = (await drafted(ada)).headers["location"]

    answers = [
        await ada.send("POST", "/v1/agents", json=AGENT | {field: " \n"}),
        await ada.send("PATCH", url, json={field: " \n"}, headers={"If-Match": '"1"'}),
    ]

    told = [(one.status_code, one.json()["errors"][0]["pointer"]) for one in answers]
    assert told == [(422, f"/{field}")] * 2


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "precondition_required"),
        ({"If-Match": '"7"'}, 412, "stale"),
        ({"If-Match": 'W/"1"'}, 412, "stale"),
        ({"If-Match": '"7", "1"'}, 200, None),
        ({"If-Match": "1"}, 422, "invalid_if_match"),
        ({"If-Match": '"1"'}, 200, None),
        ({"If-Match": "*"}, 200, None),
    ],
)
async def test_a_change_is_based_on_what_was_read(
    ada: Browser, headers: dict[str, str], status: int, code: str | None
) -> None:
    url = (await drafted(ada)).headers["location"]

    answer = await ada.send("PATCH", url, json={"name": "Reception"}, headers=headers)

    assert (answer.status_code, answer.json().get("code")) == (status, code)


async def test_a_change_says_only_what_is_new(ada: Browser) -> None:
    url = (await drafted(ada, greeting="Hello!")).headers["location"]

    answer = await ada.send("PATCH", url, json={"greeting": None}, headers={"If-Match": '"1"'})

    assert (answer.json()["greeting"], answer.json()["prompt"]) == (None, AGENT["prompt"])
    same = await ada.send("PATCH", url, json={"greeting": None}, headers={"If-Match": '"2"'})
    assert same.headers["etag"] == '"2"'


async def test_a_deleted_agent_is_gone_with_its_versions(ada: Browser, callers: Callers) -> None:
    url = (await drafted(ada)).headers["location"]
    await ada.send("POST", f"{url}/publish")

    stale = await ada.send("DELETE", url, headers={"If-Match": '"1"'})
    gone = await ada.send("DELETE", url)

    assert (stale.status_code, gone.status_code) == (412, 204)
    assert (await ada.send("GET", url)).status_code == 404
    assert (await version(ada, callers, url, 1)).status_code == 404


async def test_a_deletion_is_told_with_it_and_after_the_publication(
    ada: Browser, engines: Engines
) -> None:
    url = (await drafted(ada)).headers["location"]
    await ada.send("POST", f"{url}/publish")

    refused = await ada.send("DELETE", url, headers={"If-Match": '"1"'})
    before = await told(engines, url)
    await ada.send("DELETE", url)

    assert refused.status_code == 412
    assert [one.type for one in before] == ["agent.published"]
    published, deleted = await told(engines, url)
    assert (published.type, deleted.type) == ("agent.published", "agent.deleted")
    assert deleted.body == {"agent_id": str(decode("agt", url[11:]))}
    assert deleted.aggregate_version > published.aggregate_version
    assert (deleted.topic, deleted.key) == (published.topic, published.key)


async def told(engines: Engines, url: str) -> list[Any]:
    """What others will hear of the agent, in order."""
    said = text("SELECT * FROM outbox WHERE key = :id ORDER BY horizon, position")
    async with engines.system.connect() as connection:
        return [*(await connection.execute(said, {"id": decode("agt", url[11:])}))]


async def test_agents_of_others_are_not_there(http: AsyncClient, ada: Browser) -> None:
    url = (await drafted(ada)).headers["location"]
    eve = await signed_up(http)

    answers = [
        await eve.send("GET", url),
        await eve.send("PATCH", url, json={"name": "X"}, headers={"If-Match": '"1"'}),
        await eve.send("POST", f"{url}/publish"),
        await eve.send("DELETE", url),
    ]

    assert {one.status_code for one in answers} == {404}
    assert (await eve.send("GET", "/v1/agents")).json()["data"] == []
