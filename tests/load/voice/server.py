"""python -m tests.load.voice.server ours|plain|local AI_URL: carries calls, a line for each."""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Final, NamedTuple

import uvloop
from livekit.agents import inference
from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from contactflow.testing.serving import serving
from contactflow.voice.carriers.twilio.media import TwilioAudio
from contactflow.voice.media.carrying import QUIET_S
from contactflow.voice.media.warming import Warming
from contactflow.voice.session.agent import Ai, Models, Timing, agent_session
from contactflow.voice.session.call import Call
from contactflow.voice.session.inline import InlineExecutor
from contactflow.voice.session.ports import CallAudio, Latency
from contactflow.voice.session.terms import Around, Terms
from services.voice.tests.session.house import Kept, phrases
from tests.load.voice.plain import plain_call
from tools.local_ai.receptionist import ENGLISH
from tools.local_ai.weights import NAME

SCRIPTED: Final = Ai(Models("scripted"), "Be brief.")
LOCAL: Final = Ai(Models(NAME, temperature=0.0), ENGLISH, "(Today is Thursday.)")
SLOW: Final = Timing(model_s=60.0, not_understood_s=60.0)

log = logging.getLogger(__name__)


class Carried(NamedTuple):
    """A call that is over."""

    latencies: list[Latency]
    is_whole: bool = True


class Forgetful(Kept):
    """Keeps no recordings: what a call takes of the memory is measured."""

    async def write(self, _: bytes) -> None:
        """Dropped."""


async def our_call(audio: CallAudio, client: AsyncOpenAI, *, terms: Terms) -> Carried:
    """As the media process carries it."""
    kept = Forgetful()
    hearing = inference.VAD(executor=InlineExecutor(), min_silence_duration=QUIET_S)
    around = Around(kept, kept, kept, kept, kept, client, hearing)
    record = await Call(audio, terms, around).run()
    is_whole = record.ended_by == "caller" and not record.incomplete
    return Carried([turn.latency for turn in kept.turns], is_whole)


async def plain(audio: CallAudio, client: AsyncOpenAI) -> Carried:
    """What a false interruption was is never known: the output can't pause."""
    hearing = inference.VAD(min_silence_duration=QUIET_S)
    timing = Timing(false_barge_in_s=None)
    return Carried(await plain_call(audio, agent_session(SCRIPTED, timing, client, hearing)))


CALLS: Final[Mapping[str, Callable[[CallAudio, AsyncOpenAI], Awaitable[Carried]]]] = {
    "ours": partial(our_call, terms=Terms(SCRIPTED, phrases(), recording="on")),
    "plain": plain,
    "local": partial(our_call, terms=Terms(LOCAL, phrases(), timing=SLOW, filler_s=SLOW.model_s)),
}


async def main(kind: str, ai_url: str) -> None:
    """Say where, then what became of each call."""
    async with AsyncOpenAI(base_url=ai_url, api_key="unchecked", max_retries=0) as client:
        if kind == "ours":
            await Warming(client, SCRIPTED.models.language).run()

        async def answer(socket: WebSocket) -> None:
            await socket.accept()
            said(await told(CALLS[kind](await TwilioAudio.open(socket), client)))

        async with serving(Starlette(routes=[WebSocketRoute("/media", answer)])) as url:
            said(url)
            await asyncio.Event().wait()


async def told(call: Awaitable[Carried]) -> str:
    """A line of JSON, whatever happens."""
    try:
        latencies, is_whole = await call
    except Exception:
        log.exception("the call failed")
        latencies, is_whole = [], False
    answers = [asdict(one) for one in latencies if one.total is not None]
    return json.dumps({"answers": answers, "is_whole": is_whole})


def said(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    uvloop.run(main(*sys.argv[1:3]))
