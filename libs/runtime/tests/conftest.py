"""The environment of a process."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from contactflow.persistence.migrations import migrate
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.kafka import Broker
from contactflow.testing.postgres import PostgresServer
from libs.runtime.tests.ticking.model import TICKS

SCRIPTS = Path(__file__).parent / "ticking/migrations"
Env = dict[str, str]


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Env:
    key = OKPKey.generate_key("Ed25519")
    return {
        "ROOT_KEY": base64.b64encode(bytes(32)).decode(),
        "INDEX_SECRETS": json.dumps({"1": base64.b64encode(b"index").decode()}),
        "SIGNING_KEY": key.as_pem(private=True).decode(),
        "TRUSTED_KEYS": json.dumps({"gateway": key.as_dict(private=False)}),
        "OBJECT_STORE_URL": tmp_path_factory.mktemp("objects").as_uri(),
        "PORT": "0",
        "METRICS_PORT": "0",
    }


@pytest.fixture
async def empty(own_postgres: PostgresServer) -> AsyncIterator[Engines]:
    """A database without a table."""
    async with fresh_database(own_postgres, "ticking", "nothing") as engines:
        yield engines


@pytest.fixture
async def engines(empty: Engines) -> Engines:
    await migrate(empty.urls.owner, SCRIPTS)
    return empty


def environment(secrets: Env, engines: Engines, bootstrap: str) -> Env:
    return {
        **secrets,
        "DATABASE_URL": engines.urls.app,
        "SYSTEM_DATABASE_URL": engines.urls.system,
        "OWNER_DATABASE_URL": engines.urls.owner,
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
    }


@pytest.fixture
async def env(secrets: Env, engines: Engines, broker: Broker) -> Env:
    await broker.topic(TICKS)
    return environment(secrets, engines, broker.bootstrap)
