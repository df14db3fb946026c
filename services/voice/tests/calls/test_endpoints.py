"""Calls over HTTP, on real PostgreSQL."""

from typing import Any

from httpx import AsyncClient

from contactflow.kernel import encode
from contactflow.testing.tokens import Callers
from contactflow.web import Principal
from services.voice.tests.kept import CALLER, SAID, kept
from services.voice.tests.switchboard import NUMBER, Switchboard


async def read(switchboard: Switchboard, path: str) -> Any:
    answer = await switchboard.http.get(path, headers=switchboard.staff)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_call_is_shown_as_the_api_says(switchboard: Switchboard) -> None:
    call = await kept(switchboard)

    shown = await read(switchboard, f"/v1/calls/{encode('call', call.id)}")

    assert (shown["from"], shown["to"], shown["duration_s"]) == (CALLER, NUMBER, 60)
    assert (shown["status"], shown["ended_by"]) == ("completed", "agent")
    assert shown["disclosure"] == {
        "locale": "en",
        "at": "2026-11-21T12:00:00.120000Z",
        "wording_id": "disclosure.en.1",
        "confirmed": True,
    }
    agreed = shown["recording"]
    assert agreed.pop("consent_at").startswith("2026-11-21T12:00:0")
    assert agreed.pop("withdrawn_at").startswith("2026-11-21T12:00:3")
    assert agreed == {
        "policy": "consent",
        "consent": "granted",
        "consent_by": "key",
        "wording_id": "consent/en/2",
        "available": True,
    }
    assert shown["minor_reported_at"] is None
    assert shown["latency"] == {"turns": 1, "p50_ms": 4, "p95_ms": 5}
    assert shown["missing"] == []


async def test_calls_are_listed_newest_first_by_what_is_asked(switchboard: Switchboard) -> None:
    first, second = await kept(switchboard), await kept(switchboard, None)

    listed = (await read(switchboard, "/v1/calls?status=completed&direction=inbound"))["data"]
    none = (await read(switchboard, "/v1/calls?status=ringing"))["data"]

    assert [one["id"] for one in listed] == [encode("call", one.id) for one in (second, first)]
    assert [one["from"] for one in listed] == [None, CALLER]
    assert none == []


async def test_calls_are_listed_that_started_after_a_time(switchboard: Switchboard) -> None:
    call = await kept(switchboard)
    started_at = (await read(switchboard, f"/v1/calls/{encode('call', call.id)}"))["started_at"]

    since = (await read(switchboard, "/v1/calls?created_after=2020-01-01T00:00:00Z"))["data"]
    after = (await read(switchboard, f"/v1/calls?created_after={started_at}"))["data"]

    assert [one["id"] for one in since] == [encode("call", call.id)]
    assert after == []


async def test_a_transcript_says_who_said_what_when(switchboard: Switchboard) -> None:
    call = await kept(switchboard)

    [turn] = (await read(switchboard, f"/v1/calls/{encode('call', call.id)}/transcript"))["data"]

    assert (turn["speaker"], turn["text"]) == ("caller", SAID)
    assert turn["ended_at"] == "2026-11-21T12:00:05.500000Z"


async def test_a_summary_has_the_follow_ups(switchboard: Switchboard) -> None:
    call = await kept(switchboard)

    summary = await read(switchboard, f"/v1/calls/{encode('call', call.id)}/summary")

    assert (summary["intent"], summary["summary"]) == ("question", "Asked for Sundays.")
    assert [one["text"] for one in summary["follow_ups"]] == ["Call me back."]


async def test_crm_is_told_who_called_and_what_became_of_it(
    http: AsyncClient, switchboard: Switchboard, callers: Callers
) -> None:
    call, withheld = await kept(switchboard), await kept(switchboard, None)
    crm = callers.headers(Principal.service("crm", switchboard.workspace_id))

    known = await http.get(f"/internal/callers/{call.subject_id}", headers=crm)
    nobody = await http.get(f"/internal/callers/{withheld.subject_id}", headers=crm)
    asked = {"call_ids": [str(call.id)]}
    told = await http.post("/internal/calls/contents", json=asked, headers=crm)

    assert known.json()["identities"] == [{"kind": "phone", "value": CALLER}]
    assert nobody.json()["identities"] == []
    [content] = told.json()["calls"]
    assert (content["duration_s"], content["summary"]) == (60, "Asked for Sundays.")
