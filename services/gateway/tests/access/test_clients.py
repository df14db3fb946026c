from datetime import timedelta
from typing import Any

import pytest

from contactflow.gateway.access.clients import Clients, purge_salts
from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Works
from contactflow.testing.clock import FakeClock


def a_request(address: str, agent: str = "Firefox") -> dict[str, Any]:
    return {"client": (address, 1234), "headers": [(b"user-agent", agent.encode())]}


@pytest.fixture
def clients(system: Works, clock: FakeClock) -> Clients:
    return Clients(system, clock)


async def test_every_process_knows_a_client_again(
    clients: Clients, system: Works, clock: FakeClock
) -> None:
    here = await clients.traces(a_request("192.0.2.1"))
    there = await Clients(system, clock).traces(a_request("192.0.2.1"))

    assert here == there
    assert here.client != (await clients.traces(a_request("192.0.2.2"))).client
    assert "192.0.2.1" not in here.client


async def test_tomorrow_nobody_is_known_again(clients: Clients, clock: FakeClock) -> None:
    today = await clients.traces(a_request("192.0.2.1"))
    clock.advance(timedelta(days=1))

    assert (await clients.traces(a_request("192.0.2.1"))).client != today.client


async def test_a_household_is_one_client(clients: Clients) -> None:
    one = await clients.traces(a_request("2001:db8:1:2::1"))
    same = await clients.traces(a_request("2001:db8:1:2:ffff::9"))
    other = await clients.traces(a_request("2001:db8:1:3::1"))

    assert one.client == same.client != other.client


async def test_salts_are_kept_30_days(clients: Clients, system: Works, clock: FakeClock) -> None:
    async def purged() -> int:
        return await system.run(PLATFORM_WORKSPACE_ID, lambda work: purge_salts(work, at=clock()))

    clock.advance(timedelta(days=400))
    await purged()
    await clients.traces(a_request("192.0.2.1"))
    clock.advance(timedelta(days=29))
    before = await purged()
    clock.advance(timedelta(days=1))

    assert (before, await purged()) == (0, 1)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("1.1.1.1, 192.0.2.7", "192.0.2.7"),
        ("192.0.2.7, ", ""),
        ("", ""),
    ],
)
async def test_behind_a_proxy_its_word_counts_and_no_other(
    system: Works, clock: FakeClock, said: str, seen: str
) -> None:
    behind = a_request("10.0.0.1")
    behind["headers"].append((b"x-forwarded-for", said.encode()))

    client = (await Clients(system, clock, proxies=1).traces(behind)).client

    assert client == (await Clients(system, clock).traces(a_request(seen))).client
