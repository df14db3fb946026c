"""G.711 against values of the standard."""

import numpy as np
import pytest

from tools.phone.mulaw import decoded, encoded


@pytest.mark.parametrize(
    ("sample", "code"), [(0, 0xFF), (-1, 0x7F), (32_767, 0x80), (-32_768, 0x00), (1_000, 0xCE)]
)
def test_samples_have_the_code_of_the_standard(sample: int, code: int) -> None:
    assert encoded(np.array([sample], "<i2").tobytes()) == bytes([code])


def test_every_code_but_negative_zero_comes_back() -> None:
    codes = bytes(one for one in range(256) if one != 0x7F)

    assert encoded(decoded(codes)) == codes


def test_what_comes_back_is_near() -> None:
    samples = np.arange(-32_000, 32_000, 7).astype("<i2")

    back = np.frombuffer(decoded(encoded(samples.tobytes())), "<i2").astype(int)

    assert np.all(np.abs(back - samples) <= np.maximum(8, np.abs(samples.astype(int)) / 16))
