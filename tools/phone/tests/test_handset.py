"""The caller's end of the line, tick by tick, without a clock."""

import asyncio

import pytest

from tools.phone.handset import FRAME, QUIET, Handset, HungUpError

LOUD = b"\7\7" * (FRAME // 2)


async def test_what_is_said_goes_frame_by_frame_and_silence_after_it() -> None:
    handset = Handset()
    handset.say(LOUD + b"\7\7")

    said = [(await handset.tick())[0] for _ in range(3)]

    assert said == [LOUD, b"\7\7" + bytes(FRAME - 2), QUIET]
    assert bytes(handset.said) == b"".join(said)
    assert handset.seconds == pytest.approx(0.06)


async def test_both_tracks_stay_of_one_length() -> None:
    handset = Handset()
    handset.play(LOUD * 2 + LOUD[:100])
    handset.say(LOUD)

    for _ in range(5):
        await handset.tick()

    assert len(handset.said) == len(handset.heard) == 5 * FRAME
    assert bytes(handset.heard[: 2 * FRAME + 100]) == LOUD * 2 + LOUD[:100]


async def test_a_frame_in_pieces_is_played_without_a_gap() -> None:
    handset = Handset()
    for at in range(0, 2 * FRAME, 100):
        handset.play((LOUD * 2)[at : at + 100])

    for _ in range(3):
        await handset.tick()

    assert bytes(handset.heard) == LOUD * 2 + QUIET


async def test_a_mark_is_reached_when_what_came_before_it_was_played() -> None:
    handset = Handset()
    at_once = handset.mark("first")
    handset.play(LOUD * 2)
    later = handset.mark("second")

    reached = [(await handset.tick())[1] for _ in range(3)]

    assert (at_once, later) == (["first"], [])
    assert reached == [[], ["second"], []]


async def test_clear_forgets_the_sound_and_reaches_its_marks() -> None:
    handset = Handset()
    handset.play(LOUD * 5)
    handset.mark("a")
    handset.play(LOUD)
    handset.mark("b")
    await handset.tick()

    cleared = handset.clear()
    again = handset.mark("c")
    await handset.tick()

    assert cleared == ["a", "b"]
    assert again == ["c"]
    assert bytes(handset.heard) == LOUD + QUIET


async def test_waiting_ends_when_it_happens_or_when_its_time_is_over() -> None:
    handset = Handset()

    async def ticking() -> None:
        for _ in range(20):
            await handset.tick()
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        happened = group.create_task(handset.until(lambda: handset.seconds >= 0.1, 0.2))
        never = group.create_task(handset.until(lambda: False, 0.2))
        group.create_task(ticking())

    assert (happened.result(), never.result()) == (True, False)


async def test_who_waits_hears_that_the_call_is_over() -> None:
    handset = Handset()

    async def waiting() -> None:
        with pytest.raises(HungUpError):
            await handset.until(lambda: False, 5)

    async with asyncio.TaskGroup() as group:
        waits = group.create_task(waiting())
        await handset.tick()
        await handset.hang_up()

    assert waits.done()
