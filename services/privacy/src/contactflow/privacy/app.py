"""The HTTP process, put together."""

import json

from fastapi import FastAPI
from joserfc.jwk import OKPKey

from contactflow.privacy.audit import endpoints as audit
from contactflow.privacy.receipts import endpoints as receipts
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.web import application
from contactflow.web.limits import Limiter

ROUTERS = (audit.router, receipts.router)


def create_app(on: Platform[PrivacySettings]) -> FastAPI:
    app = application(
        "ContactFlow privacy", ROUTERS, works=on.works, clock=on.clock, verifier=on.verifier
    )
    key = OKPKey.import_key(json.loads(on.settings.receipt_key.get_secret_value()))
    app.state.keys = {"keys": [{**key.as_dict(private=False), "kid": key.thumbprint()}]}
    app.state.limiter = Limiter(on.system, on.clock)
    return app
