"""The HTTP process, put together."""

from fastapi import FastAPI

from contactflow.runtime import Platform
from contactflow.runtime.agents import HttpGateway
from contactflow.voice.carriers import endpoints as carriers
from contactflow.voice.numbers import endpoints as numbers
from contactflow.voice.participant import PARTICIPANT
from contactflow.voice.settings import VoiceSettings
from contactflow.web import application

ROUTERS = (carriers.router, numbers.router, PARTICIPANT.router)


def create_app(on: Platform[VoiceSettings]) -> FastAPI:
    app = application(
        "ContactFlow voice", ROUTERS, works=on.works, clock=on.clock, verifier=on.verifier
    )
    app.state.public_url = on.settings.voice_public_url.rstrip("/")
    app.state.gateway = HttpGateway(on.internal("gateway"))
    return app
