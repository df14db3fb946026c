"""A telephone's audio at twice its rate."""

import numpy as np
import pytest

from contactflow.voice.session.ports import FRAME_BYTES
from contactflow.voice.session.upsampling import Upsampler

LATE = 24
"""Samples of 16 kHz: 1.5 ms."""


def sine(hertz: int, rate: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A second of it."""
    return 8_000 * np.sin(2 * np.pi * hertz * np.arange(rate) / rate)


def in_frames(pcm: bytes) -> bytes:
    up = Upsampler()
    return b"".join(up(pcm[at : at + FRAME_BYTES]) for at in range(0, len(pcm), FRAME_BYTES))


@pytest.mark.parametrize("hertz", [300, 1_000, 2_000, 3_000, 3_400])
def test_a_tone_stays_what_it_was(hertz: int) -> None:
    twice = np.frombuffer(in_frames(sine(hertz, 8_000).astype("<i2").tobytes()), "<i2")

    error = twice[LATE + 50 :] - sine(hertz, 16_000)[50:-LATE]
    assert np.abs(error).max() < 20


def test_what_overshoots_is_clipped() -> None:
    """Beside an edge of full swing the filter rings beyond what 16 bit hold."""
    square = np.tile(np.repeat([32_767, -32_768], 100), 40).astype("<i2")

    twice = np.frombuffer(in_frames(square.tobytes()), "<i2")

    plateaus = twice[LATE : LATE + 15_600].reshape(-1, 2, 200)[:, :, 1:-1]
    assert (plateaus[1:, 0] > 25_000).all()
    assert (plateaus[1:, 1] < -25_000).all()
