"""G.711 mu-law and 16 bit PCM, by table (ITU-T G.711)."""

import numpy as np
import numpy.typing as npt

BIAS, LOUDEST = 132, 32_635


def _samples() -> npt.NDArray[np.int16]:
    """What each of the 256 codes stands for."""
    code = 255 - np.arange(256)
    size = (((code & 15) << 3) + BIAS << (code >> 4 & 7)) - BIAS
    samples: npt.NDArray[np.int16] = np.where(code & 128, -size, size).astype("<i2")
    return samples


def _codes() -> npt.NDArray[np.uint8]:
    """The code of each sample, by the sample read without its sign."""
    sample = np.arange(1 << 16).astype(np.uint16).view(np.int16).astype(np.int32)
    size = np.minimum(np.abs(sample), LOUDEST) + BIAS
    segment = np.floor(np.log2(size)).astype(np.int32) - 7
    code = (sample < 0) << 7 | segment << 4 | (size >> segment + 3 & 15)
    codes: npt.NDArray[np.uint8] = (255 - code).astype(np.uint8)
    return codes


_SAMPLES, _CODES = _samples(), _codes()


def decoded(mulaw: bytes) -> bytes:
    """As 16 bit PCM."""
    return bytes(_SAMPLES[np.frombuffer(mulaw, np.uint8)])


def encoded(pcm: bytes) -> bytes:
    """Of 16 bit PCM."""
    return bytes(_CODES[np.frombuffer(pcm, "<u2")])
