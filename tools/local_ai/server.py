"""The OpenAI interface before all models. Runs in the local AI's environment.

python -m tools.local_ai.server FOLDER PORT
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tools.local_ai.chat import Chat
from tools.local_ai.ears import Whisper
from tools.local_ai.english import English
from tools.local_ai.french import French
from tools.local_ai.hearing import Hearing
from tools.local_ai.speaking import Speaking
from tools.local_ai.weights import EARS, MOUTH, NAME, Place


class LocalAI:
    """Listens at once. It is ready with its language model; ears and voices come after that."""

    def __init__(self, place: Place) -> None:
        self.chat = Chat(place.model)
        self.hearing = Hearing(partial(Whisper, place.root / EARS))
        english, french = place.root / "english", place.root / "french"
        self.speaking = Speaking({"en": partial(English, english), "fr": partial(French, french)})

    async def warm_up(self) -> None:
        await self.chat.warm_up()
        await self.speaking.warm_up()
        await self.hearing.warm_up()

    async def models(self, _: Request) -> Response:
        about = {"object": "model", "created": 0, "owned_by": "local"}
        models = [{"id": name} | about for name in (NAME, EARS, MOUTH)]
        return JSONResponse({"object": "list", "data": models})

    async def live(self, _: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(self, _: Request) -> Response:
        if self.chat.is_warm:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "loading"}, 503)


def application(place: Place) -> Starlette:
    ai = LocalAI(place)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            loading = group.create_task(ai.warm_up())
            yield
            loading.cancel()

    routes = [
        Route("/v1/chat/completions", ai.chat.complete, methods=["POST"]),
        Route("/v1/audio/speech", ai.speaking.speak, methods=["POST"]),
        Route("/v1/audio/transcriptions", ai.hearing.transcribe, methods=["POST"]),
        Route("/v1/models", ai.models),
        Route("/livez", ai.live),
        Route("/readyz", ai.ready),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(
        application(Place(Path(sys.argv[1]))),
        port=int(sys.argv[2]),
        access_log=False,
        timeout_graceful_shutdown=1,
    )
