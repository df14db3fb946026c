"""The HTTP process, put together."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from contactflow.gateway.access.doorman import Door, Doorman
from contactflow.gateway.accounts import endpoints as accounts
from contactflow.gateway.accounts.desk import Desk
from contactflow.gateway.accounts.passwords import Passwords
from contactflow.gateway.agents import endpoints as agents
from contactflow.gateway.api_keys import endpoints as api_keys
from contactflow.gateway.sessions.cookies import Cookies
from contactflow.gateway.settings import GatewaySettings
from contactflow.kernel import Clock
from contactflow.persistence import Works
from contactflow.runtime import Platform
from contactflow.web import TokenVerifier, application
from contactflow.web.limits import Limiter

ROUTERS = [accounts.router, api_keys.router, agents.router, agents.internal]


def create_app(on: Platform[GatewaySettings]) -> ASGIApp:
    cookies = Cookies(on.settings.public_url, on.settings.allowed_origins)
    doorman = Doorman(on.system, cookies, on.clock)
    return routes(doorman, works=on.works, clock=on.clock, verifier=on.verifier)


def routes(doorman: Doorman, *, works: Works, clock: Clock, verifier: TokenVerifier) -> FastAPI:
    """The gateway's own routes."""
    door = Door(doorman, verifier)
    app = application("ContactFlow", ROUTERS, works=works, clock=clock, verifier=door)
    app.state.doorman = doorman
    app.state.desk = Desk(works, Limiter(doorman.system, clock), Passwords(), clock)
    return app
