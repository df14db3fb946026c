"""The HTTP process, put together."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from contactflow.runtime import Platform
from contactflow.runtime.agents import HttpGateway
from contactflow.voice.calls import endpoints as calls
from contactflow.voice.calls import internal
from contactflow.voice.carriers import endpoints as carriers
from contactflow.voice.front import Front
from contactflow.voice.numbers import endpoints as numbers
from contactflow.voice.participant import PARTICIPANT
from contactflow.voice.places.model import Tokens
from contactflow.voice.recordings import endpoints as recordings
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.webhooks import endpoints as webhooks
from contactflow.voice.webhooks.edge import Edge
from contactflow.voice.webhooks.intake import Intake
from contactflow.web import application

ROUTERS = (
    carriers.router,
    numbers.router,
    calls.router,
    recordings.router,
    webhooks.router,
    internal.router,
    PARTICIPANT.router,
)


def create_app(on: Platform[VoiceSettings]) -> ASGIApp:
    return Front(described(on), edge(on).app)


def described(on: Platform[VoiceSettings]) -> FastAPI:
    """The part that is told in the API's description."""
    app = application(
        "ContactFlow voice", ROUTERS, works=on.works, clock=on.clock, verifier=on.verifier
    )
    app.state.objects = on.objects
    app.state.public_url = on.settings.public_url
    app.state.gateway = HttpGateway(on.internal("gateway"))
    return app


def edge(on: Platform[VoiceSettings]) -> Edge:
    """Where carriers call us."""
    tokens = Tokens(on.settings.root_key.get_secret_value())
    intake = Intake(on.works, on.system, on.clock, tokens)
    return Edge(intake, on.clock, on.settings.public_url)
