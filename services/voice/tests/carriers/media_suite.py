"""What every carrier's media socket has to do, over a real one on loopback."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
import websockets
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from contactflow.testing.serving import serving
from contactflow.testing.waiting import until
from contactflow.voice import g711
from contactflow.voice.carriers.media import MOST_BAD, MOST_MU_LAW, STARTS_S, MediaSocket
from contactflow.voice.session.ports import FRAME_BYTES, Heard, Key, LineDroppedError, Played, Voice

FRAME = bytes(range(160))
"""20 ms of mu-law."""


def media(audio: bytes, **more: Any) -> dict[str, Any]:
    payload = base64.b64encode(audio).decode()
    return {"event": "media", "media": {"payload": payload, **more}}


@dataclass
class Talk:
    """Both ends of a socket. `ended` is how ours ended: `hung up`, or an error."""

    carrier: websockets.ClientConnection
    heard: list[Heard] = field(default_factory=list)
    ours: MediaSocket | None = None
    ended: str = ""

    async def tell(self, *messages: Any) -> None:
        for message in messages:
            is_raw = isinstance(message, str | bytes)
            await self.carrier.send(message if is_raw else json.dumps(message))

    async def told(self) -> Any:
        async with asyncio.timeout(5):
            return json.loads(await self.carrier.recv())

    async def line(self) -> MediaSocket:
        await until(lambda: self.ours is not None)
        assert self.ours
        return self.ours

    async def end(self) -> str:
        await until(lambda: self.ended != "")
        return self.ended

    async def serve(self, kind: type[MediaSocket], socket: WebSocket) -> None:
        try:
            self.ours = await kind.open(socket)
            async for heard in self.ours.hear():
                self.heard.append(heard)
        except Exception as error:  # noqa: BLE001  the test looks at it
            self.ended = f"{type(error).__name__} {error}".strip()
        else:
            self.ended = "hung up"


@asynccontextmanager
async def talking(kind: type[MediaSocket]) -> AsyncIterator[Talk]:
    talk: asyncio.Future[Talk] = asyncio.get_running_loop().create_future()

    async def answer(socket: WebSocket) -> None:
        await socket.accept()
        await (await talk).serve(kind, socket)

    async with serving(Starlette(routes=[WebSocketRoute("/media", answer)])) as url:
        at = f"{url.replace('http', 'ws')}/media"
        async with websockets.connect(at, compression=None) as carrier:
            talk.set_result(Talk(carrier))
            yield talk.result()


class MediaSuite:
    """`START` is the carrier's first message of substance, `ENVELOPE` goes with all of ours."""

    KIND: ClassVar[type[MediaSocket]]
    CALL: ClassVar[str]
    START: ClassVar[dict[str, Any]]
    ENVELOPE: ClassVar[Mapping[str, str]]

    @pytest.fixture
    async def talk(self) -> AsyncIterator[Talk]:
        async with talking(self.KIND) as talk:
            yield talk

    async def connect(self, talk: Talk) -> MediaSocket:
        await talk.tell({"event": "connected", "version": "1.0.0"}, self.START)
        return await talk.line()

    async def test_it_knows_which_call_it_carries(self, talk: Talk) -> None:
        line = await self.connect(talk)

        assert line.call_id == self.CALL

    async def test_it_hears_voice_keys_marks_and_the_end(self, talk: Talk) -> None:
        await self.connect(talk)
        await talk.tell(
            media(FRAME, track="inbound"),
            {"event": "dtmf", "dtmf": {"digit": "#"}},
            {"event": "mark", "mark": {"name": "u1"}},
            {"event": "stop", "stop": {}},
        )

        assert await talk.end() == "hung up"
        assert talk.heard == [Voice(g711.decode(FRAME)), Key("#"), Played("u1")]

    async def test_frames_of_any_size_are_cut_into_20_ms(self, talk: Talk) -> None:
        await self.connect(talk)
        await talk.tell(media(FRAME[:100]), media(FRAME[100:] + FRAME + b"rest"), {"event": "stop"})

        assert await talk.end() == "hung up"
        assert talk.heard == [Voice(g711.decode(FRAME))] * 2

    async def test_what_it_played_itself_is_not_heard(self, talk: Talk) -> None:
        await self.connect(talk)
        await talk.tell(media(FRAME, track="outbound"), {"event": "stop"})

        assert await talk.end() == "hung up"
        assert talk.heard == []

    async def test_it_plays_marks_and_clears(self, talk: Talk) -> None:
        line = await self.connect(talk)
        await line.play(g711.decode(FRAME))
        await line.mark("u1")
        await line.clear()

        played, mark, clear = [await talk.told() for _ in range(3)]
        assert g711.decode(base64.b64decode(played["media"]["payload"])) == g711.decode(FRAME)
        assert mark == {"event": "mark", "mark": {"name": "u1"}, **self.ENVELOPE}
        assert clear == {"event": "clear", **self.ENVELOPE}

    @pytest.mark.parametrize(
        "first",
        [
            "\x00",
            "{}",
            b"\xff\xfe",
            {"event": "media", "media": {"payload": ""}},
            {"event": "stop"},
            {"event": "start"},
        ],
    )
    async def test_whoever_does_not_start_is_refused(self, talk: Talk, first: Any) -> None:
        await talk.tell(first)

        assert await talk.end() == "LineRefusedError not_the_protocol"

    async def test_whoever_never_starts_is_refused(self, talk: Talk) -> None:
        await talk.tell(*[{"event": "connected"}] * 3)

        assert await talk.end() == "LineRefusedError start_expected"

    async def test_whoever_says_nothing_is_refused_in_time(self, talk: Talk) -> None:
        await talk.tell({"event": "connected"})

        ended = await until(lambda: talk.ended, longest=2 * STARTS_S)
        assert ended == "LineRefusedError start_expected"

    @pytest.mark.parametrize(
        "garbage",
        [
            "What are your opening hours?",
            b"\xff" * 160,
            "null",
            {"event": "media", "media": {"payload": "no base 64"}},
            {"event": "media", "media": {"payload": "\u00e9"}},
            media(bytes(2 * MOST_MU_LAW)),
            {"event": "dtmf", "dtmf": {"digit": "12"}},
            {"event": "mark", "mark": {"name": "x" * 1000}},
            {"event": "start"},
        ],
        ids=["text", "bytes", "null", "base64", "ascii", "oversized", "key", "mark", "again"],
    )
    async def test_some_garbage_is_passed_over_much_ends_it(self, talk: Talk, garbage: Any) -> None:
        await self.connect(talk)
        await talk.tell(*[garbage] * MOST_BAD, media(FRAME))
        await until(lambda: talk.heard)

        assert not talk.ended
        await talk.tell(garbage, garbage)
        assert await talk.end() == "LineRefusedError not_the_protocol"

    async def test_a_message_of_a_new_kind_now_and_then_ends_no_call(self, talk: Talk) -> None:
        await self.connect(talk)
        await talk.tell(*[{"event": "news"}, media(FRAME)] * 2 * MOST_BAD)
        await until(lambda: len(talk.heard) == 2 * MOST_BAD)

        assert not talk.ended

    async def test_a_socket_that_drops_is_no_hang_up(self, talk: Talk) -> None:
        line = await self.connect(talk)
        talk.carrier.transport.abort()

        assert await talk.end() == "LineDroppedError"
        with pytest.raises(LineDroppedError):
            await line.play(bytes(FRAME_BYTES))
        await line.aclose()
