"""A speech endpoint's answer, as it goes down a telephone line."""

import json

import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contactflow.testing.serving import serving
from tools.phone.mouth import Mouth, to_telephone
from tools.phone.tests.house import tone


def test_a_third_of_the_samples_are_the_same_sound() -> None:
    pcm = tone(0.5, 440, rate=24_000)

    heard = np.frombuffer(to_telephone(pcm), "<i2")

    peak = np.abs(np.fft.rfft(heard)).argmax() * 8_000 / len(heard)
    assert len(heard) == 4_000
    assert abs(peak - 440) < 4


async def test_speech_is_asked_for_again_while_the_voice_loads() -> None:
    asked = []

    async def speak(request: Request) -> Response:
        asked.append(json.loads(await request.body()))
        if len(asked) == 1:
            return JSONResponse({"error": {"message": "loading"}}, 503, {"Retry-After": "0.1"})
        return Response(tone(0.3, rate=24_000), media_type="audio/pcm")

    async with serving(Starlette(routes=[Route("/audio/speech", speak, methods=["POST"])])) as url:
        spoken = await Mouth(url, "none").speech("Hello")

    assert len(spoken) == 4_800
    assert [one["input"] for one in asked] == ["Hello", "Hello"]
    assert asked[0]["response_format"] == "pcm"
