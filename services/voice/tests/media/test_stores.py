"""What a live call keeps, through the session's ports, on real PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from contactflow.kernel import encode
from contactflow.persistence import Work
from contactflow.testing.clock import NOON
from contactflow.voice.calls.evidence import Ending
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.media.stores import NOTHING, Stores, evidence
from contactflow.voice.session.consent import Agreed
from contactflow.voice.session.disclosure import Disclosed
from contactflow.voice.session.evidence import Proof
from contactflow.voice.session.ports import CallerGoneError, Latency, Turn
from services.voice.tests.kept import CALLER, answered
from services.voice.tests.switchboard import Switchboard

TOLD = Disclosed("disclosure/en/1", "en", began_ms=20, played_ms=1900, confirmed=True)
PROOF = Proof(TOLD, Agreed("granted", "key", 2500), None)
TURN = Turn(2, "agent", "Until five.", 9000, 9900, interrupted=False, latency=Latency(total=430.4))


async def stores(switchboard: Switchboard, caller: str | None = CALLER) -> tuple[Stores, str]:
    """Of a call that is going on."""
    call = await answered(switchboard, caller)
    kept = Stores(switchboard.works, lambda: NOON, switchboard.workspace_id, call.id)
    return kept, encode("call", call.id)


async def shown_of(switchboard: Switchboard, call: str) -> Any:
    """As the API shows it."""
    return (await switchboard.http.get(f"/v1/calls/{call}", headers=switchboard.staff)).json()


async def test_a_call_leaves_what_it_told(switchboard: Switchboard) -> None:
    kept, call = await stores(switchboard)

    await kept.note(PROOF)
    await kept.add(TURN)
    await kept.add(TURN)
    await kept.end(Ending("caller"))

    http, staff = switchboard.http, switchboard.staff
    shown = await shown_of(switchboard, call)
    said = (await http.get(f"/v1/calls/{call}/transcript", headers=staff)).json()
    assert shown["disclosure"]["wording_id"] == "disclosure/en/1"
    assert shown["recording"]["consent"] == "granted"
    assert shown["latency"] == {"turns": 1, "p50_ms": 430, "p95_ms": 430}
    assert [one["text"] for one in said["data"]] == ["Until five."]


async def test_a_caller_hears_when_they_asked_for_something_and_not_in_which_words(
    switchboard: Switchboard,
) -> None:
    first, _ = await stores(switchboard)
    await first.request_callback("About the cake.", datetime(2026, 11, 22, 9))  # noqa: DTZ001  as a model may say it
    await first.request_callback("And the tea.", datetime(2026, 11, 22, 9, tzinfo=UTC))
    await first.take_message("It is for Ada.")

    again, other = [(await stores(switchboard, who))[0] for who in (CALLER, None)]

    assert (await again.look_up()).splitlines() == [
        "message of 2026-11-21",
        "callback of 2026-11-21, for 2026-11-22 09:00 UTC",
        "callback of 2026-11-21",
    ]
    assert await other.look_up() == NOTHING


async def test_who_restricts_their_data_is_not_told_of_it(switchboard: Switchboard) -> None:
    kept, _ = await stores(switchboard)
    await kept.take_message("It is for Ada.")

    async def restrict(work: Work) -> None:
        for person in [(await SqlCalls(work).get(kept._call_id)).person]:
            person.restricted_at = NOON

    await switchboard.works.run(switchboard.workspace_id, restrict)

    assert await kept.look_up() == NOTHING


async def test_who_was_erased_is_gone(switchboard: Switchboard) -> None:
    kept, _ = await stores(switchboard)

    async def erase(work: Work) -> None:
        calls = SqlCalls(work)
        await calls.people.remove((await calls.get(kept._call_id)).person)

    await switchboard.works.run(switchboard.workspace_id, erase)

    for telling in (
        partial(kept.add, TURN),
        partial(kept.note, PROOF),
        partial(kept.take_message, "Hello."),
        partial(kept.end, Ending("caller")),
    ):
        with pytest.raises(CallerGoneError):
            await telling()


async def test_of_a_disclosure_that_was_not_heard_out_the_api_says_so(
    switchboard: Switchboard,
) -> None:
    kept, call = await stores(switchboard)
    part = replace(TOLD, played_ms=400, confirmed=False)

    await kept.end(Ending("caller", evidence(Proof(part, Agreed(), None))))

    shown = await shown_of(switchboard, call)
    assert (shown["disclosure"]["wording_id"], shown["disclosure"]["confirmed"]) == (
        "disclosure/en/1",
        False,
    )


async def test_a_hand_over_is_shown_before_the_call_is_over(switchboard: Switchboard) -> None:
    kept, call = await stores(switchboard)

    await kept.note(Proof(TOLD, Agreed(), None, handed_over=True))

    shown = await shown_of(switchboard, call)
    assert (shown["outcome"], shown["ended_at"]) == ("handed_over", None)


async def test_a_minor_who_was_reported_is_shown_as_one(switchboard: Switchboard) -> None:
    kept, call = await stores(switchboard)

    await kept.note(Proof(TOLD, Agreed(), 2_500))

    assert (await shown_of(switchboard, call))["minor_reported_at"] == "2026-11-21T12:00:02.500000Z"
