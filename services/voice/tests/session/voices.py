"""Voices for tests: sentences made once with Piper (voice joe), a cough, and both sides' levels."""

import functools
from pathlib import Path

import numpy as np

from contactflow.voice import g711

FOLDER = Path(__file__).parents[1] / "voices"
RATE = 8_000
LOUD = 300


@functools.cache
def speech(name: str) -> bytes:
    """A sentence as 8 kHz PCM."""
    wav = (FOLDER / f"{name}.wav").read_bytes()
    begin = wav.index(b"data") + 8
    return g711.decode(wav[begin:])


def cough(seconds: float = 0.25, seed: int = 1) -> bytes:
    """A burst of noise with a voiced tail, as throat clearing is."""
    count = int(seconds * RATE)
    at = np.arange(count) / RATE
    noise = np.random.default_rng(seed).normal(0, 1, count)
    shape = np.minimum(at / 0.02, 1) * np.exp(-at / (seconds / 2.5))
    voiced = np.sign(np.sin(2 * np.pi * 110 * at)) * 0.5
    pcm: bytes = ((noise * 0.6 + voiced) * shape * 9000).astype(np.int16).tobytes()
    return pcm


def tone(seconds: float) -> bytes:
    """330 Hz."""
    at = np.arange(int(seconds * RATE)) / RATE
    pcm: bytes = (np.sin(2 * np.pi * 330 * at) * 6000).astype(np.int16).tobytes()
    return pcm


def is_loud(pcm: bytes) -> bool:
    return bool(pcm) and int(np.abs(np.frombuffer(pcm, np.int16)).max()) > LOUD
