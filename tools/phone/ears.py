"""Hearing by level: when somebody speaks, and when they are done."""

import numpy as np

from tools.phone.handset import FRAME, FRAME_S, Handset

LOUD = 250  # of 32,767: a quiet voice is above it, a line's noise below
PAUSE = 0.4  # seconds: longer than between two words
DONE = 1.5  # seconds without a sound after which somebody is done


def is_loud(frame: bytes) -> bool:
    """Whether somebody speaks in it."""
    return bool(frame) and int(np.abs(np.frombuffer(frame, "<i2").astype(np.int32)).max()) > LOUD


def first_voice(track: bytes | bytearray, after: float = 0.0) -> float | None:
    """When the first sound begins, in seconds of the track."""
    for at in range(_frame(after), len(track), FRAME):
        if is_loud(bytes(track[at : at + FRAME])):
            return at / FRAME * FRAME_S
    return None


def last_voice(track: bytes | bytearray) -> float | None:
    """When the last sound ends, in seconds of the track."""
    for at in range(len(track) - FRAME, -1, -FRAME):
        if is_loud(bytes(track[at : at + FRAME])):
            return (at / FRAME + 1) * FRAME_S
    return None


def first_silence(track: bytes | bytearray, after: float) -> float:
    """When a pause begins that is longer than one between words, in seconds of the track."""
    quiet = 0
    for at in range(_frame(after), len(track), FRAME):
        quiet = 0 if is_loud(bytes(track[at : at + FRAME])) else quiet + 1
        if quiet * FRAME_S >= PAUSE:
            return (at / FRAME + 1 - quiet) * FRAME_S
    return len(track) / FRAME * FRAME_S


def _frame(seconds: float) -> int:
    return round(seconds / FRAME_S) * FRAME


class Ears:
    """Follow what a handset hears."""

    def __init__(self, handset: Handset, done: float = DONE) -> None:
        self._handset = handset
        self._done = done

    async def voice(self, within: float) -> float | None:
        """When a voice begins from now on; None when there is none. Raises HungUpError."""
        since = self._handset.seconds
        heard = self._handset.heard
        began = await self._handset.until(lambda: is_loud(bytes(heard[-FRAME:])), within)
        return first_voice(heard, since) if began else None

    async def quiet(self, within: float) -> bool:
        """Whether whoever spoke is done. Raises HungUpError."""
        frames = round(self._done / FRAME_S) * FRAME
        heard = self._handset.heard

        def is_quiet() -> bool:
            return len(heard) >= frames and first_voice(heard[-frames:]) is None

        return await self._handset.until(is_quiet, within)
