"""What is recorded, and what is not."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from contactflow.kernel import UnavailableError
from contactflow.testing.virtual import in_virtual_time
from contactflow.voice import g711
from contactflow.voice.session.ports import FRAME_BYTES, SILENCE
from contactflow.voice.session.recorder import BLOCK, LATE, Recorder
from services.voice.tests.session.house import Kept

CALLER, AGENT = b"\x00\x10" * 160, b"\x00\x20" * 160
FRAME = g711.stereo(CALLER, AGENT)


@dataclass
class Away(Kept):
    """A sink that cannot be closed so many times."""

    times: int = 0

    async def aclose(self) -> None:
        if self.times:
            self.times -= 1
            raise UnavailableError
        await super().aclose()


def recorded(scene: Callable[[Recorder], None]) -> Kept:
    kept = Kept()

    async def recording() -> None:
        recorder = Recorder(kept)
        async with asyncio.TaskGroup() as group:
            group.create_task(recorder.run())
            scene(recorder)
            await recorder.aclose()

    in_virtual_time(recording())
    return kept


def talk(recorder: Recorder, frames: int) -> None:
    for _ in range(frames):
        recorder.heard(CALLER)
        recorder.spoken(AGENT)


def test_not_one_byte_before_it_is_allowed() -> None:
    def scene(recorder: Recorder) -> None:
        talk(recorder, 100)
        recorder.allow()
        talk(recorder, 3)

    assert recorded(scene).stereo == FRAME * 3


def test_nothing_is_lost_at_the_end_and_the_sink_is_closed() -> None:
    def scene(recorder: Recorder) -> None:
        recorder.allow()
        talk(recorder, BLOCK + 1)

    kept = recorded(scene)
    assert kept.stereo == FRAME * (BLOCK + 1)
    assert kept.closed


def test_nothing_is_added_after_a_stop_whoever_allows_it() -> None:
    def scene(recorder: Recorder) -> None:
        recorder.allow()
        talk(recorder, 2)
        recorder.stop()
        recorder.allow()
        talk(recorder, 100)

    assert recorded(scene).stereo == FRAME * 2


def test_a_caller_of_whom_nothing_arrives_is_silent() -> None:
    def scene(recorder: Recorder) -> None:
        recorder.allow()
        recorder.spoken(AGENT)

    assert recorded(scene).stereo == g711.stereo(SILENCE, AGENT)


def test_a_caller_who_comes_in_bursts_is_at_most_200_ms_late() -> None:
    first = bytes(FRAME_BYTES - 1) + b"\x40"

    def scene(recorder: Recorder) -> None:
        recorder.allow()
        recorder.heard(first)
        for _ in range(LATE):
            recorder.heard(CALLER)
        recorder.spoken(AGENT)

    assert recorded(scene).stereo == FRAME


def test_of_somebody_who_is_erased_nothing_is_written() -> None:
    kept = Kept(is_gone=True)

    async def recording() -> None:
        recorder = Recorder(kept)
        recorder.allow()
        async with asyncio.TaskGroup() as group:
            group.create_task(recorder.run())
            talk(recorder, BLOCK)
            await asyncio.sleep(1)
            before = recorder.frames
            talk(recorder, BLOCK)
            assert recorder.frames == before
            await recorder.aclose()

    in_virtual_time(recording())
    assert not kept.stereo


def test_an_end_that_fails_is_said_again_until_the_store_is_back() -> None:
    sink = Away(times=3)

    async def recording() -> None:
        recorder = Recorder(sink)
        recorder.allow()
        async with asyncio.TaskGroup() as group:
            group.create_task(recorder.run())
            talk(recorder, 3)
            await recorder.aclose()

    in_virtual_time(recording())
    assert (sink.stereo, sink.closed, sink.times) == (FRAME * 3, True, 0)
