"""A conversation as a file: the caller on the left, the agent on the right."""

import wave
from pathlib import Path

import numpy as np

from tools.phone.handset import RATE, Handset


def write(path: Path, handset: Handset) -> None:
    """16 bit PCM, stereo, 8 kHz."""
    sides = [np.frombuffer(bytes(one), "<i2") for one in (handset.said, handset.heard)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.column_stack(sides).tobytes())
