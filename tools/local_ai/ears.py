"""Whisper base, one recording at a time."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from av.error import FFmpegError
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio

from tools.local_ai.errors import RefusedError
from tools.local_ai.hearing import Heard

RATE = 16_000
THREADS = 2
AT_ONCE = 25  # seconds that are heard without looking for where one begins


class Whisper:
    """Loads when it is made, which takes seconds."""

    def __init__(self, folder: Path) -> None:
        self._model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=THREADS
        )
        self._hear(np.zeros(RATE, np.float32), "en", None)

    def transcribe(self, recording: bytes, language: str | None, prompt: str | None) -> Heard:
        """Silence is no words; digits are left as they were heard. Raises RefusedError."""
        if language and language not in self._model.supported_languages:
            msg = f"The language {language!r} is not known: use a code such as 'en' or 'fr'."
            raise RefusedError(msg, "language")
        try:
            sound = decode_audio(io.BytesIO(recording), sampling_rate=RATE)
        except (FFmpegError, ValueError, IndexError) as error:
            raise RefusedError("The file is no recording that can be read.", "file") from error
        return self._hear(sound, language, prompt)

    def _hear(self, sound: Any, language: str | None, prompt: str | None) -> Heard:
        segments, about = self._model.transcribe(
            sound,
            language=language,
            initial_prompt=prompt,
            beam_size=1,
            vad_filter=True,
            condition_on_previous_text=False,
            without_timestamps=len(sound) < AT_ONCE * RATE,
        )
        text = " ".join(one.text.strip() for one in segments)
        return Heard(text, about.language, about.duration)
