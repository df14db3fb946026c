"""The HTTP process, put together."""

from fastapi import FastAPI

from contactflow.chat.channels import endpoints as channels
from contactflow.chat.conversations import endpoints as conversations
from contactflow.chat.conversations import internal
from contactflow.chat.cors import CorsMiddleware
from contactflow.chat.pages import endpoints as pages
from contactflow.chat.participant import PARTICIPANT
from contactflow.chat.sessions import endpoints as sessions
from contactflow.chat.sessions.door import Door
from contactflow.chat.settings import ChatSettings
from contactflow.chat.streams import endpoints as streams
from contactflow.chat.streams.service import Streams
from contactflow.runtime import Platform
from contactflow.runtime.agents import HttpGateway
from contactflow.web import application
from contactflow.web.limits import Limiter

ROUTERS = (
    pages.router,
    channels.router,
    sessions.router,
    streams.router,
    conversations.router,
    internal.router,
    PARTICIPANT.router,
)


def create_app(on: Platform[ChatSettings]) -> FastAPI:
    app = application(
        "ContactFlow chat", ROUTERS, works=on.works, clock=on.clock, verifier=on.verifier
    )
    app.state.door, app.state.limiter = Door(on.system), Limiter(on.system, on.clock)
    app.state.streams = Streams(on.works, on.changes, on.clock)
    app.state.pace, app.state.gateway = on.settings.pace, HttpGateway(on.internal("gateway"))
    app.add_middleware(CorsMiddleware)
    return app
