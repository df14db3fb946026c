"""How long is waited for whom, in virtual time."""

import asyncio
from collections.abc import Callable

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.patience import Patience, deadline

HALF_AN_HOUR = 1800.0

Happens = Callable[[Patience], None]


def acts(*happens: tuple[float, Happens]) -> list[tuple[str, float]]:
    """What a patience of 15 s does in half an hour, when."""
    did: list[tuple[str, float]] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()

        async def ask() -> None:
            did.append(("ask", loop.time()))

        async def end() -> None:
            did.append(("end", loop.time()))

        patience = Patience(15.0, ask, end)
        async with asyncio.TaskGroup() as parts:
            waiting = parts.create_task(patience.run())
            for at, happen in [(0.0, Patience.alive), *happens]:
                await asyncio.sleep(at - loop.time())
                happen(patience)
            await asyncio.sleep(HALF_AN_HOUR)
            waiting.cancel()

    in_virtual_time(run())
    return did


def holds(patience: Patience) -> None:
    patience.hold("line")


def lets_go(patience: Patience) -> None:
    patience.hold("line", on=False)


def test_half_an_hour_of_silence_is_asked_about_once_and_ended_once() -> None:
    assert acts() == [("ask", 15.0), ("end", 30.0)]


def test_a_sign_of_life_begins_it_anew() -> None:
    assert acts((20.0, Patience.alive)) == [("ask", 15.0), ("ask", 35.0), ("end", 50.0)]


def test_who_is_held_is_not_asked() -> None:
    assert acts((0.0, holds)) == []


def test_a_sign_of_life_frees_nobody_who_is_held() -> None:
    assert acts((0.0, holds), (5.0, Patience.alive)) == []


def test_time_begins_when_the_last_one_lets_go() -> None:
    def speaks(patience: Patience) -> None:
        patience.hold("agent")

    assert acts((5.0, holds), (6.0, speaks), (20.0, lets_go)) == []
    assert acts((5.0, holds), (20.0, lets_go)) == [("ask", 35.0), ("end", 50.0)]


def test_to_be_held_is_no_sign_of_life() -> None:
    assert acts((20.0, holds), (22.0, lets_go)) == [("ask", 15.0), ("end", 37.0)]


def test_a_deadline_comes_once() -> None:
    at: list[float] = []

    async def run() -> None:
        await deadline(60.0, lambda: at.append(asyncio.get_running_loop().time()))

    in_virtual_time(run())

    assert at == [60.0]
