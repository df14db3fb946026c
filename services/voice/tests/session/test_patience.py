"""How long is waited for whom, in virtual time."""

import asyncio

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.patience import Patience, deadline

HALF_AN_HOUR = 1800.0


def acts(*, alive_at: float | None = None, held: bool = False) -> list[tuple[str, float]]:
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
            await asyncio.sleep(0)
            patience.alive()
            if alive_at:
                await asyncio.sleep(alive_at)
                patience.alive()
            if held:
                await asyncio.sleep(0)
                patience.hold()
            await asyncio.sleep(HALF_AN_HOUR)
            waiting.cancel()

    in_virtual_time(run())
    return did


def test_half_an_hour_of_silence_is_asked_about_once_and_ended_once() -> None:
    assert acts() == [("ask", 15.0), ("end", 30.0)]


def test_a_sign_of_life_begins_it_anew() -> None:
    assert acts(alive_at=20.0) == [("ask", 15.0), ("ask", 35.0), ("end", 50.0)]


def test_who_is_held_is_not_asked() -> None:
    assert acts(held=True) == []


def test_a_deadline_comes_once() -> None:
    at: list[float] = []

    async def run() -> None:
        await deadline(60.0, lambda: at.append(asyncio.get_running_loop().time()))

    in_virtual_time(run())

    assert at == [60.0]
