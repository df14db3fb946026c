"""Who speaks when, told by level."""

import asyncio

import pytest

from tools.phone.ears import Ears, first_silence, first_voice, is_loud, last_voice
from tools.phone.handset import FRAME, QUIET, Handset
from tools.phone.tests.house import tone

VOICE = tone(0.02)
NOISE = b"\x40\0" * (FRAME // 2)


def track(*lengths: int) -> bytes:
    """Frames of silence and of voice by turns."""
    return b"".join((VOICE if n % 2 else QUIET) * length for n, length in enumerate(lengths))


@pytest.mark.parametrize(
    ("frame", "loud"), [(QUIET, False), (NOISE, False), (VOICE, True), (b"", False)]
)
def test_noise_of_the_line_is_no_voice(frame: bytes, loud: bool) -> None:  # noqa: FBT001
    assert is_loud(frame) == loud


def test_a_voice_is_found_where_it_begins_and_ends() -> None:
    said = track(10, 5, 10, 5, 3)

    assert first_voice(said) == pytest.approx(0.2)
    assert first_voice(said, 0.3) == pytest.approx(0.5)
    assert last_voice(said) == pytest.approx(0.6)
    assert first_voice(track(10)) is last_voice(track(10)) is None


def test_a_pause_between_words_is_no_end() -> None:
    said = track(0, 10, 15, 10, 30, 10)

    assert first_silence(said, 0.1) == pytest.approx(0.7)
    assert first_silence(said, 1.2) == pytest.approx(1.5)


async def test_an_answer_is_heard_out() -> None:
    handset = Handset()
    ears = Ears(handset, done=0.2)
    handset.play(track(5, 10, 5, 10))

    async def ticking() -> None:
        for _ in range(100):
            await handset.tick()
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        group.create_task(ticking())
        began = await ears.voice(1)
        done = await ears.quiet(1)
        at = handset.seconds

    assert began == pytest.approx(0.1)
    assert done
    assert at == pytest.approx(0.8, abs=0.05)


async def test_nobody_speaks() -> None:
    handset = Handset()

    async def ticking() -> None:
        for _ in range(30):
            await handset.tick()
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        group.create_task(ticking())
        heard = await Ears(handset).voice(0.3)

    assert heard is None
