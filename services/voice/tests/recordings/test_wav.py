"""A recording as a file, and parts of it."""

import io
import wave

import pytest

from contactflow.voice.recordings.wav import HEADER, OutOfRangeError, Part, header, part


def test_the_header_is_as_long_as_it_says_and_names_its_format() -> None:
    said = header(32_000)

    assert len(said) == HEADER
    assert said[20:24] == b"\x07\x00\x02\x00"
    with pytest.raises(wave.Error, match="unknown format: 7"), wave.open(io.BytesIO(said)):
        """Python's own reader finds the format, which it does not know."""


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (None, None),
        ("bytes=0-9", Part(0, 9)),
        ("bytes=90-", Part(90, 99)),
        ("bytes=90-1000", Part(90, 99)),
        ("bytes=-10", Part(90, 99)),
        ("bytes=-1000", Part(0, 99)),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("seconds=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_a_part_is_what_was_asked_for_as_far_as_it_is_there(
    asked: str | None, wanted: Part | None
) -> None:
    assert part(asked, 100) == wanted


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=9-5", "bytes=-0"])
def test_what_is_not_there_is_refused(asked: str) -> None:
    with pytest.raises(OutOfRangeError):
        part(asked, 100)
