"""A transcript that grows while it is read."""

from typing import Any

import httpx
import pytest

from tools.phone.transcript import Transcript

MINE, OTHER = "+33199000001", "+33199000002"


class Record:
    """Answers as the API does; with each look at the call one more turn has been stored."""

    def __init__(self, turns: int = 2) -> None:
        self.turns = turns
        self.looks = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/v1/calls":
                other = {"id": "call_2", "to": OTHER, "status": "in_progress"}
                before = {"id": "call_0", "to": MINE, "status": "completed"}
                known = [other, before, self.call("in_progress")]
                return httpx.Response(200, json={"data": known})
            case "/v1/calls/call_1":
                self.looks += 1
                status = "completed" if self.looks >= self.turns else "in_progress"
                return httpx.Response(200, json=self.call(status))
            case "/v1/calls/call_1/transcript":
                stored = [{"seq": n, "text": f"Turn {n}"} for n in range(1, self.looks + 1)]
                return httpx.Response(200, json={"data": stored[: self.turns]})
            case _:
                return httpx.Response(403)

    def call(self, status: str) -> dict[str, Any]:
        return {"id": "call_1", "to": MINE, "status": status}


def reading(http: httpx.AsyncClient, number: str = MINE) -> Transcript:
    return Transcript(http, number, frozenset({"call_0"}), pause=0.01, patience=0.1)


async def test_each_turn_comes_once_until_the_record_is_closed() -> None:
    transport = httpx.MockTransport(Record(turns=3).answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        told = [one["text"] async for one in reading(http).follow(lambda: False)]

    assert told == ["Turn 1", "Turn 2", "Turn 3"]


async def test_a_record_that_does_not_come_is_not_waited_for_after_the_call() -> None:
    over = iter([False, False, False])
    transport = httpx.MockTransport(Record().answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        nobody = reading(http, "+33199000003").follow(lambda: next(over, True))
        told = [one async for one in nobody]

    assert told == []
    assert next(over, None) is None


async def test_a_key_that_may_not_read_it_is_an_error() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(403))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        with pytest.raises(httpx.HTTPStatusError):
            [one async for one in reading(http).follow(lambda: True)]
