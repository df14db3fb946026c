"""An HTTP application as every service has it."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from contactflow.kernel import Clock
from contactflow.persistence import Works
from contactflow.web.body import LIMIT, BodyMiddleware
from contactflow.web.bugs import BugMiddleware
from contactflow.web.caching import NoStoreMiddleware
from contactflow.web.methods import HeadMiddleware
from contactflow.web.problems import add_problems
from contactflow.web.replay import ReplayMiddleware
from contactflow.web.requests import RequestIdMiddleware, RouteMiddleware
from contactflow.web.retry import RetryMiddleware
from contactflow.web.security import Authenticator, refuse_undeclared


def application(
    title: str,
    routers: Sequence[APIRouter],
    *,
    works: Works,
    clock: Clock,
    verifier: Authenticator,
    body_limit: int = LIMIT,
) -> FastAPI:
    """Routes behind the house's defaults.

    Problem documents, retries, answers that no cache keeps, a declared scope on every route: one
    that says nothing raises UndeclaredScopeError here, so that the process does not start.
    """
    app = FastAPI(
        title=title,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_named_after_its_function,
        # Logs would say invalid values, our metrics cover every app, and a request is one span.
        telemetry={"logs": False, "metrics": False, "operation_spans": False},
    )
    app.state.works, app.state.clock, app.state.authenticator = works, clock, verifier
    for router in routers:
        app.include_router(router)
    add_problems(app)
    refuse_undeclared(app)
    app.add_middleware(RouteMiddleware)  # the last one added is the first to see a request
    app.add_middleware(HeadMiddleware)
    app.add_middleware(ReplayMiddleware)
    app.add_middleware(RetryMiddleware)
    app.add_middleware(BodyMiddleware, limit=body_limit)
    app.add_middleware(BugMiddleware)
    app.add_middleware(NoStoreMiddleware)
    app.add_middleware(RequestIdMiddleware)
    return app


def _named_after_its_function(route: APIRoute) -> str:
    return route.name
