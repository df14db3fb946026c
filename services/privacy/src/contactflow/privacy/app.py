"""The HTTP process, put together."""

from fastapi import FastAPI

from contactflow.erasure.receipts import published
from contactflow.privacy.audit import endpoints as audit
from contactflow.privacy.erasing import internal
from contactflow.privacy.page import endpoints as page
from contactflow.privacy.public import endpoints as public
from contactflow.privacy.public.door import Door
from contactflow.privacy.receipts import endpoints as receipts
from contactflow.privacy.requests import endpoints as requests
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.web import application
from contactflow.web.limits import Limiter

ROUTERS = (
    requests.router,
    public.router,
    receipts.router,
    audit.router,
    page.router,
    internal.router,
)


def create_app(on: Platform[PrivacySettings]) -> FastAPI:
    app = application(
        "ContactFlow privacy", ROUTERS, works=on.works, clock=on.clock, verifier=on.verifier
    )
    app.state.keys = published([on.settings.terms.key], on.settings.retired_receipt_keys)
    app.state.limiter = Limiter(on.system, on.clock)
    app.state.door = Door(on.works, on.system, app.state.limiter)
    return app
