"""G.711 mu-law."""

import numpy as np

from contactflow.voice import g711


def samples(pcm: bytes) -> list[int]:
    return list(np.frombuffer(pcm, "<i2"))


def pcm(*values: int) -> bytes:
    return np.array(values, "<i2").tobytes()


def test_the_codes_of_the_standard() -> None:
    """ITU-T G.711, table 2a, in 16 bit."""
    assert samples(g711.decode(b"\xff\x7f\xfe\x80\x00\xf0\x70")) == [
        0, 0, 8, 32124, -32124, 120, -120,
    ]  # fmt: skip


def test_every_code_comes_back_as_itself() -> None:
    """But negative zero, which is zero."""
    codes = bytes(code for code in range(256) if code != 0x7F)

    assert g711.encode(g711.decode(codes)) == codes


def test_what_is_lost_is_small_next_to_what_is_said() -> None:
    said = np.arange(-32_000, 32_000, 7, dtype="<i2")

    heard = np.frombuffer(g711.decode(g711.encode(said.tobytes())), "<i2")

    lost = np.abs(heard.astype(int) - said)
    assert np.all(lost <= np.maximum(8, np.abs(said.astype(int)) // 16))


def test_what_is_too_loud_is_clipped() -> None:
    assert samples(g711.decode(g711.encode(pcm(32_767, -32_768)))) == [32_124, -32_124]


def test_two_sides_are_interleaved_the_caller_first() -> None:
    both = g711.stereo(pcm(1000, 2000), pcm(-1000, -2000))

    assert both[0::2] == g711.encode(pcm(1000, 2000))
    assert both[1::2] == g711.encode(pcm(-1000, -2000))
