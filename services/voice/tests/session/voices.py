"""Voices for tests: sentences made once with Piper (voice joe), a cough, and both sides' levels."""

import functools
from pathlib import Path

import numpy as np

from contactflow.voice import g711

FOLDER = Path(__file__).parents[1] / "voices"
RATE = 8_000
LOUD = 300
PITCH = 330
"""Hz, of our tones."""
WINDOW = RATE // 10
"""Samples of 100 ms."""


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


def pitches(pcm: bytes, *known: int) -> list[int]:
    """Of each 100 ms that are loud throughout, which of these tones they are."""
    sound = np.frombuffer(pcm, np.int16)
    windows = [sound[at : at + WINDOW] for at in range(0, len(sound), WINDOW)]
    return [_nearest(window, known) for window in windows if (np.abs(window) > LOUD).mean() > 0.9]


def _nearest(window: np.ndarray, known: tuple[int, ...]) -> int:
    loudest = int(np.abs(np.fft.rfft(window, WINDOW)).argmax()) * RATE // WINDOW
    return min(known, key=lambda pitch: abs(pitch - loudest))


def tone(seconds: float) -> bytes:
    """Of `PITCH`."""
    at = np.arange(int(seconds * RATE)) / RATE
    pcm: bytes = (np.sin(2 * np.pi * PITCH * at) * 6000).astype(np.int16).tobytes()
    return pcm


def is_loud(pcm: bytes) -> bool:
    return bool(pcm) and int(np.abs(np.frombuffer(pcm, np.int16)).max()) > LOUD
