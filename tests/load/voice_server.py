"""python -m tests.load.voice_server ours|plain AI_URL: calls in a process, a line for each."""

import asyncio
import json
import sys
from typing import Any

from livekit.agents import inference
from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from contactflow.testing.serving import serving
from contactflow.voice.carriers.twilio.media import TwilioAudio
from contactflow.voice.session.agent import Ai, Models, Timing, agent_session
from contactflow.voice.session.call import Call
from contactflow.voice.session.inline import InlineExecutor
from contactflow.voice.session.ports import CallAudio
from contactflow.voice.session.terms import Around, Terms
from services.voice.tests.session.house import Kept, phrases
from tests.load.voice_plain import plain_call

AI = Ai(Models("scripted"), "Be brief.")


async def ours(audio: CallAudio, client: AsyncOpenAI) -> dict[str, Any]:
    kept = Kept()
    hearing = inference.VAD(executor=InlineExecutor(), min_silence_duration=0.25)
    terms = Terms(AI, phrases(), recording="on")
    record = await Call(audio, terms, Around(kept, kept, kept, kept, kept, client, hearing)).run()
    totals = [turn.latency.total for turn in kept.turns if turn.latency.total is not None]
    return {"ms": totals, "ended_by": record.ended_by, "incomplete": record.incomplete}


async def plain(audio: CallAudio, client: AsyncOpenAI) -> dict[str, Any]:
    session = agent_session(AI, Timing(), client, inference.VAD(min_silence_duration=0.25))
    took = await plain_call(audio, session)
    return {"ms": [one * 1000 for one in took], "ended_by": "caller", "incomplete": ()}


async def main(kind: str, ai_url: str) -> None:
    call = {"ours": ours, "plain": plain}[kind]
    async with AsyncOpenAI(base_url=ai_url, api_key="scripted", max_retries=0) as client:

        async def answer(socket: WebSocket) -> None:
            await socket.accept()
            said = await call(await TwilioAudio.open(socket), client)
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()

        async with serving(Starlette(routes=[WebSocketRoute("/media", answer)])) as url:
            sys.stdout.write(url + "\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
