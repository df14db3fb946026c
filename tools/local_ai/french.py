"""French speech: Kokoro with the voice Siwis, its phonemes by espeak."""

import json
import unicodedata
from pathlib import Path

import numpy as np
from piper.phonemize_espeak import EspeakPhonemizer

from tools.local_ai.inference import pcm, session

MOST = 500  # phonemes that the model takes at once
STYLE = 256  # numbers, others for each length of a sentence


class French:
    """Loads when it is made, which takes a second."""

    def __init__(self, folder: Path) -> None:
        self._model = session(folder / "kokoro.onnx")
        self._names = [one.name for one in self._model.get_inputs()]
        self._ids = json.loads((folder / "vocabulary.json").read_text())["vocab"]
        self._styles = np.fromfile(folder / "siwis.bin", "<f4").reshape(-1, 1, STYLE)
        self._espeak = EspeakPhonemizer()

    def speak(self, sentence: str, speed: float) -> bytes:
        """16 bit PCM, mono, 24 kHz."""
        ids = self._phonemes(sentence)
        if not ids:
            return b""
        style = self._styles[min(len(ids), len(self._styles) - 1)]
        told = (np.array([[0, *ids, 0]], np.int64), style, np.array([speed], np.float32))
        return pcm(self._model.run(None, dict(zip(self._names, told, strict=True)))[0].reshape(-1))

    def _phonemes(self, sentence: str) -> list[int]:
        """As the model numbers them; those that it does not know are left out."""
        said = " ".join("".join(one) for one in self._espeak.phonemize("fr", sentence))
        known = (self._ids.get(sign) for sign in unicodedata.normalize("NFD", said))
        return [one for one in known if one is not None][:MOST]
