"""G.711 mu-law to 16 bit PCM and back, by table (ITU-T G.711)."""

from typing import Final

import numpy as np
import numpy.typing as npt

_BIAS: Final = 132
_CLIP: Final = 32_635


def _decoding() -> npt.NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = (((code & 0x0F) << 3) + _BIAS << (code >> 4 & 7)) - _BIAS
    table: npt.NDArray[np.int16] = np.where(code & 0x80, -size, size).astype("<i2")
    return table


def _encoding() -> npt.NDArray[np.uint8]:
    value = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    size = np.minimum(np.abs(value), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    code = (value < 0) << 7 | exponent << 4 | (size >> exponent + 3 & 0x0F)
    table: npt.NDArray[np.uint8] = (~code & 0xFF).astype(np.uint8)
    return table


_DECODE, _ENCODE = _decoding(), _encoding()


def decode(mu_law: bytes) -> bytes:
    """16 bit little-endian PCM, one sample for each byte."""
    return _DECODE[np.frombuffer(mu_law, np.uint8)].tobytes()


def encode(pcm: bytes) -> bytes:
    """One byte for each sample of 16 bit little-endian PCM."""
    coded: npt.NDArray[np.uint8] = _ENCODE[np.frombuffer(pcm, "<u2")]
    return coded.tobytes()


def stereo(left: bytes, right: bytes) -> bytes:
    """Two sides of PCM, equally long, as interleaved mu-law."""
    sides = (_ENCODE[np.frombuffer(side, "<u2")] for side in (left, right))
    both: npt.NDArray[np.uint8] = np.stack(list(sides), axis=1)
    return both.tobytes()
