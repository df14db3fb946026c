"""Storing beside a call, in virtual time."""

import asyncio
from collections.abc import Callable

import pytest

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.keeper import Keeper
from contactflow.voice.session.ports import CallerGoneError


class Store:
    """Fails so many times, then keeps."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.kept: list[int] = []

    async def add(self, item: int) -> None:
        if self._failures:
            raise self._failures.pop(0)
        self.kept.append(item)


def kept(store: Store, then: Callable[[Keeper[int]], None] | None = None) -> float:
    """Three are kept, then the keeper is closed; how long that took."""

    async def run() -> float:
        keeper = Keeper(store.add)
        async with asyncio.TaskGroup() as parts:
            running = parts.create_task(keeper.run())
            for item in (1, 2, 3):
                keeper.keep(item)
            await asyncio.sleep(1)
            if then:
                then(keeper)
            begun = asyncio.get_running_loop().time()
            await keeper.aclose()
            running.cancel()
        return asyncio.get_running_loop().time() - begun

    return in_virtual_time(run())


def test_all_is_kept_in_order() -> None:
    store = Store()

    assert kept(store) == 0
    assert store.kept == [1, 2, 3]


def test_a_store_that_is_away_is_asked_again_and_keeps_the_order() -> None:
    store = Store(*(ConnectionError() for _ in range(10)))

    assert kept(store) == pytest.approx(4.0)
    assert store.kept == [1, 2, 3]


def test_who_is_gone_leaves_nothing_more_and_holds_nobody_up() -> None:
    store = Store(CallerGoneError())

    assert kept(store, then=lambda keeper: keeper.keep(4)) == 0
    assert store.kept == []
