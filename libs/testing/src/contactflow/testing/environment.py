"""What the environment of a service says in a test, by the names of its settings."""

import base64
import json

from joserfc.jwk import OKPKey

from contactflow.testing.database import Engines

NOWHERE = "127.0.0.1:1"
"""Where nobody listens."""


def environment(engines: Engines, **more: str) -> dict[str, str]:
    """What every service is told, with keys of its own; `more` is what this one needs besides."""
    secret = base64.b64encode(bytes(32)).decode()
    return {
        "database_url": engines.urls.app,
        "system_database_url": engines.urls.system,
        "root_key": secret,
        "index_secrets": json.dumps({"1": secret}),
        "signing_key": OKPKey.generate_key("Ed25519").as_pem(private=True).decode(),
        "trusted_keys": "{}",
        "object_store_url": "memory:///",
        "kafka_bootstrap_servers": NOWHERE,
        **more,
    }
