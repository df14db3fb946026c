"""English speech: piper with the voice Joe."""

import json
from pathlib import Path

import numpy as np
import soxr
from piper import PiperConfig, PiperVoice, SynthesisConfig

from tools.local_ai.inference import pcm, session
from tools.local_ai.speaking import RATE


class English:
    """Loads when it is made, which takes a second."""

    def __init__(self, folder: Path) -> None:
        about = PiperConfig.from_dict(json.loads((folder / "joe.onnx.json").read_text()))
        self._voice = PiperVoice(session(folder / "joe.onnx"), about)

    def speak(self, sentence: str, speed: float) -> bytes:
        """16 bit PCM, mono, 24 kHz."""
        pace = SynthesisConfig(length_scale=1 / speed)
        spoken = [one.audio_float_array for one in self._voice.synthesize(sentence, pace)]
        if not spoken:
            return b""
        wave = np.concatenate(spoken).astype(np.float32)
        return pcm(soxr.resample(wave, self._voice.config.sample_rate, RATE))
