"""When a process says that it is ready."""

import asyncio

import httpx
import pytest

from contactflow.runtime.health import Check, Health, migrations, nothing_here
from contactflow.testing.database import Engines
from libs.runtime.tests.conftest import SCRIPTS


async def yes() -> bool:
    return True


async def no() -> bool:
    raise ConnectionRefusedError


def a_client(health: Health) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(health), base_url="http://probe")


@pytest.mark.parametrize(
    ("kafka", "status"), [(Check("kafka", no), 503), (Check("kafka", no, required=False), 200)]
)
async def test_only_what_is_required_holds_up(kafka: Check, status: int) -> None:
    checks = [Check("database", yes), kafka]
    async with a_client(Health(nothing_here, "crm-api", checks)) as client:
        short, verbose = await client.get("/readyz"), await client.get("/readyz?verbose")

    assert short.status_code == verbose.status_code == status
    assert verbose.json()["checks"] == {"database": "ok", "kafka": "failed"}
    assert "checks" not in short.json()


async def test_who_drains_is_alive_and_not_ready() -> None:
    health = Health(nothing_here, "crm-api", [Check("database", yes)])
    health.drain()
    async with a_client(health) as client:
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/livez")).status_code == 200


async def test_nobody_is_served_before_the_gates_are_open() -> None:
    is_open = False

    async def ask() -> bool:
        return is_open

    health = Health(nothing_here, "crm-api", [], gates=[Check("erasures", ask)])
    async with a_client(health) as client:
        early = await client.get("/v1/contacts")
        alive, ready = await client.get("/livez"), await client.get("/readyz")
        is_open = True
        late = await client.get("/v1/contacts")

    assert (early.status_code, alive.status_code, ready.status_code) == (503, 200, 503)
    assert early.headers["Retry-After"]
    assert late.status_code == 404


async def test_a_check_that_hangs_fails() -> None:
    async def hangs() -> bool:
        await asyncio.sleep(60)
        return True

    assert not await Check("database", hangs).passes()


async def test_a_database_that_is_further_than_the_code_is_fine(engines: Engines) -> None:
    here = migrations(engines.app, SCRIPTS)
    assert await here.passes()
    async with engines.owner.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")

    assert await here.passes()


async def test_a_database_that_is_behind_is_not(engines: Engines) -> None:
    async with engines.owner.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM alembic_version")

    assert not await migrations(engines.app, SCRIPTS).passes()
