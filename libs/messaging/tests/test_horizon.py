"""Whatever transactions do, the relay passes over nothing and keeps each key in its order."""

import asyncio

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from contactflow.messaging.outbox import Outbox
from contactflow.testing.database import fresh_database
from contactflow.testing.postgres import PostgresServer
from libs.messaging.tests.machine import Horizon
from libs.messaging.tests.pollers import ById, ByXid, Hasty

SEARCH = settings(
    max_examples=30,
    stateful_step_count=30,
    phases=[Phase.reuse, Phase.generate],  # to shrink on a real database takes minutes
)
THE_SAME = settings(SEARCH, max_examples=150, derandomize=True, database=None)
"""Finds the same each time."""


def explored(postgres: PostgresServer, relay: type[Outbox], how: settings) -> None:
    with asyncio.Runner() as runner:
        database = fresh_database(postgres, "ticking")
        stores = runner.run(database.__aenter__())
        ours = {"runner": runner, "stores": stores, "outbox": relay}
        try:
            run_state_machine_as_test(type("Explored", (Horizon,), ours), settings=how)
        finally:
            runner.run(database.__aexit__(None, None, None))


def test_of_all_interleavings_none_loses_or_reorders(own_postgres: PostgresServer) -> None:
    explored(own_postgres, Outbox, SEARCH)


@pytest.mark.parametrize(
    ("relay", "does"), [(ById, "passed over"), (Hasty, "passed over"), (ByXid, "out of order")]
)
def test_a_relay_that_is_known_to_be_wrong_is_caught(
    own_postgres: PostgresServer, relay: type[Outbox], does: str
) -> None:
    with pytest.raises(AssertionError, match=does):
        explored(own_postgres, relay, THE_SAME)
