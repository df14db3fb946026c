"""The HTTP process, put together."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from contactflow.gateway.access.doorman import Door, Doorman
from contactflow.gateway.access.pace import PaceMiddleware
from contactflow.gateway.accounts.passwords import Passwords
from contactflow.gateway.agents import endpoints as agents
from contactflow.gateway.api_keys import endpoints as api_keys
from contactflow.gateway.auth import endpoints as auth
from contactflow.gateway.auth.desk import Desk
from contactflow.gateway.auth.proofs import Proofs
from contactflow.gateway.docs import endpoints as docs
from contactflow.gateway.emails import endpoints as emails
from contactflow.gateway.emails.intake import Intake
from contactflow.gateway.forwarding.forwarder import Forwarder
from contactflow.gateway.forwarding.table import TABLE
from contactflow.gateway.participant import PARTICIPANT
from contactflow.gateway.sessions.cookies import Cookies
from contactflow.gateway.settings import GatewaySettings
from contactflow.kernel import Clock
from contactflow.persistence import Works
from contactflow.runtime import Platform
from contactflow.web import TokenVerifier, application
from contactflow.web.bugs import BugMiddleware
from contactflow.web.caching import NoStoreMiddleware
from contactflow.web.limits import Limiter
from contactflow.web.requests import RequestIdMiddleware

ROUTERS = [
    *(auth.router, api_keys.router, agents.router, docs.router),
    *(agents.internal, emails.internal, PARTICIPANT.router),
]


def create_app(on: Platform[GatewaySettings]) -> ASGIApp:
    own = described(on)
    doorman: Doorman = own.state.doorman
    urls = {service: on.settings.address(service) for service in TABLE}
    forwarder = Forwarder(own, doorman, on.signer, urls)
    on.closing.push_async_callback(forwarder.aclose)
    return front(forwarder)


def described(on: Platform[GatewaySettings]) -> FastAPI:
    """The part that answers for itself, and is told in the API's description."""
    cookies = Cookies(on.settings.public_url, on.settings.allowed_origins)
    doorman = Doorman(on.system, cookies, on.clock, on.settings.trusted_proxies)
    return routes(doorman, works=on.works, clock=on.clock, verifier=on.verifier)


def front(app: ASGIApp) -> ASGIApp:
    """What every request passes, whoever answers it."""
    return RequestIdMiddleware(NoStoreMiddleware(BugMiddleware(PaceMiddleware(app))))


def routes(doorman: Doorman, *, works: Works, clock: Clock, verifier: TokenVerifier) -> FastAPI:
    """The gateway's own routes."""
    door = Door(doorman, verifier)
    app = application("ContactFlow", ROUTERS, works=works, clock=clock, verifier=door)
    app.state.doorman = doorman
    limiter, passwords = Limiter(doorman.system, clock), Passwords()
    app.state.desk = Desk(works, limiter, passwords, clock)
    app.state.proofs = Proofs(works, limiter, passwords, clock)
    app.state.intake = Intake(works, clock)
    return app
